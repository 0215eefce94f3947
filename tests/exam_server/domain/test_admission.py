"""The limits of the check-in desk, each one second and one microsecond to either side."""

from datetime import UTC, datetime, timedelta

import pytest

from exam_server.domain.admission import admission_end, has_lapsed, late_after, lateness
from exam_server.domain.errors import NotAllowed
from exam_server.domain.rules import ExamRules

END = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
"""The end of the check-in phase."""

RULES = ExamRules()
BOUNDLESS = ExamRules(late_limit=None, admission_lasts=None)
STEPS = [timedelta(seconds=1), timedelta(microseconds=1)]
EITHER_STEP = pytest.mark.parametrize("step", STEPS)


@EITHER_STEP
def test_an_admission_is_late_from_the_end_of_check_in_on(step: timedelta) -> None:
    assert lateness(END - step, END, None, RULES) is None
    assert lateness(END, END, None, RULES) == timedelta()
    assert lateness(END + step, END, None, RULES) == step


@EITHER_STEP
@pytest.mark.parametrize("first_start", [None, END - timedelta(minutes=4), END + timedelta(minutes=7)])
def test_nobody_is_admitted_an_hour_after_the_first_start_or_after_check_in_while_nobody_has_started(
    step: timedelta, first_start: datetime | None
) -> None:
    limit = (first_start or END) + timedelta(hours=1)
    assert late_after(END, first_start, RULES) == limit
    assert lateness(limit - step, END, first_start, RULES) == limit - step - END
    for too_late in (limit, limit + step):
        with pytest.raises(NotAllowed, match="too_late_to_admit") as refusal:
            lateness(too_late, END, first_start, RULES)
        assert refusal.value.facts == {"limit": 60}


def test_no_limit_ends_before_the_check_in_phase_does() -> None:
    early = END - timedelta(minutes=90)
    assert late_after(END, early, RULES) == END
    assert lateness(END - timedelta(seconds=1), END, early, RULES) is None
    with pytest.raises(NotAllowed):
        lateness(END, END, early, RULES)


@EITHER_STEP
def test_an_admission_lapses_after_a_quarter_of_an_hour(step: timedelta) -> None:
    end = END + timedelta(minutes=15)
    assert admission_end(END, RULES) == end
    assert not has_lapsed(end - step, END, RULES)
    assert has_lapsed(end, END, RULES)
    assert has_lapsed(end + step, END, RULES)


def test_who_was_never_admitted_has_nothing_that_lapses() -> None:
    assert admission_end(None, RULES) is None
    assert not has_lapsed(END, None, RULES)


def test_a_session_without_limits_admits_always_and_for_as_long_as_need_be() -> None:
    much_later = END + timedelta(days=1)
    assert lateness(much_later, END, END, BOUNDLESS) == timedelta(days=1)
    assert not has_lapsed(much_later, END, BOUNDLESS)
