"""Versions of the results: finalised, published, withdrawn, corrected: nothing is overwritten."""

from hashlib import sha256

import pytest

from exam_server.acts import closing, publishing, rulings
from exam_server.domain.errors import IllegalTransition, InvalidInput
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.storage.results_rows import versions_of
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, a_running_room


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """One candidate who finished; the session is closed."""
    room = await a_running_room(store, candidates=1)
    await room.finish(room.candidates[0])
    await room.close()
    return room


async def publish(room: ExamRoom) -> int:
    return await room.do(publishing.publish_results, room.school.head, room.session_id)


async def withdraw(room: ExamRoom, reason: str = "erreur de candidat") -> int:
    return await room.do(publishing.withdraw_results, room.school.head, room.session_id, reason)


async def test_results_are_published_once_they_are_finalised_and_withdrawn_once_published(
    room: ExamRoom,
) -> None:
    with pytest.raises(IllegalTransition):
        await publish(room)
    await room.finalise()
    with pytest.raises(IllegalTransition):
        await withdraw(room)
    assert await publish(room) == 1
    with pytest.raises(IllegalTransition):
        await publish(room)
    assert await withdraw(room) == 1
    assert (await room.session()).state == "closed"
    kinds = [line.kind for line in await room.checked_log()][-3:]
    assert kinds == ["SessionFinalised", "ResultsPublished", "ResultsWithdrawn"]


@pytest.mark.parametrize("reason", ["", "  \n"])
async def test_a_withdrawal_says_why(room: ExamRoom, reason: str) -> None:
    await room.finalise()
    await publish(room)
    with pytest.raises(InvalidInput, match="withdrawal_reason_missing"):
        await withdraw(room, reason)
    assert (await room.session()).state == "published"


async def test_a_correction_is_a_new_version_that_names_what_it_replaces(room: ExamRoom) -> None:
    (c,) = room.candidates
    first = await room.finalise()
    await publish(room)
    await withdraw(room)
    ruling = Wanted(c.id, RulingKind.CANCEL, "salle évacuée")
    await room.do(rulings.take_ruling, room.school.head, room.session_id, ruling)
    second = await room.finalise()
    assert (first["version"], first["replaces"]) == (1, None)
    assert (second["version"], second["replaces"]) == (2, sha256(b"signed").hexdigest())
    assert [one["candidates"][0]["status"] for one in (first, second)] == ["validated", "cancelled"]
    newer, older = await room.store.read(versions_of, room.session_id)
    assert (older.version, newer.version) == (1, 2)
    assert older.withdrawn_at is not None
    assert newer.published_at is None
    assert older.entries < newer.entries


async def test_what_was_finalised_can_be_resumed_before_it_is_published(room: ExamRoom) -> None:
    await room.finalise()
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
    assert (await room.session()).state == "closed"
    assert (await room.finalise())["version"] == 2
    await publish(room)
    with pytest.raises(IllegalTransition):
        await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
