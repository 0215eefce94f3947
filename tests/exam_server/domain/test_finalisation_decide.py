"""What each record comes to: every rule, and their order."""

from itertools import product

import pytest

from exam_server.domain.attempts import EndReason
from exam_server.domain.finalisation import (
    BLAMELESS,
    Decision,
    End,
    Given,
    Record,
    Status,
    StatusReason,
    decide,
)
from exam_server.domain.json import JSON

MINIMUM = 20
STARTED = [end for end in End if end is not End.NOT_STARTED]


SKIP: dict[str, JSON] = {"skip": True}


def record(end: End = End.COMPLETED, responses: int = 32, reason: EndReason | None = None) -> Record:
    given = {n: Given(f"item-{n}", {"text": "ici"}, True, 30, True) for n in range(1, responses + 1)}
    return Record("ada", {}, end=end, reason=reason, responses=given)


def test_rule_1_who_never_started_is_cancelled_with_the_reason_given_at_closing() -> None:
    for reason in EndReason:
        assert decide(record(End.NOT_STARTED, 0, reason), 0, MINIMUM) == Decision(
            Status.CANCELLED, str(reason)
        )


def test_rule_1_without_a_reason_who_never_started_was_absent() -> None:
    assert decide(record(End.NOT_STARTED, 0), 0, MINIMUM) == Decision(Status.CANCELLED, "absent")


@pytest.mark.parametrize("responses", [0, MINIMUM - 1, MINIMUM, 32])
@pytest.mark.parametrize("score", [0, 512])
def test_rule_2_suspected_fraud_is_rejected_whatever_was_given(responses: int, score: int) -> None:
    ended = record(End.TERMINATED, responses, EndReason.FRAUD_SUSPECTED)
    assert decide(ended, score, MINIMUM) == Decision(Status.REJECTED, "fraud_suspected")


@pytest.mark.parametrize("reason", sorted(BLAMELESS))
@pytest.mark.parametrize("responses", [0, MINIMUM - 1])
def test_rule_3_a_blameless_end_with_too_few_responses_is_cancelled(
    reason: EndReason, responses: int
) -> None:
    assert decide(record(End.TERMINATED, responses, reason), 0, MINIMUM) == Decision(
        Status.CANCELLED, str(reason)
    )


@pytest.mark.parametrize("reason", sorted(BLAMELESS))
def test_rule_3_a_blameless_end_with_enough_responses_is_judged_like_any_other(reason: EndReason) -> None:
    ended = record(End.TERMINATED, MINIMUM, reason)
    assert decide(ended, 64, MINIMUM) == Decision(Status.VALIDATED, None)
    assert decide(ended, 0, MINIMUM) == Decision(Status.REJECTED, str(StatusReason.NO_LEVEL_CERTIFIED))


@pytest.mark.parametrize("reason", [None, EndReason.CANDIDATE, EndReason.OTHER, EndReason.ABSENT])
@pytest.mark.parametrize("end", STARTED)
def test_rule_4_fewer_responses_than_the_minimum_are_rejected(end: End, reason: EndReason | None) -> None:
    assert decide(record(end, MINIMUM - 1, reason), 512, MINIMUM) == Decision(
        Status.REJECTED, "too_few_responses"
    )
    assert decide(record(end, MINIMUM, reason), 512, MINIMUM).status is Status.VALIDATED


def test_rule_4_an_item_that_was_passed_over_is_no_response() -> None:
    ended = record(responses=MINIMUM)
    ended.responses[MINIMUM].content = SKIP
    assert decide(ended, 512, MINIMUM).reason == "too_few_responses"
    ended.reason = EndReason.MEDICAL
    assert decide(ended, 512, MINIMUM) == Decision(Status.CANCELLED, "medical")


def test_rule_5_without_one_right_response_nothing_is_certified_whatever_the_profile_says() -> None:
    ended = record()
    for given in ended.responses.values():
        given.correct = False
    assert decide(ended, 96, MINIMUM) == Decision(Status.REJECTED, "no_level_certified")
    ended.responses[7].correct = True
    assert decide(ended, 96, MINIMUM).status is Status.VALIDATED


def test_rule_4_the_minimum_is_the_one_that_is_given() -> None:
    assert decide(record(responses=5), 8, 5).status is Status.VALIDATED
    assert decide(record(responses=5), 8, 6).reason == "too_few_responses"


@pytest.mark.parametrize("end", STARTED)
def test_rule_5_no_certified_level_is_rejected(end: End) -> None:
    assert decide(record(end), 0, MINIMUM) == Decision(Status.REJECTED, "no_level_certified")


@pytest.mark.parametrize("end", STARTED)
@pytest.mark.parametrize("score", [8, 1024])
def test_rule_6_everything_else_is_validated(end: End, score: int) -> None:
    assert decide(record(end), score, MINIMUM) == Decision(Status.VALIDATED, None)


def test_a_draft_that_the_end_cut_off_counts_towards_the_minimum() -> None:
    ended = record(End.TIMED_OUT, MINIMUM)
    ended.responses[MINIMUM].final = False
    assert decide(ended, 8, MINIMUM).status is Status.VALIDATED


def first_rule(end: End, reason: EndReason | None, *, few: bool, score: int) -> Status:
    """The table of the module's head, written as questions in their order."""
    questions = (
        (end is End.NOT_STARTED, Status.CANCELLED),
        (reason is EndReason.FRAUD_SUSPECTED, Status.REJECTED),
        (
            few and reason in (EndReason.TECHNICAL, EndReason.MEDICAL, EndReason.ROOM_EVACUATED),
            Status.CANCELLED,
        ),
        (few, Status.REJECTED),
        (score == 0, Status.REJECTED),
    )
    return next((status for applies, status in questions if applies), Status.VALIDATED)


def test_of_several_rules_that_apply_the_first_decides() -> None:
    for end, reason, few, score in product(End, [None, *EndReason], [False, True], [0, 8]):
        ended = record(end, MINIMUM - few, reason)
        decision = decide(ended, score, MINIMUM)
        assert decision.status is first_rule(end, reason, few=few, score=score)
        assert (decision.reason is None) is (decision.status is Status.VALIDATED)
