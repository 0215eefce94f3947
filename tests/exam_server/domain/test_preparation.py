"""What is missing before the day is named, once each, and nothing else is."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from exam_server.domain.accommodations import Accommodations, Breaks, Measure
from exam_server.domain.preparation import Expected, Lack, Missing, lacks, latest_end

NINE = datetime(2026, 5, 12, 9, tzinfo=UTC)
QUARTER, BASE = timedelta(minutes=15), timedelta(minutes=105)
TWO = Breaks(2, timedelta(minutes=5), timedelta(minutes=10))


def one(*measures: Measure, **more: object) -> Expected:
    decided = Accommodations(measures=frozenset(measures))
    return Expected("c", "Ada", decided, **more)  # type: ignore[arg-type]


def missing(expected: Expected) -> list[Missing]:
    return [each.missing for each in lacks([expected], NINE, None)]


@pytest.mark.parametrize("measure", Measure)
def test_an_adult_or_a_place_is_missing_where_the_measure_needs_one(measure: Measure) -> None:
    adult = measure in (Measure.READER, Measure.SCRIBE)
    place = measure in (Measure.SEPARATE_ROOM, Measure.SMALL_GROUP)
    wanted = [Missing.ADULT] * adult + [Missing.PLACE] * place
    assert missing(one(measure)) == wanted
    assert missing(one(measure, adult="Camille", place="CDI")) == []


def test_a_decision_that_waits_or_has_ended_is_named() -> None:
    assert missing(one(waits=True, ended_before=True)) == [Missing.APPROVAL, Missing.ENDED]


@pytest.mark.parametrize(("minutes", "short"), [(-1, True), (0, False), (1, False), (-60, True), (60, False)])
def test_the_slot_is_short_where_the_room_is_needed_before_the_latest_end(minutes: int, short: bool) -> None:
    found = list(lacks([], NINE, NINE + timedelta(minutes=minutes)))
    assert found == ([Lack(Missing.SLOT)] if short else [])


def test_the_latest_end_has_check_in_extra_time_and_all_breaks() -> None:
    third = Expected("c", "Ada", Accommodations(Fraction(1, 3), TWO))
    assert latest_end(NINE, QUARTER, BASE, [third, one()]) == NINE + timedelta(minutes=15 + 140 + 10)
    assert latest_end(NINE, QUARTER, BASE, []) == NINE + timedelta(minutes=120)
