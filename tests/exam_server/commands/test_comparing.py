"""`passation verify-diff` over the two versions of a session that was really sat."""

from collections.abc import Callable
from pathlib import Path

import pytest

from exam_server.exports.bundle import LOG_FILE
from exam_server.exports.verification import verify_bundle
from tests.exam_server.commands.conftest import Command, Said, Sat
from tests.exam_server.exports.support import respoiled, taken_apart

Diff = Callable[..., Said]


@pytest.fixture
def old(sat: Sat, settings: Path, tmp_path: Path) -> Path:
    path = tmp_path / "v1.zip"
    path.write_bytes(sat.bundle)
    return path


@pytest.fixture
def new(sat: Sat, settings: Path, tmp_path: Path) -> Path:
    path = tmp_path / "v2.zip"
    path.write_bytes(sat.second)
    return path


@pytest.fixture
def diff(command: Command) -> Diff:
    def call(*arguments: str | Path) -> Said:
        said = command("verify-diff", *arguments, "--at", "2026-05-13")
        return Said(said.code, said.out.replace("\N{NO-BREAK SPACE}", " "), said.err)

    return call


def test_the_second_version_continues_the_first_and_says_what_changed_for_whom(
    diff: Diff, old: Path, new: Path, sat: Sat
) -> None:
    said = diff(old, new, "--authority", sat.signers.authority)
    assert (said.code, said.err) == (0, "")
    assert "v2.zip (version 2) continue v1.zip (version 1)." in said.out
    assert "3 entrées de plus dans le journal." in said.out
    assert "nomme celle qu’elle remplace" in said.out
    before, after = (
        next(one for one in payload["candidates"] if "rulings" in one or one["scores"])
        for payload in (verify_bundle(octets, None, None).payload for octets in (sat.bundle, sat.second))
    )
    assert f"{after['given_name']} {after['family_name']} :" in said.out
    if before["scores"]["score"] != after["scores"]["score"]:
        assert f"score : {before['scores']['score']} → {after['scores']['score']}" in said.out
    assert "décisions : aucune → Questions 1, 2 mises de côté, par" in said.out
    assert said.out.count(" :\n") == 1, "nobody else's result has changed"


def test_the_same_bundle_twice_has_changed_nothing(diff: Diff, old: Path, sat: Sat) -> None:
    said = diff(old, old, "--authority", sat.signers.authority)
    assert said.code == 0
    assert "Aucun résultat n’a changé." in said.out


def test_bundles_of_which_nobody_knows_the_author_are_compared_and_called_unknown(
    diff: Diff, old: Path, new: Path
) -> None:
    said = diff(old, new)
    assert said.code == 3
    assert said.out.count("INCONNU") == 2
    assert "continue v1.zip" in said.out


def test_a_second_history_is_refused_with_the_entry_that_differs(
    diff: Diff, old: Path, new: Path, sat: Sat
) -> None:
    """The school signed both with its own keys; the log alone betrays it."""
    old.write_bytes(taken_apart(sat.bundle, sat.signers).with_payload().written())
    said = diff(old, new, "--authority", sat.signers.authority)
    assert said.code == 1
    assert "deux histoires ont été signées" in said.err
    assert "REFUSÉ : v2.zip ne continue pas v1.zip." in said.out


def test_the_order_matters(diff: Diff, old: Path, new: Path) -> None:
    said = diff(new, old)
    assert said.code == 1
    assert "donnez l’ancien d’abord" in said.err


def test_each_bundle_must_hold_by_itself(diff: Diff, old: Path, new: Path, sat: Sat) -> None:
    new.write_bytes(respoiled(sat.second, lambda members: members.update({LOG_FILE: members[LOG_FILE][:-1]})))
    said = diff(old, new)
    assert said.code == 1
    assert "étape 5/12" in said.err
