"""`passation keys` and `passation bank`."""

import shutil
from pathlib import Path

import orjson
import pytest

from exam_server.commands.bank.check import SHIPPED
from exam_server.signing.jwk import read_jwks_file
from question_bank.loading import load_bank
from tests.exam_server.commands.conftest import Command


def test_the_newest_key_signs_and_the_others_stay(command: Command, settings: Path) -> None:
    first, second = (command("keys", "new").out.split()[-1] for _ in range(2))
    said = command("keys", "list")
    assert said.code == 0
    assert "".join(said.out.split()).count("oui") == 1
    published = read_jwks_file(command("keys", "list", "--jwks").out.encode())
    assert list(published) == [first, second]
    assert len(list((settings / "keys").iterdir())) == 2


def test_a_key_without_a_passphrase_is_warned_about(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "PASSATION_KEY_PASSPHRASE" in command("keys", "new").err
    monkeypatch.setenv("PASSATION_KEY_PASSPHRASE", "une phrase que personne ne devine")
    assert "Attention" not in command("keys", "new").err


def test_the_published_keys_hold_nothing_private(command: Command) -> None:
    command("keys", "new")
    (key,) = orjson.loads(command("keys", "list", "--jwks").out)["keys"]
    assert set(key) == {"alg", "crv", "kid", "kty", "use", "x", "y"}


def test_no_key_yet_is_said(command: Command) -> None:
    said = command("keys", "list")
    assert (said.code, said.out) == (0, "")
    assert "keys new" in said.err


def test_a_key_folder_that_others_may_write_is_refused(command: Command, settings: Path) -> None:
    command("keys", "new")
    (settings / "keys").chmod(0o777)
    said = command("keys", "new")
    assert said.code == 1
    assert "chmod 700" in said.err


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
