"""`passation livret client`: a program is let in, shown, and shut out; its secret is seen once."""

import sqlite3
from contextlib import closing
from pathlib import Path

from exam_server.acts.livret_clients import Scope
from tests.exam_server.commands.conftest import Command, Said

PULL = str(Scope.CERTIFICATIONS)


def added(said: Said) -> dict[str, str]:
    """The identifier and the secret that were written."""
    assert said.code == 0, said.err
    return dict(line.split("=", 1) for line in said.out.split())


def test_the_secret_is_written_once_and_kept_nowhere(command: Command, settings: Path) -> None:
    new = added(command("livret", "client", "add", "--name", "LSU", "--scope", PULL, "--centre", "0990001n"))
    assert new.keys() == {"client_id", "client_secret"}
    listed = command("livret", "client", "list")
    for text in (new["client_id"], "LSU", PULL, "0990001N"):
        assert text in listed.out
    assert new["client_secret"] not in listed.out + listed.err
    with closing(sqlite3.connect(settings / "passation.sqlite")) as database:
        (kept,) = database.execute("SELECT * FROM livret_client").fetchall()
    assert new["client_secret"] not in str(kept)


def test_a_program_for_every_school_is_warned_about(command: Command) -> None:
    every = command("livret", "client", "add", "--name", "LSU", "--scope", PULL)
    assert "tous les établissements" in every.err
    assert "tous" in command("livret", "client", "list").out


def test_a_program_is_shut_out_and_stays_in_the_list(command: Command) -> None:
    new = added(command("livret", "client", "add", "--name", "LSU", "--scope", PULL))
    gone = command("livret", "client", "disable", new["client_id"])
    assert (gone.code, "LSU" in gone.err) == (0, True)
    assert "accès retiré le" in command("livret", "client", "list").out
    assert command("livret", "client", "disable", new["client_id"]).code == 0


def test_what_cannot_be_is_refused_in_words(command: Command) -> None:
    assert "aucun programme" in command("livret", "client", "list").err.lower()
    unknown = command("livret", "client", "disable", "x")
    assert (unknown.code, "client list" in unknown.err) == (1, True)
    nameless = command("livret", "client", "add", "--name", " ", "--scope", PULL)
    assert (nameless.code, "nom" in nameless.err) == (1, True)
    wrong = command("livret", "client", "add", "--name", "LSU", "--scope", PULL, "--centre", "99")
    assert (wrong.code, "UAI" in wrong.err) == (1, True)
    scope = command("livret", "client", "add", "--name", "LSU", "--scope", "tout")
    assert (scope.code, PULL in scope.err) == (2, True)
