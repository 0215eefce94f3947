"""Rest breaks in a test under way: the clock stands still to the second, and each has its end."""

from datetime import timedelta

import pytest

from exam_server.acts import attempts, decisions, rest_breaks
from exam_server.domain.attempts import AttemptState, EndReason
from exam_server.domain.errors import Forbidden, IllegalTransition, NotAllowed, NotFound
from exam_server.storage.store import Store
from tests.support.decisions import TWO_BREAKS, decide, recorded
from tests.support.room import ExamRoom, Sitter, a_running_room
from tests.support.school import found_school

FIVE = timedelta(minutes=5)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates in their test, the first of whom has two breaks of five minutes."""
    room = await a_running_room(store, candidates=2)
    await decide(room, room.candidates[0], recorded(breaks=TWO_BREAKS))
    room.clock.advance(minutes=10)
    return room


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def due(room: ExamRoom, c: Sitter) -> object:
    return (await room.attempt(c)).due_at


async def over(room: ExamRoom) -> list[bool]:
    """What the clock's own hand does now."""
    ids = await room.store.read(rest_breaks.due_breaks)
    return [await room.do(rest_breaks.break_over, one) for one in ids]


async def test_a_break_that_the_candidate_ends_moves_the_deadline_by_its_length(
    room: ExamRoom, c: Sitter
) -> None:
    before = (await room.attempt(c)).due_at
    assert before is not None
    await room.do(rest_breaks.take_break, c.token)
    assert await due(room, c) is None
    room.clock.advance(minutes=2, seconds=17)
    await room.do(rest_breaks.end_break, c.token)
    assert await due(room, c) == before + timedelta(minutes=2, seconds=17)
    ledger = await room.ledger(c)
    assert ledger.deadline == before + timedelta(minutes=2, seconds=17)


@pytest.mark.parametrize(
    ("seconds", "is_over"), [(-3600, False), (-60, False), (-1, False), (0, True), (1, True)]
)
async def test_a_break_ends_by_itself_at_its_end_and_not_before(
    room: ExamRoom, c: Sitter, seconds: int, is_over: bool
) -> None:
    before = (await room.attempt(c)).due_at
    assert before is not None
    await room.do(rest_breaks.take_break, c.token)
    end = (await room.attempt(c)).break_until
    assert end == room.clock() + FIVE == await room.store.read(rest_breaks.next_break_end)
    room.clock.move_to(max(room.clock(), end + timedelta(seconds=seconds)))
    assert await over(room) == ([True] if is_over else [])
    attempt = await room.attempt(c)
    assert (attempt.state == AttemptState.IN_PROGRESS) is is_over
    if is_over:
        assert attempt.due_at == before + FIVE + timedelta(seconds=seconds)
        assert await over(room) == []


async def test_number_and_total_are_held_and_what_was_not_used_stays(room: ExamRoom, c: Sitter) -> None:
    await room.do(rest_breaks.take_break, c.token)
    room.clock.advance(seconds=30)
    await room.do(rest_breaks.end_break, c.token)
    attempt = await room.attempt(c)
    assert (attempt.breaks_taken, attempt.breaks_us) == (1, 30_000_000)
    await room.do(rest_breaks.give_break, room.by, c.id)
    room.clock.advance(minutes=5)
    assert await over(room) == [True]
    with pytest.raises(NotAllowed, match="no_break_left"):
        await room.do(rest_breaks.take_break, c.token)
    assert (await room.attempt(c)).state == AttemptState.IN_PROGRESS
    assert len(await room.log("AttemptPaused")) == len(await room.log("AttemptResumed")) == 2


async def test_an_approval_in_the_middle_gives_more_breaks_at_once(room: ExamRoom, c: Sitter) -> None:
    other = room.candidates[1]
    with pytest.raises(NotAllowed, match="no_breaks"):
        await room.do(rest_breaks.take_break, other.token)
    await decide(room, other, recorded(breaks=TWO_BREAKS))
    await room.do(rest_breaks.take_break, other.token)
    assert (await room.attempt(other)).state == AttemptState.PAUSED


async def test_the_invigilator_ends_a_break_as_every_other_stop(room: ExamRoom, c: Sitter) -> None:
    await room.do(rest_breaks.take_break, c.token)
    room.clock.advance(minutes=1)
    await room.do(attempts.resume_attempt, room.by, c.id)
    attempt = await room.attempt(c)
    assert (attempt.break_until, attempt.breaks_us) == (None, 60_000_000)
    room.clock.advance(minutes=5)
    assert await over(room) == []


async def test_a_room_that_stops_during_a_break_stays_stopped_after_it(room: ExamRoom, c: Sitter) -> None:
    before = (await room.attempt(c)).due_at
    assert before is not None
    await room.do(rest_breaks.take_break, c.token)
    room.clock.advance(minutes=2)
    await room.pause_room()
    room.clock.advance(minutes=3)
    assert await over(room) == [True]
    assert await due(room, c) is None
    room.clock.advance(minutes=5)
    await room.resume_room()
    assert await due(room, c) == before + timedelta(minutes=10)


async def test_the_end_of_a_test_ends_its_break(room: ExamRoom, c: Sitter) -> None:
    await room.do(rest_breaks.take_break, c.token)
    room.clock.advance(minutes=1)
    await room.do(attempts.terminate_attempt, room.by, c.id, EndReason.TECHNICAL, "")
    attempt = await room.attempt(c)
    assert (attempt.break_until, attempt.breaks_us) == (None, 60_000_000)
    room.clock.advance(minutes=10)
    assert await over(room) == []


async def test_no_break_begins_twice_nor_ends_where_there_is_none(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(IllegalTransition, match="no_break_under_way"):
        await room.do(rest_breaks.end_break, c.token)
    await room.pause(c)
    with pytest.raises(IllegalTransition, match="no_break_under_way"):
        await room.do(rest_breaks.end_break, c.token)
    with pytest.raises(IllegalTransition):
        await room.do(rest_breaks.take_break, c.token)
    await room.resume(c)
    await room.do(rest_breaks.take_break, c.token)
    with pytest.raises(IllegalTransition):
        await room.do(rest_breaks.take_break, c.token)
    assert (await room.attempt(c)).breaks_taken == 1


async def test_nobody_else_gives_a_break(room: ExamRoom, c: Sitter) -> None:
    elsewhere = await room.do(found_school, 2)
    for stranger, refusal in ((room.school.head, Forbidden), (elsewhere.invigilator, NotFound)):
        with pytest.raises(refusal):
            await room.do(rest_breaks.give_break, stranger, c.id)


async def test_a_decision_that_ends_leaves_the_breaks_of_a_test_under_way(room: ExamRoom, c: Sitter) -> None:
    decision = await decide(room, c, recorded(breaks=TWO_BREAKS))
    await room.do(decisions.end_decision, room.school.officer, decision)
    await room.do(rest_breaks.take_break, c.token)
    assert (await room.attempt(c)).state == AttemptState.PAUSED
