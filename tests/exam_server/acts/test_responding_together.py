"""Responses that are taken together: each is judged by itself, and leaves what it would leave alone."""

from collections.abc import Mapping
from datetime import timedelta

from exam_server.acts.identifiers import new_token
from exam_server.acts.responding import Reply, Sent, save_responses
from exam_server.domain.errors import Refusal, SignedOut, StalePosition, Stopped
from exam_server.domain.json import JSON
from exam_server.storage.store import Store
from exam_server.storage.waiting import Asked
from tests.support.room import SKIP, ExamRoom, Sitter, a_running_room


async def sent_by(
    room: ExamRoom, c: Sitter, *, final: bool = True, revision: int = 1, position: int | None = None
) -> Asked[Sent]:
    """A right response to the item in hand, or a response to another position."""
    view = await room.view(c)
    content: Mapping[str, JSON] = SKIP if position is not None else await room.right_content(c)
    sent = Sent(position or view.position, revision, content, final, room.clock())
    return Asked(c.token, sent, room.clock())


async def test_each_response_of_a_group_is_judged_by_itself(store: Store) -> None:
    room = await a_running_room(store, 8)
    new, draft, known, stale, stopped, late, in_grace, last = room.candidates
    first = await room.respond(known)
    await room.respond(stale)
    for _ in range(31):
        await room.respond(last)
    await run_out_of_time(room, late, in_grace, stopped)
    before = len(await room.log())
    asked = [
        await sent_by(room, new),
        await sent_by(room, draft, final=False),
        await sent_by(room, known, position=1),
        await sent_by(room, stale, position=1, revision=2),
        await sent_by(room, stopped),
        await sent_by(room, late),
        await sent_by(room, in_grace),
        await sent_by(room, last),
        Asked(new_token(), Sent(1, 1, SKIP, True, room.clock()), room.clock()),
    ]
    said = await room.store.run(save_responses, asked)
    kinds = [type(one) if isinstance(one, Refusal) else Reply for one in said]
    assert kinds == [Reply, Reply, Reply, StalePosition, Stopped, Reply, Reply, Reply, SignedOut]
    replies = [one for one in said if isinstance(one, Reply)]
    assert [reply.late for reply in replies] == [False, False, False, True, False, False]
    assert replies[2].saved == first.saved
    assert replies[3].saved is None
    progress = [(reply.view.position, reply.view.answered) for reply in replies]
    assert progress == [(2, 1), (1, 0), (2, 1), (1, 0), (1, 1), (32, 32)]
    assert room.shown(replies[1])["draft"] == {"revision": 1, "content": await room.right_content(draft)}
    assert room.shown(replies[5])["phase"] == "ended"
    facts = {(line.kind, line.entry.candidate) for line in (await room.checked_log())[before:]}
    saved = {("ResponseSaved", one.id) for one in (new, draft, in_grace, last)}
    others = {("ResponseRefused", late.id), ("AttemptCompleted", last.id), ("ItemGiven", new.id)}
    assert facts == saved | others
    assert len(await room.log()) == before + len(facts)


async def run_out_of_time(room: ExamRoom, late: Sitter, in_grace: Sitter, stopped: Sitter) -> None:
    """Two minutes after the deadline of one, at that of another; one is stopped, the others have an hour."""
    deadline = (await room.attempt(late)).due_at
    assert deadline is not None
    await room.extend(in_grace, minutes=2)
    await room.pause(stopped)
    for c in room.candidates:
        if c not in (late, in_grace, stopped):
            await room.extend(c, minutes=60)
    room.clock.move_to(deadline + timedelta(minutes=2))


async def test_a_whole_room_that_responds_at_once_goes_through_its_test(store: Store) -> None:
    """Two sessions side by side, drafts in between, every next item given once."""
    rooms = [await a_running_room(store, 5, number=number) for number in (1, 2)]
    everyone = [(room, c) for room in rooms for c in room.candidates]
    for number in range(1, 33):
        for final in (False, True) if number % 4 == 0 else (True,):
            asked = [await sent_by(room, c, final=final, revision=1 + final) for room, c in everyone]
            said = await store.run(save_responses, asked)
            assert all(isinstance(one, Reply) and one.saved is not None for one in said)
    for room in rooms:
        await room.checked_log()
        for c in room.candidates:
            attempt = await room.attempt(c)
            assert (attempt.state, attempt.answered, attempt.position) == ("completed", 32, 32)
        assert len(await room.log("ItemGiven")) == 5 * 32
        assert len(await room.log("AttemptCompleted")) == 5
