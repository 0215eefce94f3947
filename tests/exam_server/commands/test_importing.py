"""`passation import` and `passation user`: what is saved, what is refused, and that nothing is half done."""

from pathlib import Path

import pytest

from exam_server.demo.school import PROFILES_FILE, PUPILS_ARCHIVE, PUPILS_FILE, UAI, write_school
from tests.exam_server.commands.conftest import Command

ACCOUNT = ("--email", "chef@ecole.example", "--name", "Camille Démo", "--role", "head", "--centre", UAI)


@pytest.fixture
def school(command: Command, tmp_path: Path) -> Path:
    """The files of an invented school whose centre is known here."""
    write_school(tmp_path / "school")
    assert command("user", "add", *ACCOUNT, "--centre-name", "École Démo", "--link").code == 0
    return tmp_path / "school"


def test_a_school_s_files_are_imported(command: Command, school: Path) -> None:
    said = command("import", "pupils", school / PUPILS_ARCHIVE, "--centre", UAI.lower())
    assert said.code == 0
    assert "64 ajoutés" in said.out
    assert "quitté l’établissement" in said.out
    said = command("import", "profiles", school / PROFILES_FILE, "--centre", UAI)
    assert said.code == 0
    assert "63 ajoutés" in said.out


def test_importing_again_changes_nothing(command: Command, school: Path) -> None:
    command("import", "pupils", school / PUPILS_FILE, "--centre", UAI)
    assert "0 ajoutés, 0 modifiés, 64 inchangés" in command(
        "import", "pupils", school / PUPILS_FILE, "--centre", UAI
    ).out.replace("\N{NO-BREAK SPACE}", " ")


def test_the_file_of_one_class_asks_before_the_others_become_inactive(command: Command, school: Path) -> None:
    command("import", "pupils", school / PUPILS_FILE, "--centre", UAI)
    write_school(school / "smaller", pupils=20)
    said = command("import", "pupils", school / "smaller" / PUPILS_FILE, "--centre", UAI)
    assert said.code == 1
    assert "--confirm-left" in said.err
    again = ("import", "pupils", school / "smaller" / PUPILS_FILE, "--centre", UAI, "--confirm-left")
    assert "devenus inactifs" in command(*again).out


def test_a_file_with_a_wrong_row_saves_nothing_unless_the_valid_rows_are_asked_for(
    command: Command, school: Path
) -> None:
    command("import", "pupils", school / PUPILS_FILE, "--centre", UAI)
    lines = (school / PROFILES_FILE).read_bytes().split(b"\r\n")
    cells = lines[5].split(b";")
    cells[4] = b"9"
    lines[5] = b";".join(cells)
    (school / "wrong.csv").write_bytes(b"\r\n".join(lines))
    said = command("import", "profiles", school / "wrong.csv", "--centre", UAI)
    assert said.code == 1
    assert "wrong.csv, ligne 6, champ" in said.err
    assert "rien n’est enregistré" in said.err
    said = command("import", "profiles", school / "wrong.csv", "--centre", UAI, "--keep-valid")
    assert said.code == 0
    assert "62 ajoutés" in said.out


def test_profiles_of_unknown_pupils_are_named_and_save_nothing(command: Command, school: Path) -> None:
    said = command("import", "profiles", school / PROFILES_FILE, "--centre", UAI)
    assert said.code == 1
    assert "ligne 2" in said.err
    assert "… et 13 autres." in said.err
    assert "élèves inconnus" in said.err


def test_the_export_of_another_school_is_refused(command: Command, school: Path) -> None:
    said = command("import", "pupils", school / PUPILS_FILE, "--centre", "0990002P")
    assert said.code == 1
    assert "autre établissement" in said.err


def test_a_centre_that_nobody_founded_is_said(command: Command, tmp_path: Path) -> None:
    write_school(tmp_path / "school")
    said = command("import", "pupils", tmp_path / "school" / PUPILS_FILE, "--centre", UAI)
    assert said.code == 1
    assert f"aucun établissement {UAI}" in said.err


@pytest.mark.parametrize("kind", ["pupils", "profiles"])
def test_a_file_that_is_not_there_or_is_a_folder_is_said(command: Command, tmp_path: Path, kind: str) -> None:
    assert "introuvable" in command("import", kind, tmp_path / "none", "--centre", UAI).err
    said = command("import", kind, tmp_path, "--centre", UAI)
    assert said.code == 1
    assert "c’est un dossier" in said.err


def test_a_link_is_the_only_thing_printed_as_the_result(command: Command) -> None:
    said = command("user", "add", *ACCOUNT, "--link")
    assert said.code == 0
    assert said.out.startswith("http://127.0.0.1:8000/staff/link/")
    assert said.out.count("\n") == 1


def test_an_address_has_one_account(command: Command) -> None:
    command("user", "add", *ACCOUNT, "--link")
    said = command("user", "add", *ACCOUNT, "--link")
    assert said.code == 1
    assert "déjà un compte" in said.err


def test_a_refused_account_leaves_no_centre_behind(command: Command, tmp_path: Path) -> None:
    command("user", "add", *ACCOUNT, "--link")
    again = [*ACCOUNT[:-1], "0990002P"]
    assert command("user", "add", *again, "--link").code == 1
    write_school(tmp_path / "school")
    said = command("import", "profiles", tmp_path / "school" / PROFILES_FILE, "--centre", "0990002P")
    assert "aucun établissement 0990002P" in said.err


def test_a_password_is_not_asked_for_without_a_terminal(command: Command) -> None:
    said = command("user", "add", *ACCOUNT)
    assert said.code == 1
    assert "--link" in said.err


@pytest.mark.parametrize("email", ["nobody", "a@b@c", "a b@c"])
def test_what_is_no_address_is_refused(command: Command, email: str) -> None:
    said = command("user", "add", "--email", email, *ACCOUNT[2:], "--link")
    assert said.code == 1
    assert "adresse électronique" in said.err
