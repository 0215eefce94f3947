"""Every failure is one sentence and an exit code; a trace is shown only to whoever asks for it."""

import errno
import os
from pathlib import Path

import pytest

from exam_server.commands.failing import sentence_of
from exam_server.commands.simulating import say_report
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.simulation.report import Figures, Report
from tests.exam_server.commands.conftest import Command

SIMULATE = ("--session", "K4T7QX", "--candidates", "1", "--sign-in", "http://127.0.0.1/staff/link/none")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOENT, "introuvable"),
        (errno.EACCES, "accès refusé"),
        (errno.EISDIR, "c’est un dossier"),
        (errno.ENOSPC, "le disque est plein"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_the_system_refuses_is_said_with_the_file(number: int, sentence: str) -> None:
    said = sentence_of(OSError(number, os.strerror(number), "lot.zip"))
    assert said is not None
    assert sentence in said
    assert "lot.zip" in said or number == errno.ENOSPC


def test_a_refusal_of_the_exam_is_said_in_words_or_by_its_code() -> None:
    short = sentence_of(InvalidInput("password_too_short", least=12))
    assert short is not None
    assert "12 caractères" in short
    assert "some_rule" in (sentence_of(NotAllowed("some_rule")) or "")


def test_an_unforeseen_failure_has_no_sentence_of_its_own() -> None:
    assert sentence_of(KeyError("x")) is None


@pytest.fixture
def unreadable_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting that names a file of something else than text: no rule foresees it."""
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("PASSATION_SECRET_FILE", str(tmp_path / "secret"))


@pytest.mark.usefixtures("unreadable_secret")
def test_a_failure_that_nobody_foresaw_is_one_sentence(command: Command) -> None:
    said = command("keys", "list")
    assert said.code == 1
    assert said.err.startswith("Erreur")
    assert said.err.count("\n") == 1
    assert "UnicodeDecodeError" in said.err
    assert "passation --trace" in said.err


@pytest.mark.usefixtures("unreadable_secret")
def test_its_trace_is_shown_to_whoever_asks(command: Command) -> None:
    with pytest.raises(UnicodeDecodeError):
        command("--trace", "keys", "list")


@pytest.mark.parametrize("url", ["exam.example", "ftp://exam.example", "http://"])
def test_what_is_no_server_s_address_is_refused(command: Command, url: str) -> None:
    said = command("simulate", url, *SIMULATE)
    assert said.code == 1
    assert "n’est pas une adresse" in said.err


def test_a_server_that_does_not_answer_is_said(command: Command) -> None:
    said = command("simulate", "http://127.0.0.1:1", *SIMULATE)
    assert said.code == 1
    assert said.err.startswith("Erreur")
    assert "Traceback" not in said.err


def test_a_simulated_room_s_figures_are_a_table(capfd: pytest.CaptureFixture[str]) -> None:
    report = Report(
        asked=2,
        started=2,
        ends={"completed": 1},
        acknowledged=33,
        seconds=3.0,
        figures={"réponse": Figures(33, 1.25, 2.5, 3.0, 4.0)},
        refusals={"too_late": 1},
        network={},
        failures=("Prunelle n’a pas pu commencer",),
    )
    say_report(report)
    printed = capfd.readouterr()
    assert "2,5 ms" in printed.out
    assert "11,0 par seconde" in printed.out
    assert "too_late" in printed.out
    assert "Prunelle" in printed.err
    assert not report.ok
