"""What the log keeps of a candidate's connection."""

from datetime import timedelta

import pytest

from exam_server.acts.presence import note_connection, note_focus, running_candidates, sessions_before_closing
from exam_server.domain.accommodations import Measure
from exam_server.domain.errors import SignedOut
from exam_server.storage.signs import absences_of, worked_at_of
from exam_server.storage.store import Store
from tests.support.decisions import decide, recorded
from tests.support.room import a_running_room, an_exam_room


async def test_a_loss_and_a_return_during_the_test_are_facts(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    for lost, kind in ((True, "ConnectionLost"), (False, "ConnectionBack"), (True, "ConnectionLost")):
        number = await room.do(note_connection, c.id, lost=lost)
        fact = await room.last()
        assert (fact.number, fact.kind, fact.entry.candidate) == (number, kind, c.id)


async def test_what_another_worker_has_noted_is_not_noted_again(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, other = room.candidates
    assert await room.do(note_connection, c.id, lost=False) is None
    await room.do(note_connection, c.id, lost=True)
    assert await room.do(note_connection, c.id, lost=True) is None
    assert await room.do(note_connection, other.id, lost=False) is None
    await room.do(note_connection, c.id, lost=False)
    assert await room.do(note_connection, c.id, lost=False) is None
    kinds = [line.kind for line in await room.log() if line.kind.startswith("Connection")]
    assert kinds == ["ConnectionLost", "ConnectionBack"]


async def test_a_server_that_starts_knows_whose_test_is_under_way(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    stays, goes = room.candidates
    await room.terminate(goes)
    assert await store.read(running_candidates) == [(room.session_id, stays.id)]
    assert await store.read(sessions_before_closing) == {room.session_id}
    await room.terminate(stays)
    await room.close()
    assert await store.read(sessions_before_closing) == set()


async def test_before_and_after_the_test_a_connection_is_nobody_s_business(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    c = room.candidates[0]
    assert await room.do(note_connection, c.id, lost=True) is None
    await room.admit(c)
    await room.start(c)
    await room.terminate(c)
    before = await room.log()
    assert await room.do(note_connection, c.id, lost=True) is None
    assert await room.do(note_connection, "nobody", lost=True) is None
    assert await room.log() == before


async def test_a_page_that_was_left_is_a_fact_at_most_once_in_a_few_seconds(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, other = room.candidates
    before = (await room.attempt(c)).model_dump()
    room.clock.advance(minutes=1)
    assert await room.do(note_focus, c.token, timedelta(seconds=4)) is not None
    room.clock.advance(seconds=2)
    assert await room.do(note_focus, c.token, timedelta(seconds=1)) is None
    assert await room.do(note_focus, other.token, timedelta(seconds=30)) is not None
    room.clock.advance(seconds=1)
    assert await room.do(note_focus, c.token, timedelta(seconds=36)) is not None
    found = await store.read(absences_of, room.session_id)
    assert {who: (one.times, one.ms) for who, one in found.items()} == {
        c.id: (2, 40_000),
        other.id: (1, 30_000),
    }
    assert (await room.attempt(c)).model_dump() == before  # it changes nothing


async def test_a_page_cannot_have_been_left_for_longer_than_the_test_has_lasted(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    room.clock.advance(seconds=20)
    await room.do(note_focus, room.candidates[0].token, timedelta(hours=5))
    assert (await room.last()).facts == {"ms": 20_000}


async def test_outside_the_test_a_page_that_is_left_is_nobody_s_business(store: Store) -> None:
    room = await an_exam_room(store, candidates=1)
    c = room.candidates[0]
    await room.admit(c)
    await room.enter(c)
    assert await room.do(note_focus, c.token, timedelta(seconds=4)) is None
    await room.start(c)
    await room.terminate(c)
    assert await room.do(note_focus, c.token, timedelta(seconds=4)) is None
    with pytest.raises(SignedOut):
        await room.do(note_focus, "nobody", timedelta(seconds=4))


async def test_the_last_sign_of_work_is_a_response_a_draft_or_the_end_of_a_stop(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, other = room.candidates
    started = (await store.read(worked_at_of, room.session_id))[c.id]

    async def minutes_after() -> tuple[float, float]:
        found = await store.read(worked_at_of, room.session_id)
        return (found[c.id] - started) / 60_000, (found[other.id] - started) / 60_000

    room.clock.advance(minutes=3)
    await room.draft(c)
    assert await minutes_after() == (3, 0)
    room.clock.advance(minutes=3)
    await room.respond(c, revision=2)
    assert await minutes_after() == (6, 0)
    await room.pause(other)
    room.clock.advance(minutes=3)
    await room.resume(other)
    assert await minutes_after() == (6, 9)
    await room.pause_room()
    room.clock.advance(minutes=3)
    await room.resume_room()
    assert await minutes_after() == (12, 12)


async def test_of_whoever_works_with_other_programs_by_decision_no_absence_is_kept(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    free, other = room.candidates
    await decide(room, free, recorded(measures=frozenset({Measure.FOCUS_FREE})))
    room.clock.advance(minutes=1)
    assert await room.do(note_focus, free.token, timedelta(seconds=30)) is None
    assert await room.do(note_focus, other.token, timedelta(seconds=30)) is not None
    assert [line.entry.candidate for line in await room.log("FocusReturned")] == [other.id]
