"""A whole session through the acts: what the log says is what comes out, and nothing else."""

import orjson
import pytest
from sqlmodel import col, select

from exam_server.acts import check_in
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import fold
from exam_server.domain.timing import EntryKind
from exam_server.exports.results import Sat, results_of, settings_of
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from exam_server.storage.tables import Response, TimeEntryRow
from exam_server.storage.transaction import Reading
from tests.support.room import ExamRoom, an_exam_room


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """A finalised session in which everything has happened once."""
    room = await an_exam_room(store, candidates=5)
    diligent, slow, sick, idle, absent = room.candidates
    for c in (diligent, slow, sick):
        await room.admit(c)
        await room.start(c)
    await room.do(check_in.mark_absent, room.by, absent.id)
    for _ in range(21):
        room.clock.advance(seconds=50)
        await room.respond(slow)
    await room.draft(slow, right=False)
    await room.respond(sick)
    await room.pause(sick)
    room.clock.advance(minutes=3)
    await room.pause_room()
    room.clock.advance(minutes=3)
    await room.resume_room()
    await room.resume(sick)
    await room.extend(sick)
    await room.terminate(sick, EndReason.MEDICAL)
    await room.finish(diligent)
    room.clock.advance(hours=3)
    await room.tick()
    await room.respond(slow, revision=2)
    await room.close(**{idle.id: GivenReason(EndReason.ABSENT)})
    room.payload = await room.finalise()  # type: ignore[attr-defined]
    return room


async def test_the_results_can_be_computed_again_from_the_log_alone(room: ExamRoom, store: Store) -> None:
    house = store.house
    bank = house.banks[house.bank_version]
    facts = await store.read(facts_after, room.session_id, 0)
    again = results_of(fold(facts), Sat(bank.items, bank.published), settings_of(house.rules), check=True)
    payload = room.payload  # type: ignore[attr-defined]
    assert again == payload["candidates"]
    assert {one["id"]: one["status"] for one in again} == dict(
        zip(
            (c.id for c in room.candidates),
            ("validated", "validated", "cancelled", "cancelled", "cancelled"),
            strict=True,
        )
    )


async def test_the_whole_log_is_one_chain_and_every_content_fits_its_hash(room: ExamRoom) -> None:
    lines = await room.checked_log()
    assert lines[0].kind == EventKind.SESSION_PLANNED
    assert lines[-1].kind == EventKind.SESSION_FINALISED
    assert {line.session for line in (one.entry for one in lines)} == {room.session_id}


async def test_the_rows_of_responses_say_what_the_log_says(room: ExamRoom, store: Store) -> None:
    newest = {
        (line.entry.candidate, line.facts["position"]): line.facts for line in await room.log("ResponseSaved")
    }

    def rows(reading: Reading) -> list[Response]:
        return list(reading.orm.scalars(select(Response)))

    kept = await store.read(rows)
    assert len(kept) == len(newest)
    for row in kept:
        fact = newest[row.attempt_id, row.position]
        assert orjson.loads(row.content) == fact["content"]
        assert (row.revision, row.correct, row.seconds) == (
            fact["revision"],
            fact["correct"],
            fact["seconds"],
        )
        assert row.final  # the last draft became the response when time ran out


async def test_each_line_of_the_ledger_bears_the_number_of_its_fact(room: ExamRoom, store: Store) -> None:
    kinds = {
        EventKind.ATTEMPT_STARTED: EntryKind.STARTED,
        EventKind.ATTEMPT_PAUSED: EntryKind.STOPPED,
        EventKind.ATTEMPT_RESUMED: EntryKind.RESUMED,
        EventKind.ROOM_PAUSED: EntryKind.STOPPED,
        EventKind.ROOM_RESUMED: EntryKind.RESUMED,
        EventKind.TIME_EXTENDED: EntryKind.EXTENDED,
    }
    said = [
        (line.number, line.entry.candidate, kinds[EventKind(line.kind)], line.entry.actor)
        for line in await room.log()
        if line.kind in kinds
    ]

    def rows(reading: Reading) -> list[TimeEntryRow]:
        found = select(TimeEntryRow).where(TimeEntryRow.session_id == room.session_id)
        return list(reading.orm.scalars(found.order_by(col(TimeEntryRow.number))))

    kept = [(row.number, row.attempt_id, row.kind, row.actor) for row in await store.read(rows)]
    assert kept == said
    assert len(kept) == 8
