"""Opening on the day, the check-in phase, seats, and the exam's own figures."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exam_server.domain.candidates import Seat
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.rules import ExamRules
from exam_server.domain.sessions import check_in_end, check_opening_day

MONDAY = date(2026, 11, 23)


def test_a_session_opens_on_its_day() -> None:
    check_opening_day(MONDAY, MONDAY)


@pytest.mark.parametrize("days", [-1, 1, 365])
def test_a_session_opens_on_no_other_day(days: int) -> None:
    with pytest.raises(NotAllowed) as refusal:
        check_opening_day(MONDAY, MONDAY + timedelta(days=days))
    assert refusal.value.code == "not_today"
    assert refusal.value.facts == {"planned": "2026-11-23"}


def test_the_check_in_phase_ends_its_length_after_the_opening() -> None:
    opened = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert check_in_end(opened, ExamRules().check_in) == datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(("row", "column"), [(1, 1), (5, 6), (1, 6), (5, 1)])
def test_a_seat_of_the_plan_is_taken(row: int, column: int) -> None:
    Seat(row, column).check_within(rows=5, columns=6)


@pytest.mark.parametrize(("row", "column"), [(0, 1), (1, 0), (6, 1), (1, 7), (-1, 3), (6, 5)])
def test_a_seat_outside_the_plan_is_refused(row: int, column: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Seat(row, column).check_within(rows=5, columns=6)
    assert refusal.value.code == "no_such_seat"
    assert refusal.value.facts == {"rows": 5, "columns": 6}


def test_the_defaults_are_the_exam_s_own_figures() -> None:
    rules = ExamRules()
    assert rules.duration == timedelta(minutes=105)
    assert rules.check_in == timedelta(minutes=15)
    assert (rules.items, rules.minimum_responses) == (32, 20)
    assert timedelta() < rules.grace <= timedelta(seconds=10)
