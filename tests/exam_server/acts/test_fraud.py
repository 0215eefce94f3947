"""Ending a test for suspected fraud takes two persons: asked, confirmed by another, or withdrawn."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exam_server.acts import duty, fraud
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import Forbidden, IllegalTransition, InvalidInput, NotFound, Refusal, TooLate
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact, fold
from exam_server.domain.roles import Person
from exam_server.exports.results import ResultsDiffer, Sat, check_record
from exam_server.storage.board_view import board
from exam_server.storage.candidate_state import as_state
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from tests.support.room import ExamRoom, Sitter, a_running_room

SEEN = "téléphone allumé sur les genoux"


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates under way, two invigilators."""
    room = await a_running_room(store, candidates=2)
    await room.do(duty.add_invigilator, room.school.head, room.session_id, room.school.colleague.id)
    return room


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def ask(room: ExamRoom, c: Sitter, by: Person | None = None) -> int:
    return await room.do(fraud.request_fraud, by or room.by, c.id, SEEN)


async def confirm(room: ExamRoom, c: Sitter, number: int, by: Person) -> int:
    return await room.do(fraud.confirm_fraud, by, c.id, number)


async def withdraw(room: ExamRoom, c: Sitter, number: int, by: Person, reason: str = "") -> int:
    return await room.do(fraud.withdraw_fraud, by, c.id, number, reason)


async def on_board(room: ExamRoom, c: Sitter) -> Any:
    found = await room.store.read(lambda r: board(r, r.get(Session, room.session_id)))
    rows: Any = found["candidates"]
    return next(row["fraud"] for row in rows if row["id"] == c.id)


async def page_of(room: ExamRoom, c: Sitter) -> dict[str, Any]:
    """What the candidate's page gets, but for the number of the log."""
    state = as_state(await room.view(c), room.store.house, 0)
    return {name: value for name, value in state.items() if name != "number"}


async def without_trace(room: ExamRoom, kind: type[Refusal], code: str, call: Any) -> Refusal:
    before = await room.log()
    with pytest.raises(kind, match=code) as refusal:
        await call
    assert await room.log() == before
    return refusal.value


async def test_one_person_alone_ends_no_test_for_suspected_fraud(room: ExamRoom, c: Sitter) -> None:
    await without_trace(
        room, IllegalTransition, "fraud_needs_second", room.terminate(c, EndReason.FRAUD_SUSPECTED)
    )
    await without_trace(
        room, IllegalTransition, "fraud_needs_second", room.terminate_room(EndReason.FRAUD_SUSPECTED)
    )
    assert (await room.attempt(c)).state == "in_progress"


async def test_a_request_changes_nothing_for_the_candidate(room: ExamRoom, c: Sitter) -> None:
    before = await page_of(room, c)
    number = await ask(room, c)
    fact = await room.last()
    assert (fact.kind, fact.number, fact.entry.candidate) == ("FraudRequested", number, c.id)
    assert fact.facts == {"by": "Indigo", "note": SEEN}
    assert await page_of(room, c) == before
    await room.respond(c)
    assert await on_board(room, c) == {
        "request": number,
        "at": int(room.clock().timestamp() * 1000),
        "by": room.by.id,
        "name": "Indigo",
        "note": SEEN,
    }


async def test_another_invigilator_confirms_and_the_test_is_over_with_both_names(
    room: ExamRoom, c: Sitter
) -> None:
    number = await ask(room, c)
    room.clock.advance(minutes=2)
    await confirm(room, c, number, room.school.colleague)
    confirmed, ended = (await room.log())[-2:]
    assert (confirmed.kind, confirmed.entry.actor) == ("FraudConfirmed", room.school.colleague.id)
    assert confirmed.facts == {
        "request": number,
        "by": "Turquoise",
        "requested_by": "Indigo",
        "requested_by_id": room.by.id,
    }
    assert (ended.kind, ended.facts["reason"], ended.facts["note"]) == (
        "AttemptTerminated",
        "fraud_suspected",
        SEEN,
    )
    assert (await room.attempt(c)).ended_at == room.clock()
    assert await on_board(room, c) is None
    await room.close(**{room.candidates[1].id: GivenReason(EndReason.TECHNICAL)})
    results = {one["id"]: one for one in (await room.finalise())["candidates"]}
    assert results[c.id]["status"] == "rejected"
    assert results[c.id]["fraud"] == {"requested_by": "Indigo", "confirmed_by": "Turquoise"}
    assert "fraud" not in results[room.candidates[1].id]
    await room.checked_log()


