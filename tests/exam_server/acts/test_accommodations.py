"""Extra time: exact fractions, before the test and during it."""

from datetime import timedelta
from fractions import Fraction

import pytest

from exam_server.acts.accommodations import set_extra_time
from exam_server.domain.errors import IllegalTransition, TooLate
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

THIRD = Fraction(1, 3)
MINUTE = timedelta(minutes=1)


async def set_extra(room: ExamRoom, c: Sitter, extra: Fraction) -> int:
    return await room.do(set_extra_time, room.school.officer, c.id, extra)


async def test_one_third_more_is_exactly_140_minutes(store: Store) -> None:
    room = await an_exam_room(store, candidates=2, is_open=False)
    c, other = room.candidates
    assert await set_extra(room, c, THIRD) == 140
    fact = await room.last()
    assert (fact.kind, fact.entry.candidate) == ("ExtraTimeSet", c.id)
    assert fact.facts == {"fraction": "1/3", "allowed_ms": 140 * 60_000, "deadline": None}
    await room.open()
    await room.admit_all()
    await room.start_all()
    assert (await room.attempt(c)).due_at == room.clock() + 140 * MINUTE
    assert (await room.attempt(other)).due_at == room.clock() + 105 * MINUTE


async def test_extra_time_set_during_the_test_moves_the_deadline(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, other = room.candidates
    start = room.clock()
    room.clock.advance(minutes=100)
    await set_extra(room, c, THIRD)
    assert (await room.attempt(c)).due_at == start + 140 * MINUTE
    assert (await room.last()).facts["deadline"] == to_millis(start + 140 * MINUTE)
    assert (await room.attempt(other)).due_at == start + 105 * MINUTE


async def test_extra_time_set_during_a_pause_adds_to_what_is_left(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    room.clock.advance(minutes=5)
    await room.pause(c)
    await set_extra(room, c, THIRD)
    attempt = await room.attempt(c)
    assert (attempt.due_at, attempt.left_us) == (None, 135 * MINUTE // timedelta(microseconds=1))
    room.clock.advance(minutes=30)
    await room.resume(c)
    assert (await room.attempt(c)).due_at == room.clock() + 135 * MINUTE


async def test_extra_time_can_be_taken_back_while_time_remains(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    start = room.clock()
    await set_extra(room, c, THIRD)
    room.clock.advance(minutes=104)
    assert await set_extra(room, c, Fraction(0)) == 105
    assert (await room.last()).facts["fraction"] is None
    assert (await room.attempt(c)).due_at == start + 105 * MINUTE


@pytest.mark.parametrize("is_paused", [False, True])
async def test_extra_time_that_is_already_used_cannot_be_taken_back(store: Store, is_paused: bool) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    await set_extra(room, c, THIRD)
    room.clock.advance(minutes=120)
    if is_paused:
        await room.pause(c)
    before = await room.log()
    with pytest.raises(TooLate):
        await set_extra(room, c, Fraction(0))
    assert await room.log() == before
    assert await room.tick() == []


@pytest.mark.parametrize("is_room", [False, True])
async def test_a_stopped_clock_gets_no_deadline_from_less_extra_time(store: Store, is_room: bool) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    await set_extra(room, c, THIRD)
    room.clock.advance(minutes=106)
    await (room.pause_room() if is_room else room.pause(c))
    room.clock.advance(minutes=-2)  # the officer's worker is behind the invigilator's
    with pytest.raises(TooLate):
        await set_extra(room, c, Fraction(0))
    assert (await room.attempt(c)).due_at is None


async def test_extra_time_comes_too_late_after_the_deadline(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, ended = room.candidates
    await room.terminate(ended)
    room.clock.advance(minutes=105)
    with pytest.raises(TooLate):
        await set_extra(room, c, THIRD)
    with pytest.raises(IllegalTransition):
        await set_extra(room, ended, THIRD)


async def test_a_third_of_an_odd_base_is_rounded_for_the_candidate(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    await set_extra(room, c, Fraction(1, 7))
    allowed = (await room.attempt(c)).allowed_us
    assert allowed * 7 >= 105 * 60_000_000 * 8 > (allowed - 1) * 7
    assert allowed == 120 * 60_000_000
    assert await set_extra(room, c, Fraction(1, 11)) == 115
    allowed = (await room.attempt(c)).allowed_us
    assert allowed * 11 >= 105 * 60_000_000 * 12 > (allowed - 1) * 11
