"""What the documents say is true: settings, commands, links, and the commands that can be tried here."""

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from exam_server.__main__ import passation
from scripts.bank_tables import tables
from tests.support.house import shipped_bank

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
SETTINGS = (ROOT / "exam_server/settings.py").read_text(encoding="utf-8")
MADE_BY_BROWSER_TESTS = {"docs/images/board.png"}


def variables(text: str) -> set[str]:
    return set(re.findall(r"PASSATION_[A-Z0-9_]*[A-Z]", text))


def table_of_settings() -> set[str]:
    section = OPERATIONS.split("## Settings\n")[1].split("\n## ")[0]
    return variables("\n".join(line for line in section.splitlines() if line.startswith("| `")))


def secrets_of_settings() -> set[str]:
    return {f"{name}_FILE" for name in re.findall(r'_secret\(env, "(PASSATION_\w+)"\)', SETTINGS)}


def typed(text: str) -> list[list[str]]:
    """The passation commands of a document's code blocks, without what stands before them."""
    found = []
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            match = re.search(r"(?:^|/|\s)passation ((?!.*\bpg_dump)[a-z].*)$", line)
            if match and "=" not in match[1].split()[0]:
                found.append(shlex.split(re.split(r" [>|] ", match[1])[0]))
    return found


def leaf(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = passation
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        found = command.get_command(click.Context(command), rest.pop(0))
        assert found is not None, words
        command = found
    return command, rest


def test_every_setting_is_in_the_table_and_the_table_has_no_other() -> None:
    assert table_of_settings() == variables(SETTINGS) | secrets_of_settings()


def test_every_variable_of_the_application_s_container_is_a_setting() -> None:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    given = {name for name in composed["services"]["app"]["environment"] if name.startswith("PASSATION_")}
    assert given <= variables(SETTINGS) | secrets_of_settings()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_exist_with_the_options_that_are_typed(document: Path) -> None:
    for words in typed(document.read_text(encoding="utf-8")):
        command, rest = leaf(words)
        known = {name for option in command.params for name in option.opts} | {"--help"}
        assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known, words


def test_the_operator_s_page_types_commands() -> None:
    """Otherwise the test above would look at nothing."""
    names = {words[0] for words in typed(OPERATIONS)}
    assert {"serve", "user", "keys", "demo", "simulate"} <= names


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                yield document, target


def test_no_link_leads_nowhere() -> None:
    broken = [
        f"{document.name} -> {target}"
        for document, target in links()
        if not (document.parent / target).exists()
        and (document.parent / target).resolve().relative_to(ROOT).as_posix() not in MADE_BY_BROWSER_TESTS
    ]
    assert broken == []


def test_headings_that_are_linked_to_exist() -> None:
    for target in re.findall(r"\]\(#([^)]+)\)", OPERATIONS):
        headings = [
            re.sub(r"[^\w\s-]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
            for line in OPERATIONS.splitlines()
            if line.startswith("#")
        ]
        assert target in headings


def test_the_backup_of_sqlite_copies_what_was_just_committed(tmp_path: Path) -> None:
    (line,) = [line for line in OPERATIONS.splitlines() if "sqlite3.connect(" in line]
    folder = tmp_path / "passation-data"
    folder.mkdir()
    with sqlite3.connect(folder / "passation.sqlite") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE known (word TEXT)")
        database.execute("INSERT INTO known VALUES ('garance')")
    _python, *arguments = shlex.split(line)
    subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True)
    database.close()
    copy = sqlite3.connect(tmp_path / "copy.sqlite")
    assert copy.execute("SELECT word FROM known").fetchall() == [("garance",)]
    copy.close()


def test_the_installed_command_lists_every_command_in_french() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "exam_server", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.startswith("Utilisation")
    assert all(
        name in said.stdout for name in ("serve", "demo", "simulate", "verify", "bank", "keys", "user")
    )


def test_the_tables_of_the_bank_are_those_of_the_shipped_bank() -> None:
    """Else run `python scripts/bank_tables.py`."""
    written = (ROOT / "docs/bank.md").read_text(encoding="utf-8")
    assert tables(shipped_bank().items) in written
