"""The clock's own acts: a test is closed at its deadline, by whoever looks first, also after an absence."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from exam_server.acts import clock as clock_acts
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room

MICROSECOND = timedelta(microseconds=1)
ALLOWED = timedelta(minutes=105)
GRACE = timedelta(seconds=5)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def test_a_test_is_closed_when_deadline_and_grace_have_passed_and_not_before(room: ExamRoom) -> None:
    end = room.clock() + ALLOWED + GRACE
    for instant in (end - GRACE, end - MICROSECOND, end):
        room.clock.move_to(instant)
        assert await room.tick() == []
    room.clock.move_to(end + MICROSECOND)
    assert sorted(await room.tick()) == sorted(one.id for one in room.candidates)
    assert await room.tick() == []


async def test_the_end_that_is_recorded_is_the_deadline(room: ExamRoom, c: Sitter) -> None:
    deadline = room.clock() + ALLOWED
    await room.respond(c)
    room.clock.advance(hours=5)  # nobody looked at the clock for three hours
    await room.tick()
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.ended_at, attempt.due_at) == ("timed_out", deadline, None)
    (fact,) = [one for one in await room.log("TimeRanOut") if one.entry.candidate == c.id]
    assert fact.facts == {"deadline": to_millis(deadline), "answered": 1, "receipt": attempt.receipt}
    assert fact.entry.actor == "system"
    assert fact.entry.at_ms == to_millis(room.clock())


async def test_the_draft_in_hand_counts_when_time_runs_out(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)
    await room.draft(c)
    room.clock.advance(hours=2)
    await room.tick()
    assert (await room.attempt(c)).answered == 2
    (fact,) = [one for one in await room.log("TimeRanOut") if one.entry.candidate == c.id]
    assert fact.facts["answered"] == 2


async def test_a_response_taken_within_the_grace_is_counted_once(room: ExamRoom, c: Sitter) -> None:
    room.clock.move_to(room.clock() + ALLOWED + GRACE)
    await room.respond(c)
    room.clock.advance(seconds=1)
    await room.tick()
    assert (await room.attempt(c)).answered == 1
    assert (await room.attempt(c)).state == "timed_out"


async def test_a_stopped_clock_is_never_due(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    room.clock.advance(hours=30)
    assert await room.tick() == [room.candidates[1].id]
    await room.resume(c)
    assert (await room.attempt(c)).due_at == room.clock() + ALLOWED


async def test_a_stop_of_the_room_holds_every_deadline(room: ExamRoom) -> None:
    await room.pause_room()
    room.clock.advance(hours=30)
    assert await room.tick() == []
    assert await room.store.read(clock_acts.next_due) is None


async def test_the_longest_overdue_is_closed_first(store: Store) -> None:
    room = await a_running_room(store)
    first, second, third = room.candidates
    await room.extend(first, 20)
    await room.extend(second, 10)
    room.clock.advance(hours=3)
    assert await room.tick() == [third.id, second.id, first.id]


async def test_the_clock_knows_when_to_look_next(room: ExamRoom, c: Sitter) -> None:
    start = room.clock()
    await room.extend(c, 1)
    assert await room.store.read(clock_acts.next_due) == start + ALLOWED + GRACE
    await room.terminate(room.candidates[1])
    assert await room.store.read(clock_acts.next_due) == start + ALLOWED + timedelta(minutes=1) + GRACE
    await room.terminate(c)
    assert await room.store.read(clock_acts.next_due) is None


async def test_two_workers_close_a_test_once(room: ExamRoom, another_store: Callable[[], Store]) -> None:
    other = another_store()
    room.clock.advance(hours=2)
    due = await room.store.read(clock_acts.due_attempts)
    assert await other.read(clock_acts.due_attempts) == due
    # On SQLite two processes are not meant to serve, but even then each looks after the other has written.
    closed = [await worker.run(clock_acts.run_out, one) for one in due for worker in (room.store, other)]
    assert closed == [True, False] * 2
    assert len(await room.log("TimeRanOut")) == 2
    await room.checked_log()


async def test_run_out_and_a_termination_at_once_end_a_test_once(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(hours=2)
    runs = [room.do(clock_acts.run_out, c.id) for _ in range(6)]
    assert sorted(await asyncio.gather(*runs)) == [False] * 5 + [True]
    assert len([one for one in await room.log("TimeRanOut") if one.entry.candidate == c.id]) == 1


async def test_an_extension_that_came_first_keeps_the_test_open(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=104)
    await room.extend(c, 10)
    room.clock.advance(minutes=2)
    assert await room.do(clock_acts.run_out, c.id) is False
    assert (await room.attempt(c)).state == "in_progress"


async def test_nobody_s_attempt_is_not_due(room: ExamRoom) -> None:
    assert await room.do(clock_acts.run_out, "nobody") is False


async def test_a_new_worker_finds_what_fell_due_while_none_ran(
    room: ExamRoom, c: Sitter, another_store: Callable[[], Store]
) -> None:
    deadline = room.clock() + ALLOWED
    await room.store.close()
    room.clock.advance(hours=3)
    room.store = another_store()
    assert c.id in await room.tick()
    assert (await room.attempt(c)).ended_at == deadline
    await room.checked_log()
