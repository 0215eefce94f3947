"""`passation bank check`: the shipped bank, and banks that may not be published."""

import shutil
from pathlib import Path

import pytest

from exam_server.commands.bank.check import SHIPPED
from question_bank.loading import load_bank
from tests.exam_server.commands.conftest import Command


def test_the_shipped_bank_can_be_published(command: Command) -> None:
    said = command("bank", "check")
    assert said.code == 0
    assert f"{len(load_bank(SHIPPED).items)} questions" in said.out
    assert "Elle peut être publiée" in said.out


def test_a_bank_that_is_too_poor_says_which_competences_lack_what(command: Command, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "1.1", tmp_path / "items" / "1.1")
    said = command("bank", "check", tmp_path / "items")
    assert said.code == 1
    assert "compétence 1.2" in said.err
    assert "ne peut pas être publiée" in said.err


def test_a_bad_item_is_named_with_file_and_line(command: Command, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "items")
    spoiled = sorted((tmp_path / "items").rglob("*.yaml"))[0]
    spoiled.write_text(spoiled.read_text().replace("level:", "levle:", 1))
    said = command("bank", "check", tmp_path / "items")
    assert said.code == 1
    assert f"{spoiled.name}:" in said.out
    assert "level" in said.out


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_items_is_said(command: Command, tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    said = command("bank", "check", tmp_path / folder)
    assert said.code == 1
    assert "aucun fichier d’items" in said.out
