"""The checks before closing and signing against the acts: what blocks is refused, and nothing else is."""

from collections.abc import Awaitable, Callable
from fractions import Fraction

import pytest

from exam_server.acts import fraud, incidents, rest_breaks, rulings
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.closing_checks import (
    ClosingFacts,
    Finding,
    FindingKind,
    KeyFacts,
    Step,
    findings_of,
)
from exam_server.domain.errors import Refusal
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.domain.sessions import SessionState
from exam_server.storage.closing_rows import asked_of, closing_facts, endings_of
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading
from tests.support.decisions import TWO_BREAKS, decide, recorded
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

K = FindingKind
TECHNICAL = GivenReason(EndReason.TECHNICAL)
SETTLED = Settlement(Outcome.SETTLED, "fait")
Way = Callable[[ExamRoom, Sitter], Awaitable[object]]


async def facts_of(room: ExamRoom) -> ClosingFacts:
    def read(reading: Reading) -> ClosingFacts:
        return closing_facts(reading, reading.get(Session, room.session_id), KeyFacts())

    return await room.store.read(read)


async def found_in(room: ExamRoom) -> list[Finding]:
    return findings_of(await facts_of(room))


async def kinds_in(room: ExamRoom) -> set[FindingKind]:
    return {one.kind for one in await found_in(room)}


async def report(
    room: ExamRoom, category: str, c: Sitter | None, settlement: Settlement | None = None
) -> str:
    wanted = Report(category, None if c is None else c.id, None, "vu de la porte", settlement)
    return await room.do(incidents.report_incident, room.by, room.session_id, wanted)


async def over(room: ExamRoom, c: Sitter) -> None:
    """One response, and the test is ended: nothing of it is left open."""
    await room.respond(c)
    await room.terminate(c)


# -- ways to have something to look at; each candidate has finished otherwise --------------------------------


async def paused(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)


async def called(room: ExamRoom, c: Sitter) -> None:
    await room.call(c)


async def suspected(room: ExamRoom, c: Sitter) -> None:
    await room.do(fraud.request_fraud, room.by, c.id, "téléphone")


