"""Checkpoints of a session's log, what the head confirms, and the log of sessions."""

from datetime import timedelta

import orjson
import pytest

from exam_server.acts import closing, house_log, publishing, sealing
from exam_server.acts.sealing import LogSealer, origin_of
from exam_server.domain.errors import NotAllowed
from exam_server.exports.head_act import statement_of
from exam_server.signing.chain import entry_line
from exam_server.signing.checkpoints import open_checkpoint
from exam_server.signing.merkle import leaf_hash, root_of
from exam_server.storage.credential_tables import Challenge
from exam_server.storage.log import lines_between
from exam_server.storage.results_rows import newest_of
from exam_server.storage.store import Store
from tests.support.log_keys import a_log_key
from tests.support.room import HOST, ExamRoom, a_running_room

KEY = a_log_key()
SEALER = LogSealer(HOST, KEY)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    return await a_running_room(store, candidates=1)


async def keep(room: ExamRoom) -> str:
    return (await room.do(sealing.keep_checkpoint, SEALER, room.session_id)).note


async def root(room: ExamRoom, size: int) -> bytes:
    """As anybody computes it from the whole log."""
    lines = [entry_line(line.entry) for line in await room.log()][:size]
    return root_of([leaf_hash(line) for line in lines])


async def test_a_checkpoint_is_the_root_of_the_log_as_it_stands_and_signed_by_its_key(
    room: ExamRoom,
) -> None:
    for _ in range(3):
        note = await keep(room)
        size = len(await room.log())
        opened = open_checkpoint(note.encode(), origin_of(HOST, room.session_id), [KEY.public])
        assert (opened.checkpoint.size, opened.checkpoint.root) == (size, await root(room, size))
        await room.respond(room.candidates[0])


async def test_the_lines_of_a_part_of_the_log_are_those_of_the_whole(room: ExamRoom) -> None:
    await room.finish(room.candidates[0])
    lines = [entry_line(line.entry) for line in await room.log()]
    for after, until in ((0, 5), (3, 9), (len(lines) - 1, len(lines)), (4, 4), (0, len(lines) + 9)):
        found = await room.store.read(
            lambda reading, after=after, until=until: list(
                lines_between(reading, room.session_id, after, until)
            )
        )
        assert found == lines[after:until]


@pytest.mark.parametrize(
    ("waited", "is_due"),
    [(timedelta(seconds=59), False), (timedelta(seconds=60), True), (timedelta(hours=1), True)],
)
async def test_an_open_log_that_has_grown_is_due_after_a_minute(
    room: ExamRoom, waited: timedelta, is_due: bool
) -> None:
    await keep(room)
    room.clock.advance(seconds=waited.total_seconds())
    assert await room.store.read(sealing.due_checkpoints) == [], "nothing has happened"
    await keep(room)
    await room.respond(room.candidates[0])
    assert await room.store.read(sealing.due_checkpoints) == ([room.session_id] if is_due else [])


async def test_an_open_log_is_due_at_once_after_so_many_entries(
    room: ExamRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(room)
    monkeypatch.setattr(sealing, "AFTER_ENTRIES", 2)
    await room.respond(room.candidates[0])
    assert await room.store.read(sealing.due_checkpoints) == [room.session_id]


async def test_the_head_confirms_the_log_as_it_stands_and_the_results_that_follow(room: ExamRoom) -> None:
    await room.finish(room.candidates[0])
    await room.close()
    size = len(await room.log())
    asked = await room.do(closing.ask_to_finalise, room.school.head, room.session_id, HOST)
    statement = await room.store.read(lambda reading: reading.get(Challenge, asked.challenge_id).statement)
    payload = await room.finalise()
    last = (await room.checked_log())[-1]
    checkpoint, _ = await room.store.read(sealing.checkpoint_at, HOST, room.session_id, size)
    assert statement == statement_of(checkpoint, str(last.facts["results_sha256"]))
    assert last.facts["head"]["statement"] == statement
    assert last.facts["head"]["method"] == "passkey"
    assert payload["log"]["entries"] == size + 1


async def test_what_was_confirmed_is_not_signed_once_the_log_has_grown(room: ExamRoom) -> None:
    await room.finish(room.candidates[0])
    await room.close()
    asked = await room.do(closing.ask_to_finalise, room.school.head, room.session_id, HOST)
    challenge = await room.store.read(lambda reading: reading.get(Challenge, asked.challenge_id).statement)
    await room.finalise()
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
    confirmed = closing.Confirmation("passkey", challenge, {})
    with pytest.raises(NotAllowed, match="confirmed_something_else"):
        await room.do(
            closing.finalise_session,
            room.school.head,
            room.session_id,
            HOST,
            lambda _payload: "signed",
            lambda _tx: confirmed,
        )


async def test_a_version_gets_the_checkpoint_of_its_own_entries_whenever_it_is_sealed(room: ExamRoom) -> None:
    await room.finish(room.candidates[0])
    await room.close()
    await room.finalise()
    await room.publish()
    assert await room.store.read(sealing.versions_to_seal) == [(room.session_id, 1)]
    note = await room.do(sealing.seal_version, SEALER, room.session_id, 1)
    version = await room.store.read(newest_of, room.session_id)
    opened = open_checkpoint(note.encode(), origin_of(HOST, room.session_id), [KEY.public])
    assert opened.checkpoint.size == version.entries == len(await room.log()) - 1
    assert await room.store.read(sealing.versions_to_seal) == []


async def test_no_opening_and_no_version_is_missing_in_the_log_of_sessions(room: ExamRoom) -> None:
    assert await room.do(house_log.keep_house_log) == 1
    assert await room.do(house_log.keep_house_log) == 0
    await room.finish(room.candidates[0])
    await room.close()
    await room.finalise()
    await room.do(sealing.seal_version, SEALER, room.session_id, 1)
    await room.publish()
    await room.do(publishing.withdraw_results, room.school.head, room.session_id, "erreur")
    assert await room.do(house_log.keep_house_log) == 3
    lines = [orjson.loads(line) for line in await room.store.read(house_log.house_lines)]
    assert [line["kind"] for line in lines] == ["opened", "finalised-1", "published-1", "withdrawn-1"]
    assert [line["number"] for line in lines] == [1, 2, 3, 4]
    checkpoint = await room.store.read(house_log.house_checkpoint, HOST)
    assert (checkpoint.origin, checkpoint.size) == (f"passation/{HOST}/sessions", 4)
