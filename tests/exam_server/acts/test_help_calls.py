"""Help calls: who may do what and when, and what a call does to the candidate's clock."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from exam_server.domain.errors import IllegalTransition, NotAllowed, NotFound, SignedOut, Stopped, TooLate
from exam_server.domain.help_calls import MOST_CALLS, TRANSITIONS, HelpCallAction, HelpCallKind, HelpCallState
from exam_server.domain.help_calls import HelpStopsClock as Policy
from exam_server.storage.board_view import board
from exam_server.storage.candidate_state import as_state
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from exam_server.storage.tables import HelpCall, Session, TimeEntryRow
from tests.support.room import ExamRoom, Sitter, a_running_room

MINUTE = timedelta(minutes=1)
TECHNICAL, QUESTION, PERSONAL = HelpCallKind

Deed = Callable[[ExamRoom, Sitter], Awaitable[int]]
DEEDS: dict[str, Deed] = {
    "come": ExamRoom.come,
    "dismiss": ExamRoom.dismiss,
    "give_back": ExamRoom.give_back,
    "replace": ExamRoom.replace,
    "withdraw": ExamRoom.withdraw,
}
ACTION_OF = {
    "come": HelpCallAction.ANSWER,
    "dismiss": HelpCallAction.RESOLVE,
    "give_back": HelpCallAction.RESOLVE,
    "replace": HelpCallAction.RESOLVE,
    "withdraw": HelpCallAction.WITHDRAW,
}
REACHED_BY = {
    HelpCallState.OPEN: [],
    HelpCallState.ANSWERED: ["come"],
    HelpCallState.RESOLVED: ["dismiss"],
    HelpCallState.WITHDRAWN: ["withdraw"],
}
ENDINGS = [name for name in DEEDS if name != "come"]


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def call_of(room: ExamRoom) -> HelpCall:
    return await room.store.read(lambda r: r.get(HelpCall, (room.session_id, room.call_number)))


async def help_shown(room: ExamRoom, c: Sitter) -> object:
    """What the candidate's page is told of the call."""
    return as_state(await room.view(c), room.store.house, 0)["help"]


async def room_under(store: Store, policy: Policy) -> ExamRoom:
    """One candidate in a session that was opened with this policy."""
    house = store.house
    store.house = replace(house, rules=replace(house.rules, help_stops_clock=policy))
    return await a_running_room(store, candidates=1)


async def test_a_call_is_a_fact_that_says_what_it_is_about_and_at_which_item(
    room: ExamRoom, c: Sitter
) -> None:
    await room.respond(c)
    number = await room.call(c, QUESTION)
    fact = await room.last()
    assert (fact.number, fact.kind, fact.entry.actor) == (number, "HelpCallMade", c.id)
    assert fact.facts == {"kind": "question", "position": 2, "stops_clock": False, "left_ms": None}
    call = await call_of(room)
    assert (call.state, call.open_for, call.made_at) == ("open", c.id, room.clock())


async def test_a_technical_call_stops_the_clock_and_gives_the_exact_wait_back(
    room: ExamRoom, c: Sitter
) -> None:
    before = (await room.attempt(c)).due_at
    assert before is not None
    room.clock.advance(minutes=5)
    await room.call(c)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.due_at, attempt.stopped_since) == ("in_progress", None, room.clock())
    assert (await room.last()).facts["left_ms"] == 100 * 60 * 1000
    room.clock.advance(minutes=3, microseconds=7)
    await room.come(c)
    room.clock.advance(minutes=4)
    await room.dismiss(c)
    after = before + 7 * MINUTE + timedelta(microseconds=7)
    attempt = await room.attempt(c)
    assert (attempt.due_at, attempt.left_us, attempt.stopped_since) == (after, None, None)
    facts = {"call": room.call_number, "how": "dismissed", "deadline": to_millis(after), "left_ms": None}
    assert (await room.last()).facts == facts
    assert (await room.attempt(room.candidates[1])).due_at == before


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", HelpCallKind)
async def test_the_session_s_rules_say_which_calls_stop_the_clock(
    store: Store, policy: Policy, kind: HelpCallKind
) -> None:
    room = await room_under(store, policy)
    (c,) = room.candidates
    store.house = replace(store.house, rules=replace(store.house.rules, help_stops_clock=Policy.NONE))
    due = (await room.attempt(c)).due_at
    await room.call(c, kind)
    stops = policy is Policy.ALL or (policy is Policy.TECHNICAL and kind is TECHNICAL)
    assert ((await room.attempt(c)).due_at is None) is stops
    room.clock.advance(minutes=2)
    await room.withdraw(c)
    assert due is not None
    assert (await room.attempt(c)).due_at == (due + 2 * MINUTE if stops else due)


