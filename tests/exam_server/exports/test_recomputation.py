"""Signed results must follow from the log and the bank; what cannot be recomputed is said."""

from collections.abc import Mapping

import pytest

from exam_server.exports.bundle import Bundle
from exam_server.exports.verification import verify_bundle
from exam_server.exports.verification_steps import CannotRecompute, Step
from exam_server.signing.canonical import JSON
from tests.exam_server.exports.support import Session, candidates, refused, steps_done


def test_results_that_do_not_follow_from_the_log_are_refused(session: Session) -> None:
    praised = session.with_payload(candidates=[{"id": "c-1", "score": 1_024}])
    assert steps_done(verify_bundle(praised.written(), None, None))
    refusal = refused(praised.written(), candidates)
    assert refusal.step == Step.RESULTS
    assert refusal.where.path == "$.candidates[0].score"


@pytest.mark.parametrize(
    ("signed", "path"),
    [
        ([], "$.candidates[0]"),
        ({}, "$.candidates"),
        ([{"id": "c-1"}], "$.candidates[0].score"),
        (None, "$.candidates"),
    ],
)
def test_the_first_difference_is_named(session: Session, signed: JSON, path: str) -> None:
    assert refused(session.with_payload(candidates=signed).written(), candidates).where.path == path


def test_a_result_that_was_not_signed_at_all_is_a_difference(bundle: bytes) -> None:
    assert refused(bundle, lambda _: {"verdicts": None}).where.path == "$.verdicts"


def cannot(_: Bundle) -> Mapping[str, JSON]:
    raise CannotRecompute


def test_only_erased_contents_excuse_a_missing_recomputation(session: Session, bundle: bytes) -> None:
    verification = verify_bundle(session.written(erased=[3]), None, cannot)
    assert Step.RESULTS not in steps_done(verification)
    assert "effacés : 1" in str(verification.checks[Step.RESULTS - 1].text)
    assert refused(bundle, cannot).step == Step.RESULTS


class OtherMark(Exception):
    """A rule that says no, of a kind that verification does not know."""


@pytest.mark.parametrize("raised", [KeyError("99"), OtherMark("99"), RecursionError("99"), TypeError("99")])
def test_a_log_that_the_rules_cannot_follow_is_refused(bundle: bytes, raised: Exception) -> None:
    def fail(_: Bundle) -> Mapping[str, JSON]:
        raise raised

    refusal = refused(bundle, fail)
    assert refusal.step == Step.RESULTS
    assert type(raised).__name__ in str(refusal)
    assert refusal.__cause__ is raised
