"""The ledger agrees with a clock that ticks, whatever happens in whatever order."""

from datetime import timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.exam_server.domain.ticking_room import EXTRA, TickingRoom

ACTIONS = ("start", "pause", "resume", "call", "end_call", "extend", "extra", "pause_room", "resume_room")
UNITS = (timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=7, microseconds=3))

Step = tuple[str, Fraction, int]

steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(sorted(EXTRA)), st.integers(0, 40)), max_size=24
)
rooms = st.builds(TickingRoom, unit=st.sampled_from(UNITS), extra=st.sampled_from(sorted(EXTRA)))


def assert_ledger_agrees(room: TickingRoom) -> None:
    """Compares everything that the ledger says now with what the ticking clock shows."""
    ledger, now = room.ledger, room.now
    left = (room.allowed - room.used) * room.unit
    assert ledger.allowed == room.allowed * room.unit
    assert ledger.time_left(now) == left
    assert ledger.is_over(now) is room.is_over
    assert ledger.stopped_since == (room.instant(room.moved_at) if room.is_standing else None)
    if room.over_at is not None:
        assert ledger.deadline == room.instant(room.over_at)
    else:
        runs = room.started and not room.is_standing
        assert ledger.deadline == (now + left if runs else None)


def run(room: TickingRoom, sequence: list[Step]) -> None:
    """Does each step and waits after it."""
    for name, extra, ticks in sequence:
        room.act(name, extra)
        room.wait(ticks)


@given(rooms, steps)
@example(TickingRoom(), [("start", Fraction(0), 5), ("pause", Fraction(0), 5), ("resume", Fraction(0), 0),
                         ("pause", Fraction(0), 5)])  # fmt: skip
@example(
    TickingRoom(),
    [("start", Fraction(0), 60), ("pause_room", Fraction(0), 9), ("resume_room", Fraction(0), 9)],
)
def test_the_ledger_agrees_with_a_ticking_clock_after_every_step(
    room: TickingRoom, sequence: list[Step]
) -> None:
    for name, extra, ticks in sequence:
        room.act(name, extra)
        assert_ledger_agrees(room)
        room.wait(ticks)
        assert_ledger_agrees(room)


# Nine acts have 362,880 orders: these are the stops that may overlap, and one of them with the rest.
ORDERED = (
    ("start", "pause", "resume", "extend", "extra", "pause_room", "resume_room"),
    ("start", "pause", "resume", "call", "end_call", "pause_room", "resume_room"),
)


@pytest.mark.parametrize("acts", ORDERED)
def test_every_order_of_seven_acts_agrees_with_a_ticking_clock(acts: tuple[str, ...]) -> None:
    for order in permutations(acts):
        room = TickingRoom()
        for name in order:
            room.act(name)
            room.wait(17)
            assert_ledger_agrees(room)


def test_each_act_just_before_at_and_just_after_the_deadline_agrees_with_a_ticking_clock() -> None:
    for first, second in permutations(ACTIONS[1:], 2):
        for wait in (59, 60, 61):
            room = TickingRoom()
            room.act("start")
            room.wait(wait)
            for name in (first, second):
                room.act(name)
                room.wait(3)
                assert_ledger_agrees(room)


@given(rooms, steps, st.integers(0, 200), st.integers(0, 200))
def test_time_left_is_constant_while_the_clock_stands_and_falls_one_to_one_otherwise(
    room: TickingRoom, sequence: list[Step], first: int, second: int
) -> None:
    run(room, sequence)
    ledger = room.ledger
    sooner = room.now + first * room.unit
    later = sooner + second * room.unit
    if room.started and not room.is_standing:
        assert ledger.time_left(sooner) - ledger.time_left(later) == min(
            later - sooner, ledger.time_left(sooner)
        )
    else:
        assert ledger.time_left(sooner) == ledger.time_left(later) == ledger.time_left(room.now)


@given(rooms, steps, st.integers(0, 10_000))
def test_time_left_is_never_negative(room: TickingRoom, sequence: list[Step], ticks: int) -> None:
    run(room, sequence)
    assert room.ledger.time_left(room.now + ticks * room.unit) >= timedelta()


@given(rooms, steps, st.sampled_from([one for one in ACTIONS if one not in {"start", "extra"}]))
def test_once_over_no_stop_moves_the_deadline(room: TickingRoom, sequence: list[Step], name: str) -> None:
    run(
        room,
        [
            *sequence,
            ("start", room.extra, 0),
            ("resume", room.extra, 0),
            ("end_call", room.extra, 0),
            ("resume_room", room.extra, 300),
        ],
    )
    over = room.ledger.deadline
    assert over is not None
    room.act(name)
    room.wait(5)
    assert room.ledger.deadline == over
    assert room.ledger.is_over(room.now)
