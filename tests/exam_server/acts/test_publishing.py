"""Versions of the results: finalised, published, withdrawn, corrected: nothing is overwritten."""

from hashlib import sha256

import pytest

from exam_server.acts import closing, publishing, rulings
from exam_server.acts.certificates import RECORD_TYP, status_bits
from exam_server.domain.errors import IllegalTransition, InvalidInput
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.signing.cose import keys_by_kid8
from exam_server.signing.jws import open_statement
from exam_server.signing.paper_seal import open_paper_seal
from exam_server.storage.results_rows import versions_of
from exam_server.storage.results_tables import Certificate
from exam_server.storage.store import Store
from exam_server.storage.transaction import Reading
from tests.support.room import ExamRoom, a_running_room


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """One candidate who finished; the session is closed."""
    room = await a_running_room(store, candidates=1)
    await room.finish(room.candidates[0])
    await room.close()
    return room


async def publish(room: ExamRoom) -> int:
    return await room.publish()


async def certificates(room: ExamRoom) -> list[Certificate]:
    def look(reading: Reading) -> list[Certificate]:
        rows = reading.orm.query(Certificate).order_by(Certificate.version)
        return [row for row in rows if row.session_id == room.session_id]

    return await room.store.read(look)


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
    assert [one["candidates"][0]["status"] for one in (first, second)] == ["validated", "cancelled"]
    newer, older = await room.store.read(versions_of, room.session_id)
    assert (older.version, newer.version) == (1, 2)
    assert (second["version"], second["replaces"]) == (2, sha256(older.results.encode()).hexdigest())
    assert older.withdrawn_at is not None
    assert newer.published_at is None
    assert older.entries < newer.entries


async def test_a_published_version_has_a_certificate_for_each_validated_candidate(room: ExamRoom) -> None:
    payload = await room.finalise()
    assert await certificates(room) == []
    await publish(room)
    (row,) = await certificates(room)
    (result,) = payload["candidates"]
    issuer = room.issuer
    record = open_statement(
        row.record, {issuer.documents.kid: issuer.documents.public}, RECORD_TYP, with_chain=True
    ).payload
    assert isinstance(record, dict)
    assert (record["code"], record["score"]) == (row.code, result["scores"]["score"])
    assert record["person"] == {
        "family_name": result["family_name"],
        "given_names": result["given_name"],
        "birth_date": result["birth_date"],
    }
    assert result["ine"] not in str(record)
    facts = open_paper_seal(row.qr, keys_by_kid8(issuer.qr.chain))
    assert (facts.code, facts.score, facts.status_index) == (row.code, record["score"], row.status_index)
    assert [one["level"] for one in record["levels"]] == list(facts.levels)


async def test_a_withdrawal_revokes_the_certificates_and_a_new_version_has_new_ones(room: ExamRoom) -> None:
    await room.finalise()
    await publish(room)
    (row,) = await certificates(room)
    bits = await room.store.read(status_bits, 1)
    assert not bits.is_set(row.status_index)
    await withdraw(room)
    bits = await room.store.read(status_bits, 1)
    assert bits.is_set(row.status_index)
    await room.finalise()
    await publish(room)
    older, newer = await certificates(room)
    assert (older.version, older.revocation, newer.version, newer.revoked_at) == (1, "withdrawn", 2, None)
    assert older.code != newer.code
    bits = await room.store.read(status_bits, 1)
    assert (bits.is_set(older.status_index), bits.is_set(newer.status_index)) == (True, False)


async def test_who_is_not_validated_gets_no_certificate(room: ExamRoom) -> None:
    (c,) = room.candidates
    ruling = Wanted(c.id, RulingKind.CANCEL, "salle évacuée")
    await room.do(rulings.take_ruling, room.school.head, room.session_id, ruling)
    await room.finalise()
    await publish(room)
    assert await certificates(room) == []


async def test_what_was_finalised_can_be_resumed_before_it_is_published(room: ExamRoom) -> None:
    await room.finalise()
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
    assert (await room.session()).state == "closed"
    assert (await room.finalise())["version"] == 2
    await publish(room)
    with pytest.raises(IllegalTransition):
        await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
