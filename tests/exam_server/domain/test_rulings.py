"""What a ruling needs before it is taken, and what stands beside it."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.errors import Forbidden, InvalidInput, NotAllowed
from exam_server.domain.rulings import (
    ABOUT_ATTEMPT,
    LONGEST_REASON,
    Heard,
    RulingKind,
    Standing,
    Wanted,
    check_second,
    check_wanted,
)

ANSWERED = frozenset({1, 2, 3})
SPOKE = Heard("ada", has_statement=True, has_declined=False)
DECLINED = Heard("ada", has_statement=False, has_declined=True)
UNHEARD = Heard("ada", has_statement=False, has_declined=False)


def wanted(kind: RulingKind, *positions: int, reason: str = "écran noir") -> Wanted:
    return Wanted("ada", kind, reason, positions, None)


def problems(ruling: Wanted, heard: Heard | None = SPOKE, standing: Iterable[Standing] = ()) -> object:
    with pytest.raises(InvalidInput) as refusal:
        check_wanted(ruling, ANSWERED, standing, heard)
    return refusal.value.facts["problems"]


@pytest.mark.parametrize("kind", RulingKind)
@pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_REASON + 1)])
def test_every_ruling_has_a_reason_of_a_readable_length(kind: RulingKind, reason: str) -> None:
    positions = (1,) if kind is RulingKind.LEAVE_OUT else ()
    assert problems(wanted(kind, *positions, reason=reason)) == [("reason", "ruling_reason_missing")]
    check_wanted(wanted(kind, *positions, reason="x" * LONGEST_REASON), ANSWERED, (), SPOKE)


@pytest.mark.parametrize("positions", [(), (4,), (1, 4), (0,)])
def test_only_items_that_were_answered_are_left_out(positions: tuple[int, ...]) -> None:
    assert problems(wanted(RulingKind.LEAVE_OUT, *positions)) == [("positions", "positions_not_answered")]


@pytest.mark.parametrize("kind", sorted(ABOUT_ATTEMPT))
def test_a_ruling_about_the_attempt_names_no_items(kind: RulingKind) -> None:
    assert problems(wanted(kind, 1)) == [("positions", "positions_of_another_ruling")]


def test_a_rejection_answers_a_report_about_the_candidate_who_was_heard_or_declined() -> None:
    reject = wanted(RulingKind.REJECT)
    assert problems(reject, heard=None) == [("incident", "incident_required")]
    assert problems(reject, heard=Heard("bob", True, False)) == [("incident", "incident_of_another")]
    with pytest.raises(NotAllowed, match="not_heard"):
        check_wanted(reject, ANSWERED, (), UNHEARD)
    for heard in (SPOKE, DECLINED):
        check_wanted(reject, ANSWERED, (), heard)


@given(first=st.sampled_from(sorted(ABOUT_ATTEMPT)), second=st.sampled_from(sorted(ABOUT_ATTEMPT)))
def test_one_ruling_about_the_attempt_stands_at_a_time(first: RulingKind, second: RulingKind) -> None:
    with pytest.raises(NotAllowed, match="ruling_stands"):
        check_wanted(wanted(second), ANSWERED, [Standing(first, ())], SPOKE)


@given(before=st.sets(st.integers(1, 3), min_size=1), now=st.sets(st.integers(1, 3), min_size=1))
def test_an_item_is_left_out_by_one_ruling(before: set[int], now: set[int]) -> None:
    standing = [Standing(RulingKind.LEAVE_OUT, tuple(before)), Standing(RulingKind.CANCEL, ())]
    ruling = wanted(RulingKind.LEAVE_OUT, *now)
    if before & now:
        with pytest.raises(NotAllowed, match="item_left_out"):
            check_wanted(ruling, ANSWERED, standing, None)
    else:
        check_wanted(ruling, ANSWERED, standing, None)


def test_the_second_person_is_another_one() -> None:
    check_second("head", "invigilator")
    with pytest.raises(Forbidden, match="second_person_needed"):
        check_second("head", "head")