async def test_no_response_is_taken_while_a_call_stops_the_clock(room: ExamRoom, c: Sitter) -> None:
    await room.call(c)
    with pytest.raises(Stopped):
        await room.respond(c)
    await room.dismiss(c)
    await room.respond(c)
    assert (await room.attempt(c)).answered == 1


async def test_responses_go_on_while_a_call_does_not_stop_the_clock(room: ExamRoom, c: Sitter) -> None:
    await room.call(c, PERSONAL)
    reply = await room.respond(c)
    assert reply.view.help_number == room.call_number
    assert (await room.attempt(c)).answered == 1


async def test_a_pause_and_a_call_hold_the_clock_each_for_itself(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    await room.call(c)
    room.clock.advance(minutes=1)
    await room.pause(c)
    room.clock.advance(minutes=1)
    await room.dismiss(c)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.due_at) == ("paused", None), "the pause goes on"
    await room.call(c)
    await room.resume(c)
    attempt = await room.attempt(c)
    assert (attempt.state, attempt.due_at) == ("in_progress", None), "the call still waits"
    room.clock.advance(minutes=1)
    await room.pause_room()
    await room.withdraw(c)
    room.clock.advance(minutes=1)
    await room.resume_room()
    assert (await room.attempt(c)).due_at == due + 4 * MINUTE


