"""Statements for the livret: which one is due, whom it cannot name, and what a chain of them says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.json import JSON
from exam_server.exports.livret import PupilFacts, Sitting
from exam_server.exports.livret_statements import (
    Given,
    Mismatch,
    Place,
    Published,
    StatementKind,
    certifications_of,
    digest_of,
    doubled,
    kind_due,
    mismatch_of,
    statement_payload,
)
from exam_server.signing.canonical import canonical
from tests.exam_server.exports.test_livret import MORNING, PRUNE, SAT, SIGNED

NOBODY: frozenset[str] = frozenset()
PLACE = Place("0990001N", "Collège Exemple", "s", "2026-05-12")


def is_ine(text: str) -> bool:
    return len(text) == 11


def stated(kind: StatementKind, version: int, certifications: Sequence[JSON] = ()) -> Given:
    return Given(1, kind, {"version": version}, list(certifications), "a.b.c")


@pytest.mark.parametrize(
    ("pupil", "why"),
    [
        (PRUNE, None),
        (replace(PRUNE, active=False), Mismatch.LEFT),
        (replace(PRUNE, ine="12"), Mismatch.NO_INE),
        (replace(PRUNE, ine=""), Mismatch.NO_INE),
        (replace(PRUNE, siecle_id=" "), Mismatch.NO_SIECLE_ID),
        (replace(PRUNE, birth_date=date(2011, 3, 5)), Mismatch.OTHER_BIRTH_DATE),
        (replace(PRUNE, ine="999999999ZZ"), Mismatch.OTHER_INE),
    ],
)
def test_a_pupil_who_cannot_be_matched_is_told_why(pupil: PupilFacts, why: Mismatch | None) -> None:
    assert mismatch_of(replace(SAT, pupil=pupil), NOBODY, is_ine) == why


def test_an_ine_of_two_pupils_is_nobody_s() -> None:
    pupils = [PRUNE, replace(PRUNE, id="q", ine="123456789 aa"), replace(PRUNE, id="r", ine="")]
    twice = doubled(pupils)
    assert twice == {PRUNE.ine}
    assert mismatch_of(SAT, twice, is_ine) is Mismatch.INE_TWICE
    assert doubled([PRUNE, replace(PRUNE, id="q", active=False)]) == NOBODY


def test_a_statement_tells_of_no_pending_and_no_cancelled_certification() -> None:
    told = certifications_of([SAT, replace(SAT, signed=None), replace(SAT, is_cancelled=True)])
    assert len(told) == 1


def test_a_statement_tells_nothing_of_the_test_or_of_its_conditions() -> None:
    (one,) = certifications_of([SAT])
    assert isinstance(one, dict)
    assert one.keys() == {
        *("id", "ine", "siecle_id", "family_name", "given_names", "birth_date", "class_name"),
        *("status", "score", "levels", "code", "sat_ms"),
    }
    assert one["given_names"] == ["Prune", "Cerise"]


@pytest.mark.parametrize(
    ("last", "version", "due"),
    [
        (None, None, None),
        (None, 1, StatementKind.EXPORT),
        (stated(StatementKind.EXPORT, 1), 1, None),
        (stated(StatementKind.EXPORT, 1, ["another pupil"]), 1, StatementKind.CORRECTION),
        (stated(StatementKind.EXPORT, 1), None, StatementKind.WITHDRAWAL),
        (stated(StatementKind.EXPORT, 1), 2, StatementKind.CORRECTION),
        (stated(StatementKind.CORRECTION, 2), 2, None),
        (stated(StatementKind.WITHDRAWAL, 1), None, None),
        (stated(StatementKind.WITHDRAWAL, 1), 1, StatementKind.CORRECTION),
        (stated(StatementKind.WITHDRAWAL, 1), 2, StatementKind.CORRECTION),
    ],
)
def test_what_is_due_follows_from_what_was_said_and_what_is_published(
    last: Given | None, version: int | None, due: StatementKind | None
) -> None:
    assert kind_due(last, version, []) == due


steps = st.lists(st.sampled_from([None, 1, 2, 3]), max_size=12)
"""What is published at a time; None: nothing is."""


@given(steps)
def test_whoever_has_every_statement_knows_what_was_published(published: list[int | None]) -> None:
    """Each names the one before; the last one says what is so; nothing is said twice."""
    chain: list[Given] = []
    for version in published:
        said = certifications_of([replace(SAT, signed=replace(SIGNED, score=version))]) if version else []
        last = chain[-1] if chain else None
        due = kind_due(last, version, said)
        if due is None:
            assert last is None or version == (
                None if last.kind is StatementKind.WITHDRAWAL else last.session["version"]
            )
            continue
        payload = statement_payload(
            due,
            len(chain) + 1,
            PLACE,
            MORNING,
            last=last,
            published=None if version is None else Published(version, f"results.{version}.x"),
            certifications=said,
        )
        replaced = None if last is None else {"number": last.number, "sha256": digest_of(last.signed)}
        assert payload["replaces"] == replaced
        assert (payload["certifications"] == []) == (due is StatementKind.WITHDRAWAL)
        session, told = payload["session"], payload["certifications"]
        assert isinstance(session, dict)
        chain.append(Given(len(chain) + 1, due, session, told, canonical(payload).hex()))
    if published and chain:
        assert (chain[-1].kind is StatementKind.WITHDRAWAL) == (published[-1] is None)


def test_nothing_is_withdrawn_that_was_never_stated() -> None:
    with pytest.raises(ValueError, match="nothing"):
        statement_payload(
            StatementKind.WITHDRAWAL, 1, PLACE, MORNING, last=None, published=None, certifications=[]
        )


def test_an_instant_is_written_in_whole_milliseconds() -> None:
    at = datetime(2026, 5, 12, 7, 0, 0, 123_999, tzinfo=UTC)
    (one,) = certifications_of([Sitting("c", "s", "u", "n", PRUNE, at, signed=SIGNED)])
    assert isinstance(one, dict)
    assert one["sat_ms"] == 1_778_569_200_123