async def undecided(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await report(room, "machine_network", None, Settlement(Outcome.UNDECIDED))


async def unheard(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await report(room, "rules_object", c, SETTLED)


async def said_absent(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await report(room, "desk_no_show", c)


async def ended_nobody(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await report(room, "machine_power", None, Settlement(Outcome.ENDED, "coupure"))


async def misspelt(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await report(room, "desk_identity", c)


async def room_stopped(room: ExamRoom, c: Sitter) -> None:
    await over(room, c)
    await room.pause_room()


WAYS: dict[str, tuple[Way, set[FindingKind], set[FindingKind]]] = {
    "nothing": (over, set(), set()),
    "paused": (paused, {K.UNFINISHED, K.STOP_NEVER_RESUMED}, {K.STOP_NEVER_RESUMED}),
    "called": (called, {K.UNFINISHED, K.CALL_UNANSWERED}, {K.CALL_UNANSWERED}),
    "suspected": (suspected, {K.UNFINISHED, K.FRAUD_UNDECIDED}, {K.FRAUD_UNDECIDED}),
    "undecided": (undecided, {K.REPORT_UNDECIDED}, {K.REPORT_UNDECIDED}),
    "unheard": (unheard, {K.NOT_HEARD}, {K.NOT_HEARD}),
    "said absent": (said_absent, {K.ABSENT_WITH_RESPONSES}, {K.ABSENT_WITH_RESPONSES}),
    "ended nobody": (ended_nobody, {K.REPORT_WITHOUT_CANDIDATE}, {K.REPORT_WITHOUT_CANDIDATE}),
    "misspelt": (misspelt, {K.IDENTITY_IN_DOUBT}, {K.IDENTITY_IN_DOUBT}),
    "room stopped": (room_stopped, {K.ROOM_STOPPED}, set()),
}
"""The way, what is found while the session is open, and what is found once it is closed."""


@pytest.mark.parametrize("name", WAYS)
async def test_the_acts_refuse_what_blocks_and_do_what_is_only_advised_against(
    store: Store, name: str
) -> None:
    way, while_open, once_closed = WAYS[name]
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await way(room, c)
    found = await found_in(room)
    assert {one.kind for one in found} == while_open
    if any(Step.CLOSE in one.blocks for one in found):
        with pytest.raises(Refusal):
            await room.close()
    if K.ROOM_STOPPED in while_open:
        await room.resume_room()
    await room.close(**{c.id: TECHNICAL})
    found = await found_in(room)
    assert {one.kind for one in found} == once_closed
    if any(Step.SIGN in one.blocks for one in found):
        with pytest.raises(Refusal):
            await room.finalise()
    else:
        await room.finalise()
        assert await found_in(room) == []


async def test_who_never_started_needs_a_reason_until_the_closing_has_given_one(store: Store) -> None:
    room = await an_exam_room(store, candidates=2)
    assert [one.kind for one in await found_in(room)] == [K.NEVER_STARTED] * 2
    await room.close(**{one.id: TECHNICAL for one in room.candidates})
    assert await found_in(room) == []


async def test_what_is_mended_is_found_no_more(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await room.pause(c)
    await room.resume(c)
    await room.call(c)
    await room.dismiss(c)
    incident = await report(room, "rules_object", c, Settlement(Outcome.UNDECIDED))
    await over(room, c)
    assert await kinds_in(room) == {K.REPORT_UNDECIDED, K.NOT_HEARD}
    await room.do(incidents.record_statement, room.by, incident, None)
    await room.do(incidents.resolve_incident, room.school.head, incident, SETTLED)
    assert await kinds_in(room) == set()


async def test_a_report_that_was_withdrawn_counts_no_more(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await over(room, c)
    incident = await report(room, "rules_object", c, Settlement(Outcome.UNDECIDED))
    await room.do(incidents.withdraw_incident, room.by, incident, "autre salle")
    assert await kinds_in(room) == set()


async def test_a_rest_break_that_the_end_cut_short_is_no_stop_that_was_forgotten(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await decide(room, c, recorded(Fraction(0), breaks=TWO_BREAKS))
    await room.do(rest_breaks.take_break, c.token)
    await room.close(**{c.id: TECHNICAL})
    assert await kinds_in(room) == set()


async def test_a_ruling_answers_what_was_left_open_and_one_that_waits_blocks(store: Store) -> None:
    room = await a_running_room(store, candidates=2)
    c, other = room.candidates
    await room.pause(c)
    await over(room, other)
    incident = await report(room, "rules_object", other, SETTLED)
    await room.do(incidents.record_statement, room.by, incident, "il était éteint")
    await room.close(**{c.id: TECHNICAL})
    head = room.school.head
    keep = Wanted(c.id, RulingKind.KEEP, "assez de réponses")
    await room.do(rulings.take_ruling, head, room.session_id, keep)
    assert await kinds_in(room) == set()
    reject = Wanted(other.id, RulingKind.REJECT, "vu", (), incident)
    number = await room.do(rulings.take_ruling, head, room.session_id, reject)
    (waiting,) = await found_in(room)
    assert (waiting.kind, waiting.ruling, waiting.candidate) == (K.RULING_WAITING, number, other.id)
    await room.do(rulings.drop_ruling, room.by, room.session_id, number, "rien d’établi")
    assert await kinds_in(room) == set()
    assert await room.store.read(endings_of, room.session_id) == {number: "rien d’établi"}


async def test_a_replaced_item_cannot_be_left_out_and_the_numbers_are_the_candidate_s(store: Store) -> None:
    """Its draft counts for nothing; were it ruled out, the results could never be signed."""
    room = await a_running_room(store, candidates=1)
    (c,) = room.candidates
    await room.respond(c)
    await room.draft(c)
    await room.call(c)
    await room.replace(c)
    await room.respond(c)
    await over(room, c)
    asked = await room.store.read(asked_of, c.id)
    assert [(one.position, one.shown) for one in asked] == [(1, 1), (3, 2), (4, 3)]
    await room.close()
    wanted = Wanted(c.id, RulingKind.LEAVE_OUT, "image absente", (2,))
    with pytest.raises(Refusal, match="invalid_ruling"):
        await room.do(rulings.take_ruling, room.school.head, room.session_id, wanted)
    await room.finalise()


async def test_before_the_opening_nothing_is_looked_at(store: Store) -> None:
    room = await an_exam_room(store, is_open=False)
    assert (await facts_of(room)).state is SessionState.PLANNED
    assert await found_in(room) == []
