"""`passation replay` tells a session that was really sat, out of its bundle alone."""

from pathlib import Path

import pytest

from tests.exam_server.commands.conftest import Command, Sat


@pytest.fixture
def file(sat: Sat, settings: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lot.zip"
    path.write_bytes(sat.bundle)
    return path


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_session_is_told_without_the_questions_of_each(command: Command, file: Path) -> None:
    said = command("replay", file)
    told = plain(said.out)
    assert (said.code, said.err) == (0, "")
    for words in ("Session ouverte", "Test commencé", "Test arrêté", "Résultats signés", "(Indigo)"):
        assert words in told
    assert "Question donnée" not in told


def test_one_candidate_is_told_question_by_question_with_the_deadline_explained(
    command: Command, file: Path
) -> None:
    said = command("replay", file, "--candidate", "démo-1000")
    told = plain(said.out)
    assert said.code == 0
    for words in (
        "Démo-1000 Prunelle",
        "Durée du test : 1 h 45",
        "Heure de fin : ",
        "Question donnée : question 1",
    ):
        assert words in told
    assert "Démo-1001" not in told


@pytest.mark.parametrize(("name", "words"), [("Personne", "aucun candidat"), ("Démo", "plusieurs candidats")])
def test_a_name_that_is_nobody_s_or_several_s_is_refused(
    command: Command, file: Path, name: str, words: str
) -> None:
    said = command("replay", file, "--candidate", name)
    assert (said.code, said.out) == (1, "")
    assert words in said.err


def test_a_bundle_that_was_changed_is_not_told(command: Command, file: Path) -> None:
    octets = bytearray(file.read_bytes())
    octets[len(octets) // 2] ^= 1
    file.write_bytes(bytes(octets))
    said = command("replay", file)
    assert (said.code, said.out) == (1, "")
