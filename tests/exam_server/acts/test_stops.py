"""Pause, resume, extend, terminate, for one candidate and for the room; and who may."""

from datetime import timedelta

import pytest

from exam_server.acts.attempts import LONGEST_EXTENSION, Extension, extend_attempt
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, TooLate
from exam_server.storage.candidate_state import as_state
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Three candidates, who have just started."""
    return await a_running_room(store)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def test_a_pause_stops_one_clock_and_says_what_is_left(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=5)
    number = await room.pause(c, "infirmerie")
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.due_at, attempt.stopped_since) == ("paused", None, room.clock())
    assert attempt.left_us == 100 * MINUTE // timedelta(microseconds=1)
    assert attempt.stop_reason == "infirmerie"
    fact = await room.last()
    assert (fact.number, fact.kind, fact.entry.actor) == (number, "AttemptPaused", room.by.id)
    assert fact.facts == {"reason": "infirmerie", "left_ms": 100 * 60 * 1000}
    assert (await room.attempt(room.candidates[1])).due_at is not None


async def test_a_pause_does_not_use_up_time(room: ExamRoom, c: Sitter) -> None:
    before = (await room.attempt(c)).due_at
    assert before is not None
    room.clock.advance(minutes=5)
    await room.pause(c)
    room.clock.advance(minutes=20, microseconds=1)
    await room.resume(c)
    attempt = await room.attempt(c)
    after = before + 20 * MINUTE + timedelta(microseconds=1)
    assert (attempt.state, attempt.due_at, attempt.left_us) == ("in_progress", after, None)
    assert (attempt.stopped_since, attempt.stop_reason) == (None, None)
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("AttemptResumed", {"deadline": to_millis(after)})


async def test_a_stop_of_the_room_stops_every_clock_with_one_fact(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    await room.terminate(room.candidates[2])
    room.clock.advance(minutes=10)
    await room.pause_room("alarme")
    left = {c.id: 105 * 60 * 1000, room.candidates[1].id: 95 * 60 * 1000}
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("RoomPaused", {"reason": "alarme", "left": left})
    assert (await room.session()).stopped_since == room.clock()
    room.clock.advance(minutes=7)
    await room.resume_room()
    deadline = to_millis(room.clock() + 95 * MINUTE)
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("RoomResumed", {"deadlines": {room.candidates[1].id: deadline}})
    assert (await room.attempt(c)).due_at is None
    assert (await room.session()).stopped_since is None


async def test_two_stops_at_once_count_once(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    await room.pause(c)
    room.clock.advance(minutes=2)
    await room.pause_room()
    room.clock.advance(minutes=2)
    await room.resume(c)
    assert (await room.attempt(c)).due_at is None
    room.clock.advance(minutes=2)
    await room.resume_room()
    assert (await room.attempt(c)).due_at == due + 6 * MINUTE


async def test_nobody_starts_while_the_room_is_stopped(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    await room.admit_all()
    await room.pause_room()
    with pytest.raises(Exception, match="room_stopped"):
        await room.start(room.candidates[0])
    room.clock.advance(minutes=3)
    await room.resume_room()
    await room.start(room.candidates[0])
    assert (await room.attempt(room.candidates[0])).due_at == room.clock() + 105 * MINUTE


async def test_a_stop_is_ended_once_and_begun_once(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(IllegalTransition):
        await room.resume(c)
    await room.pause(c)
    with pytest.raises(IllegalTransition):
        await room.pause(c)
    with pytest.raises(IllegalTransition, match="room_not_stopped"):
        await room.resume_room()
    await room.pause_room()
    with pytest.raises(IllegalTransition, match="room_already_stopped"):
        await room.pause_room()


async def test_an_extension_moves_the_deadline_of_one(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    await room.extend(c, 5, "panne")
    attempt = await room.attempt(c)
    assert attempt.due_at == due + 5 * MINUTE
    assert attempt.allowed_us == 110 * MINUTE // timedelta(microseconds=1)
    fact = await room.last()
    deadline = to_millis(due + 5 * MINUTE)
    assert fact.kind == "TimeExtended"
    assert fact.facts == {"minutes": 5, "reason": "panne", "deadline": deadline, "left_ms": None}
    assert (await room.attempt(room.candidates[1])).due_at == due


async def test_an_extension_during_a_pause_adds_to_what_is_left(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    await room.extend(c, 5)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.due_at) == ("paused", None)
    assert attempt.left_us == 110 * MINUTE // timedelta(microseconds=1)
    assert (await room.last()).facts["left_ms"] == 110 * 60 * 1000


async def test_an_extension_of_the_room_is_for_everyone_under_way(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    await room.terminate(room.candidates[2])
    await room.pause(room.candidates[1])
    number = await room.extend_room(10)
    assert (await room.attempt(c)).due_at == due + 10 * MINUTE
    assert (await room.attempt(room.candidates[1])).left_us == 115 * MINUTE // timedelta(microseconds=1)
    assert (await room.attempt(room.candidates[2])).due_at is None
    facts = await room.log("TimeExtended")
    assert {fact.entry.candidate for fact in facts} == {c.id, room.candidates[1].id}
    assert facts[-1].number == number


@pytest.mark.parametrize("length", [timedelta(), -MINUTE, timedelta(seconds=59), LONGEST_EXTENSION + MINUTE])
def test_an_extension_has_bounds(length: timedelta) -> None:
    with pytest.raises(InvalidInput):
        Extension(length, "?")


async def test_the_same_wish_for_more_time_is_granted_once(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    wish, other = Extension(5 * MINUTE, "panne", "wish-1"), Extension(5 * MINUTE, "panne", "wish-2")
    numbers = [await room.do(extend_attempt, room.by, c.id, one) for one in (wish, wish, other, wish)]
    assert (await room.attempt(c)).due_at == due + 10 * MINUTE
    assert len(await room.log("TimeExtended")) == 2
    assert numbers == [numbers[0], numbers[0], numbers[0] + 1, numbers[0]]


async def test_a_termination_ends_one_test_with_its_reason(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)
    await room.draft(c)
    room.clock.advance(minutes=1)
    await room.terminate(c, EndReason.MEDICAL, "malaise")
    attempt, candidate = await room.attempt(c), await room.candidate(c)
    assert (attempt.state, attempt.ended_at, attempt.due_at) == ("terminated", room.clock(), None)
    assert (candidate.end_reason, candidate.end_note) == ("medical", "malaise")
    fact = await room.last()
    assert fact.kind == "AttemptTerminated"
    # The draft in hand is a response like any other.
    behind = {"answered": 2, "receipt": attempt.receipt}
    assert fact.facts == {"reason": "medical", "note": "malaise", **behind}


async def test_a_termination_of_the_room_ends_every_test(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    await room.terminate_room(EndReason.ROOM_EVACUATED)
    assert {(await room.attempt(one)).state for one in room.candidates} == {"terminated"}
    assert len(await room.log("AttemptTerminated")) == 3
    assert await room.tick() == []


async def test_what_has_ended_cannot_be_touched(room: ExamRoom, c: Sitter) -> None:
    await room.terminate(c)
    for act in (room.pause, room.resume, room.extend, room.terminate):
        with pytest.raises(IllegalTransition):
            await act(c)


async def test_from_the_deadline_on_an_invigilator_comes_too_late(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=105)
    before = await room.log()
    for act in (room.pause, room.extend, room.terminate):
        with pytest.raises(TooLate):
            await act(c)
    await room.extend_room()
    await room.terminate_room()
    assert await room.log() == before


async def test_a_pause_one_microsecond_before_the_deadline_holds_it(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=105, microseconds=-1)
    await room.pause(c)
    assert (await room.attempt(c)).left_us == 1
    room.clock.advance(hours=1)
    assert c.id not in await room.tick()
    await room.resume(c)
    assert (await room.attempt(c)).due_at == room.clock() + timedelta(microseconds=1)


async def test_a_pause_that_would_hold_nothing_is_refused(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=105, seconds=3)
    await room.pause_room()
    await room.resume_room()
    room.clock.advance(seconds=-4)  # a worker whose clock is behind
    with pytest.raises(TooLate):
        await room.pause(c)
    room.clock.advance(seconds=10)
    assert c.id in await room.tick()


async def test_who_has_not_started_cannot_be_stopped(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    for act in (room.pause, room.resume, room.extend, room.terminate):
        with pytest.raises(IllegalTransition):
            await act(room.candidates[0])


async def test_a_room_that_is_not_open_cannot_be_stopped(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    for act in (room.pause_room, room.resume_room, room.extend_room, room.terminate_room):
        with pytest.raises(IllegalTransition):
            await act()


async def test_the_page_says_why_the_room_is_stopped_but_not_why_one_candidate_is(room: ExamRoom) -> None:
    one, other = room.candidates[:2]
    await room.pause(one, reason="malaise")
    state = as_state(await room.view(one), room.store.house, 0)
    assert "malaise" not in str(state)
    assert state["phase"] == "stopped"
    await room.pause_room(reason="alarme incendie")
    for c in (one, other):
        assert "alarme incendie" in str(as_state(await room.view(c), room.store.house, 0))
