"""What the log keeps of a candidate's connection."""

from exam_server.acts.presence import note_connection, running_candidates, sessions_before_closing
from exam_server.storage.store import Store
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
