"""Saving responses: twice, late, out of order, in time by a microsecond; and what comes next."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from exam_server.acts.engine import bank_of, choice_facts
from exam_server.acts.responding import Sent
from exam_server.domain.errors import IllegalTransition, InvalidInput, SignedOut, StalePosition, Stopped
from exam_server.domain.json import JSON
from exam_server.domain.responses import MOST_FINAL_REVISION, MOST_REFUSALS, MOST_REVISIONS
from exam_server.signing.receipts import fingerprint
from exam_server.storage.columns import to_millis
from exam_server.storage.house import House
from exam_server.storage.store import Store
from exam_server.storage.tables import GivenItem, Response
from exam_server.storage.transaction import Reading, Transaction
from question_bank.assembly import Answered, AssemblySpec, replay
from tests.support.room import SKIP, ExamRoom, Sitter, a_running_room, an_exam_room


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """One candidate, who has just started."""
    return await a_running_room(store, candidates=1)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def given(room: ExamRoom, c: Sitter) -> list[tuple[int, str]]:
    def query(reading: Reading) -> list[tuple[int, str]]:
        rows = reading.orm.scalars(
            select(GivenItem).where(GivenItem.attempt_id == c.id).order_by(col(GivenItem.position))
        )
        return [(row.position, row.item_id) for row in rows]

    return await room.store.read(query)


async def responses(room: ExamRoom, c: Sitter) -> list[Response]:
    def query(reading: Reading) -> list[Response]:
        found = select(Response).where(Response.attempt_id == c.id).order_by(col(Response.position))
        return list(reading.orm.scalars(found))

    return await room.store.read(query)


def progress(state: dict[str, JSON]) -> Any:
    return state["progress"]


async def test_a_final_response_is_saved_and_the_next_item_is_given(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(seconds=42)
    reply = await room.respond(c)
    now = to_millis(room.clock())
    assert reply.saved == {"position": 1, "revision": 1, "final": True, "at": now}
    assert progress(room.shown(reply)) == {"position": 2, "of": 32, "minimum": 20, "answered": 1, "passed": 0}
    assert room.shown(reply)["saved"] is None
    saved, item = (await room.log())[-2:]
    assert (saved.kind, saved.entry.actor, saved.entry.candidate) == ("ResponseSaved", c.id, c.id)
    assert saved.facts["correct"] is True
    assert saved.facts["seconds"] == 42
    assert (saved.facts["answered_ms"], saved.facts["received_ms"]) == (now, now)
    assert (saved.facts["answered"], saved.facts["item"]) == (1, (await given(room, c))[0][1])
    assert (item.kind, item.facts["position"]) == ("ItemGiven", 2)
    assert item.facts["item_id"] == (await given(room, c))[1][1]


async def test_a_wrong_response_is_marked_wrong(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c, right=False)
    assert [(one.correct, one.final) for one in await responses(room, c)] == [(False, True)]


async def test_the_same_message_again_gets_the_same_answer_and_changes_nothing(
    room: ExamRoom, c: Sitter
) -> None:
    content = await room.right_content(c)
    first = await room.respond(c, content=content)
    before = await room.log()
    room.clock.advance(minutes=1)
    for other in (content, SKIP):
        again = await room.respond(c, position=1, content=other)
        assert again.saved == first.saved
        assert progress(room.shown(again)) == progress(room.shown(first))
    assert await room.log() == before
    assert len(await given(room, c)) == 2


async def test_messages_that_arrive_at_once_give_the_next_item_once(room: ExamRoom, c: Sitter) -> None:
    sent = Sent(1, 1, SKIP, True, room.clock())
    replies = await asyncio.gather(*(room.send(c.token, sent) for _ in range(12)))
    assert len({str(reply.saved) for reply in replies}) == 1
    assert len(await given(room, c)) == 2
    assert len(await room.log("ResponseSaved")) == 1
    await room.checked_log()


async def test_an_older_revision_is_acknowledged_with_what_is_saved(room: ExamRoom, c: Sitter) -> None:
    newest = await room.draft(c, revision=7)
    before = await room.log()
    for revision in (1, 6, 7):
        reply = await room.draft(c, right=False, revision=revision)
        assert reply.saved == newest.saved
    assert (await responses(room, c))[0].correct is True
    assert await room.log() == before


async def test_a_draft_is_replaced_until_the_final_response(room: ExamRoom, c: Sitter) -> None:
    await room.draft(c, right=False, revision=1)
    reply = await room.draft(c, right=True, revision=2)
    assert room.shown(reply)["draft"] == {"revision": 2, "content": await room.right_content(c)}
    assert progress(room.shown(reply)) == {"position": 1, "of": 32, "minimum": 20, "answered": 0, "passed": 0}
    reply = await room.respond(c, revision=3)
    assert progress(room.shown(reply)) == {"position": 2, "of": 32, "minimum": 20, "answered": 1, "passed": 0}
    assert [(one.revision, one.final) for one in await responses(room, c)] == [(3, True)]
    assert [line.facts["final"] for line in await room.log("ResponseSaved")] == [False, False, True]


async def test_a_final_response_cannot_be_taken_back(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c, revision=2)
    with pytest.raises(StalePosition):
        await room.respond(c, right=False, revision=3, position=1)
    reply = await room.respond(c, right=False, revision=2, position=1)
    assert reply.saved is not None
    assert (await responses(room, c))[0].correct is True


@pytest.mark.parametrize("position", [0, 2, 32, 33, -1])
async def test_a_response_to_an_item_that_is_not_in_hand_is_stale(
    room: ExamRoom, c: Sitter, position: int
) -> None:
    before = await room.log()
    with pytest.raises(StalePosition):
        await room.respond(c, position=position)
    assert await room.log() == before


@pytest.mark.parametrize(
    "content", [{}, {"option": "no such option"}, {"options": []}, {"text": 3}, {"skip": False}, {"x": None}]
)
async def test_a_response_that_the_item_cannot_have_is_refused(
    room: ExamRoom, c: Sitter, content: dict[str, JSON]
) -> None:
    before = await room.log()
    with pytest.raises(InvalidInput) as refusal:
        await room.respond(c, content=content)
    assert refusal.value.code == "bad_response"
    assert await room.log() == before
    assert await responses(room, c) == []


@pytest.mark.parametrize("revision", [0, -1, MOST_FINAL_REVISION + 1])
async def test_a_revision_outside_the_browser_s_count_is_refused(
    room: ExamRoom, c: Sitter, revision: int
) -> None:
    with pytest.raises(InvalidInput):
        await room.respond(c, revision=revision)


async def test_an_unknown_device_is_signed_out(room: ExamRoom) -> None:
    with pytest.raises(SignedOut):
        await room.send("nobody's token", Sent(1, 1, SKIP, True, room.clock()))


async def test_nothing_is_taken_while_the_clock_is_stopped(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    with pytest.raises(Stopped):
        await room.respond(c)
    await room.resume(c)
    await room.pause_room()
    with pytest.raises(Stopped):
        await room.respond(c)
    await room.resume_room()
    assert (await room.respond(c)).saved is not None


async def test_what_was_saved_before_a_stop_is_acknowledged_during_it(room: ExamRoom, c: Sitter) -> None:
    first = await room.respond(c)
    await room.pause(c)
    assert (await room.respond(c, position=1)).saved == first.saved


async def test_nobody_responds_before_the_start(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    await room.admit_all()
    await room.enter(room.candidates[0])
    with pytest.raises(IllegalTransition):
        await room.respond(room.candidates[0], position=1, content=SKIP)


async def test_nobody_responds_after_a_termination(room: ExamRoom, c: Sitter) -> None:
    await room.terminate(c)
    with pytest.raises(IllegalTransition):
        await room.respond(c)


@pytest.mark.parametrize("grace", [timedelta(), timedelta(seconds=4), timedelta(seconds=5)])
async def test_a_response_within_the_grace_is_taken_but_gives_no_item(
    room: ExamRoom, c: Sitter, grace: timedelta
) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due + grace)
    reply = await room.respond(c)
    assert not reply.late
    assert reply.saved is not None
    assert len(await given(room, c)) == 1
    assert (await room.attempt(c)).answered == 1


async def test_one_microsecond_before_the_deadline_there_is_a_next_item(room: ExamRoom, c: Sitter) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due - timedelta(microseconds=1))
    await room.respond(c)
    assert len(await given(room, c)) == 2


async def test_after_the_grace_a_response_is_refused_and_both_instants_are_recorded(
    room: ExamRoom, c: Sitter
) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due + room.store.house.rules.grace + timedelta(microseconds=1))
    answered_at = due - timedelta(seconds=1)
    reply = await room.send(c.token, Sent(1, 1, SKIP, True, answered_at))
    assert reply.late
    assert reply.saved is None
    refused = await room.last()
    assert refused.kind == "ResponseRefused"
    assert refused.facts == {
        "position": 1,
        "revision": 1,
        "why": "too_late",
        "deadline": to_millis(due),
        "answered_ms": to_millis(answered_at),
        "received_ms": to_millis(room.clock()),
    }
    assert await responses(room, c) == []


async def test_a_late_response_is_recorded_too_when_the_clock_has_closed_the_test_already(
    room: ExamRoom, c: Sitter
) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due + timedelta(seconds=6))
    assert await room.tick() == [c.id]
    reply = await room.respond(c)
    assert reply.late
    assert room.shown(reply)["phase"] == "ended"
    refused = await room.last()
    assert (refused.kind, refused.facts["deadline"]) == ("ResponseRefused", to_millis(due))
    assert refused.facts["received_ms"] == to_millis(room.clock())
    assert await responses(room, c) == []


async def test_a_late_message_that_repeats_what_is_saved_is_simply_acknowledged(
    room: ExamRoom, c: Sitter
) -> None:
    first = await room.draft(c)
    room.clock.advance(hours=2)
    await room.tick()
    before = await room.log()
    reply = await room.draft(c)
    assert not reply.late
    assert (reply.saved or {})["at"] == (first.saved or {})["at"]
    assert await room.log() == before


async def test_once_the_session_is_closed_a_late_response_leaves_the_log_alone(
    room: ExamRoom, c: Sitter
) -> None:
    room.clock.advance(hours=2)
    await room.tick()
    await room.close()
    before = await room.log()
    with pytest.raises(IllegalTransition):
        await room.respond(c)
    assert await room.log() == before


async def test_the_time_of_a_stop_is_not_the_item_s(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(seconds=10)
    await room.pause(c)
    room.clock.advance(minutes=10)
    await room.pause_room()
    room.clock.advance(minutes=10)
    await room.resume(c)
    room.clock.advance(minutes=10)
    await room.resume_room()
    room.clock.advance(seconds=20)
    await room.respond(c)
    room.clock.advance(seconds=7)
    await room.extend(c)
    await room.respond(c)
    assert [one.seconds for one in await responses(room, c)] == [30, 7]
    assert [line.facts["seconds"] for line in await room.log("ResponseSaved")] == [30, 7]


async def test_the_last_response_completes_the_test(room: ExamRoom, c: Sitter) -> None:
    for _ in range(31):
        await room.respond(c)
    room.clock.advance(seconds=30)
    reply = await room.respond(c)
    now = to_millis(room.clock())
    attempt = await room.attempt(c)
    assert attempt.receipt is not None
    shown = {"how": "completed", "at": now, "answered": 32, "receipt": fingerprint(attempt.receipt)}
    assert room.shown(reply)["ended"] == shown
    assert (attempt.state, attempt.ended_at, attempt.due_at) == ("completed", room.clock(), None)
    last = await room.last()
    assert (last.kind, last.facts) == ("AttemptCompleted", {"answered": 32, "receipt": attempt.receipt})
    assert len({item for _, item in await given(room, c)}) == 32
    before = await room.log()
    for revision in (1, 2):
        assert (await room.respond(c, right=False, revision=revision)).saved == reply.saved
    with pytest.raises(IllegalTransition):
        await room.respond(c, position=33)
    assert await room.log() == before


async def test_with_and_without_an_engine_in_hand_the_items_are_the_same(
    room: ExamRoom, c: Sitter, house: House
) -> None:
    for number in range(32):
        if number % 2:
            house.engines._kept.clear()
        await room.respond(c, right=number % 3 > 0)
    items = await given(room, c)
    spec = AssemblySpec.from_json(orjson.loads((await room.attempt(c)).spec))
    history = [
        Answered(item, one.correct, one.seconds)
        for (_, item), one in zip(items, await responses(room, c), strict=True)
    ]
    choices = replay(bank_of(house, None).published, spec, history)

    assert [(choice.position, choice.item_id) for choice in choices] == items
    # To the last figure that the engine chose by, the chain over everything before included.
    recorded = [line.facts for line in await room.log("ItemGiven") if line.entry.candidate == c.id]
    assert recorded == [choice_facts(choice) for choice in choices]


async def test_a_position_has_one_item_and_one_response(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c)

    def again(tx: Transaction, table: str) -> None:
        tx.connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608

    for table in ("given_item", "response"):
        with pytest.raises(IntegrityError):
            await room.do(again, table)


async def test_a_response_received_in_time_is_taken_however_long_the_writer_was_busy(
    room: ExamRoom, c: Sitter
) -> None:
    due = (await room.attempt(c)).due_at
    assert due is not None
    room.clock.move_to(due - timedelta(seconds=2))
    both_wait = threading.Event()

    def keep_the_writer_busy(_tx: Transaction) -> None:
        both_wait.wait(5)
        room.clock.advance(seconds=30)

    busy = asyncio.create_task(room.store.run(keep_the_writer_busy))
    response = asyncio.create_task(room.respond(c, right=True))
    await asyncio.sleep(0.2)
    both_wait.set()
    await busy
    assert not (await response).late
    (saved,) = await room.log("ResponseSaved")
    assert saved.facts["received_ms"] == to_millis(due) - 2000


async def test_the_log_keeps_a_few_late_responses_and_not_a_flood(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=106)
    for revision in range(1, MOST_REFUSALS + 4):
        assert (await room.respond(c, right=True, revision=revision)).late
    assert len(await room.log("ResponseRefused")) == MOST_REFUSALS


async def test_whoever_has_used_up_the_drafts_can_still_validate(room: ExamRoom, c: Sitter) -> None:
    await room.respond(c, right=True, final=False, revision=MOST_REVISIONS)
    with pytest.raises(InvalidInput):
        await room.respond(c, right=True, final=False, revision=MOST_REVISIONS + 1)
    assert (await room.respond(c, right=True, revision=MOST_REVISIONS + 1)).saved is not None