async def test_the_head_who_looks_on_may_confirm_but_not_ask(room: ExamRoom, c: Sitter) -> None:
    await without_trace(room, Forbidden, "looks_on", ask(room, c, room.school.head))
    number = await ask(room, c)
    await confirm(room, c, number, room.school.head)
    assert (await room.attempt(c)).state == "terminated"


async def test_who_asked_does_not_confirm(room: ExamRoom, c: Sitter) -> None:
    number = await ask(room, c)
    await without_trace(room, Forbidden, "second_person_needed", confirm(room, c, number, room.by))


@pytest.mark.parametrize("who", ["by", "colleague", "head"])
async def test_a_request_is_taken_back_or_put_aside_and_the_test_goes_on(
    room: ExamRoom, c: Sitter, who: str
) -> None:
    person = room.by if who == "by" else getattr(room.school, who)
    number = await ask(room, c)
    await withdraw(room, c, number, person, "rien de probant")
    fact = await room.last()
    assert fact.facts == {"request": number, "by": person.name, "reason": "rien de probant"}
    assert (await room.attempt(c)).state == "in_progress"
    at = room.clock()
    room.clock.advance(seconds=1)
    for late in (confirm(room, c, number, room.school.head), withdraw(room, c, number, room.school.head)):
        refusal = await without_trace(room, IllegalTransition, "fraud_withdrawn", late)
        assert (refusal.facts["by"], refusal.facts["at"]) == (person.name, at)
    assert await ask(room, c) > number


async def test_asking_twice_is_asking_once_and_a_colleague_is_told_who_asked(
    room: ExamRoom, c: Sitter
) -> None:
    number = await ask(room, c)
    before = await room.log()
    assert await ask(room, c) == number
    assert await room.log() == before
    again = ask(room, c, room.school.colleague)
    refusal = await without_trace(room, IllegalTransition, "fraud_requested", again)
    assert refusal.facts["by"] == "Indigo"


async def time_passes(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=105, seconds=6)
    assert c.id in await room.tick()


ENDS: dict[str, Callable[[ExamRoom, Sitter], Any]] = {
    "completed": lambda room, c: room.finish(c),
    "timed_out": time_passes,
    "terminated": lambda room, c: room.terminate(c, EndReason.MEDICAL),
    "terminated with the room": lambda room, c: room.terminate_room(),
    "closed": lambda room, c: room.close(
        **{one.id: GivenReason(EndReason.TECHNICAL) for one in room.candidates}
    ),
}


@pytest.mark.parametrize("end", ENDS)
async def test_a_request_does_not_outlive_the_test(room: ExamRoom, c: Sitter, end: str) -> None:
    number = await ask(room, c)
    await ENDS[end](room, c)
    (lapsed,) = await room.log("FraudLapsed")
    assert (lapsed.entry.actor, lapsed.facts) == ("system", {"request": number})
    row = await room.store.read(lambda r: r.get(FraudRequest, (room.session_id, number)))
    assert (row.state, row.open_for, row.ended_at) == ("lapsed", None, room.clock())
    late = confirm(room, c, number, room.school.colleague)
    await without_trace(room, IllegalTransition, "already_", late)
    with pytest.raises(IllegalTransition):
        await ask(room, c)


async def test_of_a_confirmation_and_a_withdrawal_at_once_one_holds(room: ExamRoom, c: Sitter) -> None:
    number = await ask(room, c)
    said = await asyncio.gather(
        confirm(room, c, number, room.school.colleague),
        withdraw(room, c, number, room.by),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in said) == ["IllegalTransition", "int"]
    kept = [line.kind for line in await room.log() if line.kind in {"FraudConfirmed", "FraudWithdrawn"}]
    assert len(kept) == 1
    over = (await room.attempt(c)).state == "terminated"
    assert over == (kept == ["FraudConfirmed"])


