"""Two act on one thing at one moment: one wins, the other is told by whom and when."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from exam_server.acts import attempts, check_in, duty, help_calls, room
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import RefusalReason
from exam_server.domain.errors import IllegalTransition
from exam_server.domain.roles import Person
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from tests.support.room import ExamRoom, a_running_room, an_exam_room

Deed = Callable[[Transaction, Person, ExamRoom], Any]


def of(running: ExamRoom) -> str:
    return running.candidates[0].id


PAUSE: Deed = lambda tx, by, r: attempts.pause_attempt(tx, by, of(r), "infirmerie")  # noqa: E731
RESUME: Deed = lambda tx, by, r: attempts.resume_attempt(tx, by, of(r))  # noqa: E731
END: Deed = lambda tx, by, r: attempts.terminate_attempt(tx, by, of(r), EndReason.MEDICAL, "")  # noqa: E731
COME: Deed = lambda tx, by, r: help_calls.answer_call(tx, by, of(r), r.call_number)  # noqa: E731
DISMISS: Deed = lambda tx, by, r: help_calls.dismiss_call(tx, by, of(r), r.call_number)  # noqa: E731
STOP_ROOM: Deed = lambda tx, by, r: room.pause_room(tx, by, r.session_id, "alarme")  # noqa: E731
LET_ROOM_GO: Deed = lambda tx, by, r: room.resume_room(tx, by, r.session_id)  # noqa: E731

RACES = {
    "pause": ((), PAUSE, "already_paused"),
    "resume": ((PAUSE,), RESUME, "already_resumed"),
    "terminate": ((), END, "already_terminated"),
    "come": ((), COME, "call_answered"),
    "dismiss": ((COME,), DISMISS, "call_resolved"),
    "pause the room": ((), STOP_ROOM, "room_already_stopped_by"),
    "resume the room": ((STOP_ROOM,), LET_ROOM_GO, "room_not_stopped_now"),
}


@pytest.fixture
async def running(store: Store) -> ExamRoom:
    """One candidate under way, who calls; two invigilators."""
    running = await a_running_room(store, candidates=1)
    await running.call(running.candidates[0])
    await running.do(
        duty.add_invigilator, running.school.head, running.session_id, running.school.colleague.id
    )
    return running


@pytest.mark.parametrize("name", RACES)
async def test_of_two_at_one_moment_one_wins_and_the_other_is_told(running: ExamRoom, name: str) -> None:
    before, deed, code = RACES[name]
    for one in before:
        await running.do(one, running.by, running)
    running.clock.advance(minutes=1)
    pair = (running.by, running.school.colleague)
    said = await asyncio.gather(*(running.do(deed, one, running) for one in pair), return_exceptions=True)
    losers = [place for place, one in enumerate(said) if isinstance(one, BaseException)]
    assert len(losers) == 1, said
    refusal, winner = said[losers[0]], pair[1 - losers[0]]
    assert isinstance(refusal, IllegalTransition)
    assert refusal.code == code
    assert (refusal.facts["by"], refusal.facts["at"]) == (winner.name, running.clock())
    assert (await running.last()).entry.actor == winner.id


async def test_what_the_candidate_did_names_nobody(running: ExamRoom) -> None:
    c = running.candidates[0]
    await running.withdraw(c)
    with pytest.raises(IllegalTransition, match="call_withdrawn") as refusal:
        await running.do(COME, running.by, running)
    assert "by" not in refusal.value.facts
    await running.finish(c)
    at = running.clock()
    running.clock.advance(seconds=1)
    with pytest.raises(IllegalTransition, match="already_completed") as refusal:
        await running.do(PAUSE, running.by, running)
    assert (refusal.value.facts["at"], "by" in refusal.value.facts) == (at, False)


async def test_at_the_desk_too(store: Store) -> None:
    desk = await an_exam_room(store, candidates=1)
    c = desk.candidates[0]
    await desk.do(check_in.refuse, desk.by, c.id, RefusalReason.NO_DOCUMENT, "")
    with pytest.raises(IllegalTransition, match="already_refused") as refusal:
        await desk.do(check_in.mark_absent, desk.by, c.id)
    assert refusal.value.facts["by"] == desk.by.name
    await desk.do(check_in.withdraw_refusal, desk.by, c.id)
    with pytest.raises(IllegalTransition, match="refusal_withdrawn"):
        await desk.do(check_in.withdraw_refusal, desk.by, c.id)


async def test_where_nobody_was_first_the_plain_refusal_stays(running: ExamRoom) -> None:
    with pytest.raises(IllegalTransition, match="illegal_transition"):
        await running.do(RESUME, running.by, running)
    with pytest.raises(IllegalTransition, match="room_not_stopped"):
        await running.do(LET_ROOM_GO, running.by, running)
