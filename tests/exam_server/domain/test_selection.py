"""Acts on a selection: whom each concerns, why it leaves the others, and when a stop holds a clock."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.attempts import ENDED, RUNNING, AttemptState, EndReason
from exam_server.domain.errors import InvalidInput
from exam_server.domain.selection import (
    MOST_CHOSEN,
    SelectionAct,
    Unfit,
    check_end,
    checked_choice,
    unfit_for,
)
from exam_server.domain.timing import EntryKind, Ledger, TimeEntry

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
BASE = timedelta(minutes=105)
RUNS, PAUSED = AttemptState.IN_PROGRESS, AttemptState.PAUSED
IN_A_TEST = frozenset(SelectionAct) - {SelectionAct.MESSAGE}


@pytest.mark.parametrize(
    ("act", "state", "why"),
    [
        ("pause", RUNS, None),
        ("pause", PAUSED, Unfit.ALREADY_PAUSED),
        ("resume", RUNS, Unfit.NOT_PAUSED),
        ("resume", PAUSED, None),
        ("extend", RUNS, None),
        ("extend", PAUSED, None),
        ("terminate", RUNS, None),
        ("terminate", PAUSED, None),
        ("message", RUNS, None),
        ("message", PAUSED, None),
        ("message", None, None),
    ],
)
def test_an_act_concerns_those_whom_it_would_concern_alone(
    act: str, state: AttemptState | None, why: Unfit | None
) -> None:
    assert unfit_for(SelectionAct(act), state, is_over=False) is why


@pytest.mark.parametrize("act", SelectionAct)
@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_is_left_by_every_act(act: SelectionAct, state: AttemptState) -> None:
    assert unfit_for(act, state, is_over=False) is Unfit.ENDED


@pytest.mark.parametrize("act", sorted(IN_A_TEST))
def test_only_a_message_reaches_whoever_has_not_started(act: SelectionAct) -> None:
    assert unfit_for(act, None, is_over=False) is Unfit.NOT_STARTED


@pytest.mark.parametrize("state", sorted(RUNNING))
@pytest.mark.parametrize("act", sorted(IN_A_TEST))
def test_from_the_deadline_on_an_act_comes_too_late(act: SelectionAct, state: AttemptState) -> None:
    assert unfit_for(act, state, is_over=True) is Unfit.TIME_IS_OVER
    assert unfit_for(SelectionAct.MESSAGE, state, is_over=True) is None


@pytest.mark.parametrize("reason", EndReason)
def test_a_suspicion_of_fraud_and_the_desk_s_reasons_are_never_a_selection_s(reason: EndReason) -> None:
    alone = {EndReason.FRAUD_SUSPECTED, EndReason.ABSENT, EndReason.REFUSED}
    if reason in alone:
        with pytest.raises(InvalidInput, match="bad_reason"):
            check_end(reason, "téléphone")
    else:
        check_end(reason, "évacuation")


def test_another_reason_needs_a_word() -> None:
    with pytest.raises(InvalidInput, match="note_missing"):
        check_end(EndReason.OTHER, "")


@given(st.lists(st.sampled_from([f"c{n}" for n in range(40)]), min_size=1, max_size=80))
def test_a_choice_holds_each_once_in_its_order(names: list[str]) -> None:
    chosen = checked_choice(names)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) == set(names)
    assert [names.index(one) for one in chosen] == sorted(names.index(one) for one in chosen)


@pytest.mark.parametrize("count", [0, MOST_CHOSEN + 1])
def test_nobody_and_more_than_a_room_are_no_selection(count: int) -> None:
    with pytest.raises(InvalidInput, match="bad_selection"):
        checked_choice(f"c{n}" for n in range(count))
    assert len(checked_choice(f"c{n}" for n in range(MOST_CHOSEN))) == MOST_CHOSEN


@pytest.mark.parametrize("extra", [Fraction(0), Fraction(1, 3)])
@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)])
def test_a_stop_holds_the_clock_up_to_the_deadline_and_not_from_it(step: timedelta, extra: Fraction) -> None:
    ledger = Ledger(BASE, extra, (TimeEntry(EntryKind.STARTED, NINE),))
    deadline = ledger.deadline
    assert deadline is not None
    assert ledger.is_held_by_a_stop(deadline - step)
    assert not ledger.is_held_by_a_stop(deadline)
    assert not ledger.is_held_by_a_stop(deadline + step)


@given(
    at=st.integers(1, 8000),
    lasts=st.integers(0, 7200),
    extra=st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 3), Fraction(1)]),
)
def test_a_stop_that_holds_gives_back_its_exact_length(at: int, lasts: int, extra: Fraction) -> None:
    """Seconds after the start, seconds of the stop: to each candidate the same, whatever the extra time."""
    started = Ledger(BASE, extra, (TimeEntry(EntryKind.STARTED, NINE),))
    since = NINE + timedelta(seconds=at)
    stop = TimeEntry(EntryKind.STOPPED, since)
    resumed = TimeEntry(EntryKind.RESUMED, since + timedelta(seconds=lasts))
    after = Ledger(BASE, extra, (*started.entries, stop, resumed))
    before, gained = started.deadline, timedelta(seconds=lasts)
    assert before is not None
    held = started.is_held_by_a_stop(since)
    assert after.deadline == (before + gained if held else before)