async def test_from_the_deadline_on_nothing_is_asked(room: ExamRoom, c: Sitter) -> None:
    room.clock.advance(minutes=105)
    await without_trace(room, TooLate, "time_is_over", ask(room, c))


async def test_what_was_seen_is_said_and_a_number_is_this_candidate_s(room: ExamRoom, c: Sitter) -> None:
    await without_trace(
        room, InvalidInput, "fraud_note_missing", room.do(fraud.request_fraud, room.by, c.id, "  ")
    )
    number = await ask(room, c)
    other = room.candidates[1]
    for wrong, whose in ((number, other), (number + 1, c), (0, c), (-1, c), (2**40, c)):
        with pytest.raises(NotFound):
            await confirm(room, whose, wrong, room.school.head)
        with pytest.raises(NotFound):
            await withdraw(room, whose, wrong, room.school.head)


async def test_a_paused_test_may_be_asked_about_too(room: ExamRoom, c: Sitter) -> None:
    await room.pause(c)
    await confirm(room, c, await ask(room, c), room.school.colleague)
    assert (await room.attempt(c)).state == "terminated"


async def test_whoever_verifies_finds_an_end_that_one_person_alone_made(room: ExamRoom, c: Sitter) -> None:
    await confirm(room, c, await ask(room, c), room.school.colleague)
    facts = await room.store.read(facts_after, room.session_id, 0)
    in_use = room.store.house.banks[room.store.house.bank_version]
    sat = Sat(in_use.items, in_use.published)

    def check(facts: list[Fact]) -> None:
        session = fold(facts)
        check_record(session.candidates[c.id], sat, session.rules)

    check(facts)
    confirmed = EventKind.FRAUD_CONFIRMED
    unconfirmed = [fact for fact in facts if fact.kind != confirmed]
    alone = [replace(fact, actor=room.by.id) if fact.kind == confirmed else fact for fact in facts]
    for forged in (unconfirmed, alone):
        with pytest.raises(ResultsDiffer, match="without a second person"):
            check(forged)


# -- at the closing ------------------------------------------------------------------------------------


async def test_the_closing_confirms_what_an_invigilator_has_asked(room: ExamRoom, c: Sitter) -> None:
    await ask(room, c)
    reasons = {one.id: GivenReason(EndReason.TECHNICAL) for one in room.candidates}
    reasons[c.id] = GivenReason(EndReason.FRAUD_SUSPECTED, SEEN)
    await room.close(**reasons)
    (confirmed,) = await room.log("FraudConfirmed")
    assert confirmed.entry.actor == room.school.head.id
    results = {one["id"]: one for one in (await room.finalise())["candidates"]}
    assert results[c.id]["fraud"] == {"requested_by": "Indigo", "confirmed_by": "Garance"}


async def test_the_closing_alone_is_one_person(room: ExamRoom, c: Sitter) -> None:
    reasons = {one.id: GivenReason(EndReason.FRAUD_SUSPECTED) for one in room.candidates}
    await without_trace(room, IllegalTransition, "fraud_needs_second", room.close(**reasons))
    assert (await room.session()).state == "open"


# -- without the rule ----------------------------------------------------------------------------------


async def test_where_the_rules_do_not_ask_for_it_one_person_is_enough(store: Store) -> None:
    store.house = replace(store.house, rules=replace(store.house.rules, fraud_needs_second=False))
    room = await a_running_room(store, candidates=1)
    c = room.candidates[0]
    # The server is started again with the rule: this session keeps its own.
    store.house = replace(store.house, rules=replace(store.house.rules, fraud_needs_second=True))
    await without_trace(room, IllegalTransition, "fraud_needs_nobody", ask(room, c))
    await room.terminate(c, EndReason.FRAUD_SUSPECTED, SEEN)
    await room.close()
    (result,) = (await room.finalise())["candidates"]
    assert (result["status"], result["reason"]) == ("rejected", "fraud_suspected")
    assert "fraud" not in result
