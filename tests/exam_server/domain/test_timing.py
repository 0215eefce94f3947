"""The candidate's time, rule by rule."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.timing import (
    EntryKind,
    Ledger,
    Scope,
    Stop,
    TimeEntry,
    merged_stops,
    time_allowed,
)
from tests.exam_server.domain.ticking_room import NINE

BASE = timedelta(minutes=105)
MICROSECOND = timedelta(microseconds=1)
EITHER_SIDE = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1))


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def started(minutes: float = 0) -> TimeEntry:
    return TimeEntry(EntryKind.STARTED, at(minutes))


def stop(since: datetime, until: datetime | None = None, scope: Scope = Scope.ATTEMPT) -> list[TimeEntry]:
    entries = [TimeEntry(EntryKind.STOPPED, since, scope)]
    return entries if until is None else [*entries, TimeEntry(EntryKind.RESUMED, until, scope)]


def ledger(*entries: TimeEntry, extra: Fraction = Fraction(0)) -> Ledger:
    return Ledger(BASE, extra, entries)


def in_time_order(entries: Sequence[TimeEntry]) -> list[TimeEntry]:
    return sorted(entries, key=lambda entry: entry.at)


# -- before the start, and the deadline itself ---------------------------------------------------------------


def test_before_the_start_all_of_the_time_is_left_and_there_is_no_deadline() -> None:
    idle = ledger(*stop(at(-5), scope=Scope.ROOM), extra=Fraction(1, 3))
    assert idle.started_at is None
    assert idle.deadline is None
    assert idle.stopped_since is None
    assert not idle.is_over(at(10_000))
    assert idle.time_left(at(10_000)) == timedelta(minutes=140)


def test_the_deadline_is_the_start_plus_the_time_allowed() -> None:
    assert ledger(started()).deadline == at(105)
    assert ledger(started(7), extra=Fraction(1, 3)).deadline == at(147)


@pytest.mark.parametrize("distance", [MICROSECOND, *EITHER_SIDE])
def test_either_side_of_the_deadline(distance: timedelta) -> None:
    running = ledger(started())
    assert not running.is_over(at(105) - distance)
    assert running.time_left(at(105) - distance) == distance
    assert running.is_over(at(105) + distance)
    assert running.time_left(at(105) + distance) == timedelta()


def test_the_time_is_over_at_the_very_deadline() -> None:
    running = ledger(started())
    assert running.is_over(at(105))
    assert running.time_left(at(105)) == timedelta()


# -- stops ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", list(Scope))
def test_a_stop_does_not_use_up_time(scope: Scope) -> None:
    during = ledger(started(), *stop(at(30), scope=scope))
    assert during.deadline is None
    assert during.stopped_since == at(30)
    assert during.time_left(at(30)) == during.time_left(at(300)) == timedelta(minutes=75)
    after = ledger(started(), *stop(at(30), at(300), scope))
    assert after.deadline == at(105 + 270)
    assert after.time_left(at(300)) == timedelta(minutes=75)


@pytest.mark.parametrize("distance", [MICROSECOND, *EITHER_SIDE])
def test_a_stop_that_begins_before_the_deadline_is_given_back_whole(distance: timedelta) -> None:
    since = at(105) - distance
    stopped = ledger(started(), *stop(since, since + timedelta(hours=2)))
    assert stopped.deadline == at(105) + timedelta(hours=2)


@pytest.mark.parametrize("distance", [timedelta(), MICROSECOND, *EITHER_SIDE])
@pytest.mark.parametrize("scope", list(Scope))
def test_a_stop_at_or_after_the_deadline_gives_nothing_back(distance: timedelta, scope: Scope) -> None:
    since = at(105) + distance
    for entries in (stop(since, scope=scope), stop(since, since + timedelta(hours=2), scope)):
        late = ledger(started(), *entries)
        assert late.deadline == at(105)
        assert late.stopped_since is None
        assert late.is_over(since)


def test_a_stop_after_the_deadline_counts_where_an_earlier_stop_has_moved_the_deadline_behind_it() -> None:
    twice = ledger(started(), *stop(at(50), at(60)), *stop(at(110), at(120)))
    assert twice.deadline == at(125)


def test_a_room_stop_that_ended_before_the_start_gives_nothing() -> None:
    assert ledger(*stop(at(-20), at(-10), Scope.ROOM), started()).deadline == at(105)
    assert ledger(*stop(at(-20), at(0), Scope.ROOM), started()).deadline == at(105)


def test_a_room_stop_that_was_on_at_the_start_counts_from_the_start() -> None:
    early = ledger(*stop(at(-20), scope=Scope.ROOM), started())
    assert early.stopped_since == at(0)
    assert early.time_left(at(500)) == BASE
    assert ledger(
        *stop(at(-20), at(10), Scope.ROOM)[:1], started(), *stop(at(-20), at(10), Scope.ROOM)[1:]
    ).deadline == at(115)


@pytest.mark.parametrize(
    ("own", "room", "gained"),
    [
        ((10, 20), (30, 40), 20),  # apart
        ((10, 20), (20, 30), 20),  # touching
        ((10, 30), (20, 40), 30),  # overlapping
        ((10, 40), (20, 30), 30),  # one within the other
        ((20, 30), (10, 40), 30),
        ((10, 30), (10, 30), 20),  # the same
        ((10, 30), (10, 20), 20),  # the same beginning
        ((10, 30), (20, 30), 20),  # the same end
    ],
)
def test_overlapping_stops_of_the_candidate_and_of_the_room_count_once(
    own: tuple[int, int], room: tuple[int, int], gained: int
) -> None:
    entries = [*stop(at(own[0]), at(own[1])), *stop(at(room[0]), at(room[1]), Scope.ROOM)]
    assert ledger(started(), *in_time_order(entries)).deadline == at(105 + gained)
    entries = [*stop(at(room[0]), at(room[1]), Scope.ROOM), *stop(at(own[0]), at(own[1]))]
    assert ledger(started(), *in_time_order(entries)).deadline == at(105 + gained)


def test_the_clock_runs_again_only_when_both_the_room_and_the_candidate_have_resumed() -> None:
    first = [started(), *stop(at(10)), *stop(at(20), at(30), Scope.ROOM)]
    assert ledger(*first).deadline is None
    assert ledger(*first).stopped_since == at(10)
    assert ledger(*first, TimeEntry(EntryKind.RESUMED, at(40))).deadline == at(135)


@given(st.lists(st.tuples(st.sampled_from(list(Scope)), st.booleans(), st.integers(0, 50)), max_size=30))
def test_merged_stops_are_in_order_apart_and_only_the_last_is_open(
    moves: list[tuple[Scope, bool, int]],
) -> None:
    now, entries = NINE, []
    for scope, stops, seconds in moves:
        now += timedelta(seconds=seconds)
        entries.append(TimeEntry(EntryKind.STOPPED if stops else EntryKind.RESUMED, now, scope))
    merged = merged_stops(entries)
    for before, after in itertools.pairwise(merged):
        assert before.until is not None
        assert before.since <= before.until < after.since
    closed = [one for one in merged if one.until is not None]
    assert list(merged[: len(closed)]) == closed


def test_a_second_stop_or_resume_of_the_same_clock_changes_nothing() -> None:
    twice = [*stop(at(10)), *stop(at(20), at(30)), TimeEntry(EntryKind.RESUMED, at(40))]
    assert list(merged_stops(twice)) == [Stop(at(10), at(30))]


# -- entries of one instant, and clocks that disagree --------------------------------------------------------


def test_a_resume_and_a_new_pause_at_one_instant_leave_the_clock_stopped() -> None:
    paused_again = ledger(started(), *stop(at(10), at(20)), *stop(at(20)))
    assert paused_again.deadline is None
    assert paused_again.time_left(at(60)) == timedelta(minutes=95)


def test_a_pause_and_a_resume_at_one_instant_leave_the_clock_running() -> None:
    assert ledger(started(), *stop(at(10), at(10))).deadline == at(105)


def test_a_room_stop_at_the_instant_of_a_resume_goes_on_where_the_pause_ended() -> None:
    handed_over = ledger(started(), *stop(at(10), at(20)), *stop(at(20), scope=Scope.ROOM))
    assert handed_over.deadline is None
    assert handed_over.stopped_since == at(10)


@pytest.mark.parametrize("lag", [MICROSECOND, timedelta(seconds=2)])
def test_the_ledger_s_order_decides_where_the_clock_of_a_worker_lags(lag: timedelta) -> None:
    """Resumed by one worker, paused again by another whose clock is a little behind: the clock stands."""
    paused_again = ledger(started(), *stop(at(10), at(20)), *stop(at(20) - lag))
    assert paused_again.deadline is None
    assert paused_again.time_left(at(60)) == timedelta(minutes=95)


def test_a_start_and_a_stop_at_one_instant_leave_all_of_the_time() -> None:
    assert ledger(started(), *stop(at(0))).time_left(at(50)) == BASE
    assert ledger(*stop(at(0), scope=Scope.ROOM), started()).time_left(at(50)) == BASE


# -- extensions and extra time -------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_by_its_length() -> None:
    extension = TimeEntry(EntryKind.EXTENDED, at(50), length=timedelta(minutes=5))
    assert ledger(started(), extension).deadline == at(110)
    assert ledger(started(), extension, extension).deadline == at(115)


def test_an_extension_during_a_stop_is_added_to_what_is_left_and_the_clock_stays_stopped() -> None:
    extension = TimeEntry(EntryKind.EXTENDED, at(50), length=timedelta(minutes=5))
    during = ledger(started(), *stop(at(40)), extension)
    assert during.deadline is None
    assert during.time_left(at(90)) == timedelta(minutes=70)
    resumed = ledger(started(), *stop(at(40)), extension, TimeEntry(EntryKind.RESUMED, at(60)))
    assert resumed.deadline == at(130)


def test_a_stop_after_the_first_deadline_but_within_an_extension_is_given_back() -> None:
    extension = TimeEntry(EntryKind.EXTENDED, at(50), length=timedelta(minutes=10))
    assert ledger(started(), extension, *stop(at(108), at(118))).deadline == at(125)


def test_extra_time_multiplies_the_base_and_not_the_extensions() -> None:
    extension = TimeEntry(EntryKind.EXTENDED, at(50), length=timedelta(minutes=30))
    assert ledger(started(), extension, extra=Fraction(1, 3)).allowed == timedelta(minutes=170)


def test_a_third_of_105_minutes_is_35_minutes_to_the_microsecond() -> None:
    assert time_allowed(BASE, Fraction(1, 3)) == timedelta(minutes=140)
    assert time_allowed(BASE, Fraction(2, 3)) == timedelta(minutes=175)
    assert time_allowed(BASE, Fraction(0)) == BASE


def test_a_fraction_of_a_microsecond_is_given_to_the_candidate() -> None:
    a_seventh = time_allowed(timedelta(minutes=100), Fraction(1, 7))
    assert a_seventh == timedelta(microseconds=6_857_142_858)
    assert a_seventh > timedelta(microseconds=Fraction(6_000_000_000) * Fraction(8, 7) // 1)


@given(
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.fractions(min_value=0, max_value=3, max_denominator=999),
)
def test_the_time_allowed_is_never_less_than_exact_and_less_than_a_microsecond_more(
    base: timedelta, extra: Fraction
) -> None:
    exact = Fraction(base // MICROSECOND) * (1 + extra)
    given_microseconds = time_allowed(base, extra) // MICROSECOND
    assert 0 <= given_microseconds - exact < 1
