"""What the log keeps of a candidate's connection."""

import pytest

from exam_server.acts.presence import note_connection
from exam_server.storage.store import Store
from tests.support.room import a_running_room, an_exam_room


@pytest.mark.parametrize(("lost", "kind"), [(True, "ConnectionLost"), (False, "ConnectionBack")])
async def test_a_loss_and_a_return_during_the_test_are_facts(store: Store, lost: bool, kind: str) -> None:
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    number = await room.do(note_connection, c.id, lost=lost)
    fact = await room.last()
    assert (fact.number, fact.kind, fact.entry.candidate) == (number, kind, c.id)


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