async def test_seconds_in_hand_do_not_count_the_wait(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(seconds=20)
    await room.call(c)
    room.clock.advance(minutes=9)
    await room.dismiss(c)
    room.clock.advance(seconds=5)
    await room.respond(c)
    (saved,) = await room.log("ResponseSaved")
    assert saved.facts["seconds"] == 25


@pytest.mark.parametrize(("state", "deed"), list(product(HelpCallState, DEEDS)))
async def test_what_the_table_of_calls_does_not_have_is_refused_and_leaves_no_trace(
    room: ExamRoom, c: Sitter, state: HelpCallState, deed: str
) -> None:
    await room.call(c)
    for step in REACHED_BY[state]:
        await DEEDS[step](room, c)
    before, repeated = await room.log(), state == "withdrawn" and deed == "withdraw"
    if (state, ACTION_OF[deed]) in TRANSITIONS:
        await DEEDS[deed](room, c)
        assert (await call_of(room)).state == TRANSITIONS[state, ACTION_OF[deed]]
        assert len(await room.log()) > len(before)
        return
    if repeated:  # what a browser sends again does no harm
        await DEEDS[deed](room, c)
    else:
        with pytest.raises(IllegalTransition):
            await DEEDS[deed](room, c)
    assert await room.log() == before
    assert (await call_of(room)).state == state


async def test_asking_again_is_the_same_call_and_another_kind_is_refused(room: ExamRoom, c: Sitter) -> None:
    number = await room.call(c)
    assert await room.call(c) == number
    with pytest.raises(IllegalTransition, match="already_called"):
        await room.call(c, PERSONAL)
    assert len(await room.log("HelpCallMade")) == 1
    await room.withdraw(c)
    assert await room.call(c, PERSONAL) > number


async def test_two_candidates_call_at_once_and_each_call_is_its_own(room: ExamRoom, c: Sitter) -> None:
    other = room.candidates[1]
    mine = await room.call(c)
    theirs = await room.call(other)
    room.call_number = mine
    for deed in DEEDS.values():
        with pytest.raises(NotFound):
            await deed(room, other)
    room.call_number = theirs
    await room.dismiss(other)
    assert await help_shown(room, c) is not None


async def test_time_given_back_is_an_extension_that_belongs_to_the_call(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    number = await room.call(c)
    room.clock.advance(minutes=2)
    await room.give_back(c, 5)
    assert (await room.attempt(c)).due_at == due + 7 * MINUTE
    resolved, extended = (await room.log())[-2:]
    assert (resolved.kind, resolved.facts["how"]) == ("HelpCallResolved", "time_given")
    assert (extended.kind, extended.facts["minutes"]) == ("TimeExtended", 5)
    row = await room.store.read(lambda r: r.get(TimeEntryRow, (room.session_id, extended.number)))
    assert (row.kind, row.help_call) == ("extended", number)


@pytest.mark.parametrize("kind", [TECHNICAL, QUESTION])
async def test_an_end_closes_the_call_that_waits(room: ExamRoom, c: Sitter, kind: HelpCallKind) -> None:
    await room.call(c, kind)
    await room.terminate(c)
    call = await call_of(room)
    assert (call.state, call.resolution, call.open_for) == ("resolved", "attempt_ended", None)
    closed, ended = (await room.log())[-2:]
    assert (closed.kind, closed.entry.actor, ended.kind) == (
        "HelpCallResolved",
        "system",
        "AttemptTerminated",
    )
    assert (await room.attempt(c)).due_at is None
    assert await help_shown(room, c) is None
    with pytest.raises(IllegalTransition, match="not_in_progress"):
        await room.call(c)


async def test_the_last_response_closes_the_call_that_waits(room: ExamRoom, c: Sitter) -> None:
    for _ in range(31):
        await room.respond(c)
    await room.call(c, QUESTION)
    reply = await room.respond(c)
    assert room.shown(reply)["help"] is None
    assert (await call_of(room)).resolution == "attempt_ended"
    assert [line.kind for line in (await room.log())[-3:]] == [
        "ResponseSaved",
        "HelpCallResolved",
        "AttemptCompleted",
    ]


async def test_the_clock_that_runs_out_closes_the_call_that_waits(room: ExamRoom, c: Sitter) -> None:
    await room.call(c, PERSONAL)
    room.clock.advance(minutes=106)
    await room.tick()
    assert (await call_of(room)).resolution == "attempt_ended"
    assert await help_shown(room, c) is None


async def test_whose_clock_a_call_has_stopped_is_never_closed_by_the_clock(room: ExamRoom, c: Sitter) -> None:
    await room.call(c)
    room.clock.advance(hours=5)
    assert c.id not in await room.tick()


@pytest.mark.parametrize("deed", ["call", "give_back", "replace"])
async def test_once_the_time_is_over_nothing_is_given_any_more(room: ExamRoom, c: Sitter, deed: str) -> None:
    if deed != "call":
        await room.call(c, QUESTION)
    room.clock.advance(minutes=105)
    with pytest.raises(TooLate):
        await (room.call(c) if deed == "call" else DEEDS[deed](room, c))


async def test_whoever_has_not_started_or_is_nobody_cannot_call(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    c.token = "nobody"
    with pytest.raises(SignedOut):
        await room.call(c)


async def test_so_many_calls_and_no_more(room: ExamRoom, c: Sitter) -> None:
    for _ in range(MOST_CALLS):
        await room.call(c)
        await room.withdraw(c)
    with pytest.raises(NotAllowed, match="too_many_calls"):
        await room.call(c)


@pytest.mark.parametrize("kind", HelpCallKind)
async def test_the_candidate_s_page_never_says_what_the_call_is_about(
    room: ExamRoom, c: Sitter, kind: HelpCallKind
) -> None:
    await room.call(c, kind)
    state = as_state(await room.view(c), room.store.house, 0)
    assert state["help"] == {
        "call": room.call_number,
        "state": "open",
        "at": to_millis(room.clock()),
        "stops_clock": kind is TECHNICAL,
    }
    assert f"'{kind}'" not in repr(state)
    await room.come(c)
    shown = await help_shown(room, c)
    assert isinstance(shown, dict)
    assert shown["state"] == "answered"


async def test_the_board_says_what_the_call_is_about_and_who_comes(room: ExamRoom, c: Sitter) -> None:
    await room.call(c, PERSONAL)
    await room.come(c)
    shown: Any = await room.store.read(lambda r: board(r, r.get(Session, room.session_id)))
    rows = {row["id"]: row["help"] for row in shown["candidates"]}
    by = room.by.name
    at = to_millis(room.clock())
    assert rows[c.id] == {
        "call": room.call_number,
        "kind": "personal",
        "state": "answered",
        "at": at,
        "by": by,
    }
    assert rows[room.candidates[1].id] is None
