"""Closing with a reason for everything unfinished, and finalising with the results of the log."""

from datetime import timedelta
from hashlib import sha256

import pytest

from exam_server.acts import check_in
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed
from exam_server.exports.bundle import payload_digest
from exam_server.signing.canonical import canonical
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, a_running_room, an_exam_room

TECHNICAL = GivenReason(EndReason.TECHNICAL, "coupure")


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """One who has finished, one under way, one who has not come, one marked absent."""
    room = await an_exam_room(store, candidates=4)
    finished, under_way, _, absent = room.candidates
    for c in (finished, under_way):
        await room.admit(c)
        await room.start(c)
    await room.do(check_in.mark_absent, room.by, absent.id)
    await room.terminate(finished, EndReason.MEDICAL)
    await room.draft(under_way)
    return room


async def test_everything_unfinished_needs_a_reason(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    before = await room.log()
    for reasons, missing in (
        ({}, {under_way.id, idle.id}),
        ({idle.id: TECHNICAL}, {under_way.id}),
        ({under_way.id: TECHNICAL}, {idle.id}),
    ):
        with pytest.raises(NotAllowed, match="reasons_missing") as refusal:
            await room.close(**reasons)
        named = refusal.value.facts["candidates"]
        assert isinstance(named, list)
        assert set(named) == missing
    assert await room.log() == before
    assert (await room.attempt(under_way)).state == "in_progress"


async def test_closing_ends_what_runs_and_records_every_reason(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    reasons = {under_way.id: TECHNICAL, idle.id: GivenReason(EndReason.ABSENT)}
    number = await room.close(**reasons)
    session = await room.session()
    assert (session.state, session.closed_at) == ("closed", room.clock())
    terminated, closed = (await room.log())[-2:]
    assert (terminated.kind, terminated.entry.candidate) == ("AttemptTerminated", under_way.id)
    receipt = (await room.attempt(under_way)).receipt
    behind = {"answered": 1, "receipt": receipt}
    assert terminated.facts == {"reason": "technical", "note": "coupure", **behind}
    assert (closed.kind, closed.number) == ("SessionClosed", number)
    assert closed.facts == {"not_started": {idle.id: "absent"}, "notes": {under_way.id: "coupure"}}
    assert (await room.attempt(under_way)).state == "terminated"
    assert (await room.candidate(idle)).end_reason == "absent"


async def test_a_test_whose_time_is_over_needs_no_reason(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    deadline = room.clock() + timedelta(minutes=105)
    room.clock.advance(hours=4)
    await room.close(**{idle.id: TECHNICAL})
    attempt = await room.attempt(under_way)
    assert (attempt.state, attempt.ended_at) == ("timed_out", deadline)


async def test_within_the_grace_of_a_deadline_the_closing_waits_for_what_is_under_way(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    room.clock.move_to((await room.attempt(under_way)).due_at or room.clock())
    for wait in (0, 5):
        room.clock.advance(seconds=wait)
        with pytest.raises(NotAllowed, match="time_just_over"):
            await room.close(**{idle.id: TECHNICAL})
    assert (await room.respond(under_way, revision=2)).saved is not None
    room.clock.advance(seconds=1)
    await room.close(**{idle.id: TECHNICAL})
    assert (await room.attempt(under_way)).state == "timed_out"


async def test_whose_test_is_under_way_is_not_absent(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    with pytest.raises(InvalidInput, match="not_absent"):
        await room.close(**{under_way.id: GivenReason(EndReason.ABSENT), idle.id: TECHNICAL})
    assert (await room.attempt(under_way)).state == "in_progress"


@pytest.mark.parametrize("note", ["", "  \n"])
async def test_another_reason_than_those_listed_is_told_in_a_note(room: ExamRoom, note: str) -> None:
    _, under_way, idle, _ = room.candidates
    with pytest.raises(InvalidInput, match="note_missing"):
        await room.close(**{under_way.id: TECHNICAL, idle.id: GivenReason(EndReason.OTHER, note)})
    assert (await room.session()).state == "open"


async def test_a_paused_test_needs_a_reason_however_late_it_is(room: ExamRoom) -> None:
    _, under_way, idle, _ = room.candidates
    await room.pause(under_way)
    room.clock.advance(hours=4)
    with pytest.raises(NotAllowed, match="reasons_missing"):
        await room.close(**{idle.id: TECHNICAL})
    await room.close(**{idle.id: TECHNICAL, under_way.id: TECHNICAL})
    assert (await room.attempt(under_way)).state == "terminated"


async def test_a_stopped_room_is_not_closed(room: ExamRoom) -> None:
    await room.pause_room()
    with pytest.raises(NotAllowed, match="room_still_stopped"):
        await room.close(**{c.id: TECHNICAL for c in room.candidates})


async def test_a_session_is_closed_once_and_finalised_once_in_that_order(room: ExamRoom) -> None:
    with pytest.raises(IllegalTransition):
        await room.finalise()
    await room.close(**{c.id: TECHNICAL for c in room.candidates})
    with pytest.raises(IllegalTransition):
        await room.close()
    await room.finalise()
    with pytest.raises(IllegalTransition):
        await room.finalise()
    with pytest.raises(IllegalTransition):
        await room.close()


async def test_a_session_that_was_never_opened_is_not_closed(store: Store) -> None:
    room = await an_exam_room(store, is_open=False)
    with pytest.raises(IllegalTransition):
        await room.close()


async def test_what_is_signed_says_what_became_of_everyone(room: ExamRoom) -> None:
    finished, under_way, idle, absent = room.candidates
    await room.close(**{under_way.id: TECHNICAL, idle.id: GivenReason(EndReason.OTHER, "parti trop tôt")})
    room.clock.advance(minutes=1)
    payload = await room.finalise()
    found = {one["id"]: (one["status"], one["reason"], one["end"]) for one in payload["candidates"]}
    assert found == {
        finished.id: ("cancelled", "medical", "terminated"),
        under_way.id: ("cancelled", "technical", "terminated"),
        idle.id: ("cancelled", "other", "not_started"),
        absent.id: ("cancelled", "absent", "not_started"),
    }
    session = await room.session()
    assert session.state == "finalised"
    assert payload["session"]["finalised_ms"] == to_millis(room.clock())


async def test_the_last_fact_binds_the_results_and_ends_the_log(room: ExamRoom) -> None:
    await room.close(**{c.id: TECHNICAL for c in room.candidates})
    payload = await room.finalise()
    last = (await room.checked_log())[-1]
    assert last.kind == "SessionFinalised"
    digest = sha256(canonical(payload["candidates"])).hexdigest()
    assert (last.facts["results_sha256"], last.facts["version"]) == (digest, 1)
    assert last.facts["payload_sha256"] == payload_digest(payload)
    assert payload["log"] == {"entries": last.number, "head": last.entry.hash}


async def test_a_signature_that_fails_leaves_the_session_closed(room: ExamRoom) -> None:
    await room.close(**{c.id: TECHNICAL for c in room.candidates})
    before = await room.log()

    def fail(_payload: object) -> str:
        raise NotAllowed("no_key")

    with pytest.raises(NotAllowed, match="no_key"):
        await room.finalise(fail)
    assert (await room.session()).state == "closed"
    assert await room.log() == before


async def test_a_full_test_is_validated_and_a_short_one_is_not(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    full, short = room.candidates
    await room.finish(full)
    for _ in range(19):
        await room.respond(short)
    room.clock.advance(hours=4)
    await room.tick()
    await room.close()
    results = {one["id"]: one for one in (await room.finalise())["candidates"]}
    assert results[full.id]["status"] == "validated"
    assert (results[full.id]["responses"], results[full.id]["skipped"]) == (22, 10)
    assert results[full.id]["scores"]["score"] > 0
    assert (results[short.id]["status"], results[short.id]["reason"]) == ("rejected", "too_few_responses")
    assert results[short.id]["scores"] is None
    assert results[short.id]["ended_ms"] == to_millis((await room.attempt(short)).ended_at or room.clock())


async def test_whoever_passes_over_every_item_has_no_certificate(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    passing, guessing = room.candidates
    for position in range(32):
        room.clock.advance(seconds=20)
        await room.respond(passing, right=False)
        await room.respond(guessing, right=position % 2 == 0 and position < 20)
    await room.close()
    results = {one["id"]: one for one in (await room.finalise())["candidates"]}
    for one, responses in ((passing, 0), (guessing, 10)):
        assert (results[one.id]["status"], results[one.id]["reason"]) == ("rejected", "too_few_responses")
        assert (results[one.id]["responses"], results[one.id]["scores"]) == (responses, None)
