"""Who invigilates and who watches: hand-overs to the instant, two at once, joining an open session."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from exam_server.acts import duty
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.duty import turns_of
from exam_server.domain.errors import IllegalTransition, NotFound
from exam_server.domain.roles import Person
from exam_server.storage.board_view import board
from exam_server.storage.log import facts_after
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from tests.support.room import ExamRoom, a_running_room, an_exam_room
from tests.support.school import found_school

Act = Callable[..., Any]


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Opened by Indigo, with Turquoise added: two invigilators, the first of them on duty."""
    room = await an_exam_room(store, candidates=1)
    await room.do(duty.add_invigilator, room.school.head, room.session_id, room.school.colleague.id)
    return room


async def watching(room: ExamRoom) -> dict[str, int]:
    """Who is on duty, by name, and since when in ms, as a board says it."""
    found = await room.store.read(lambda r: board(r, r.get(Session, room.session_id), room.by.id))
    session: Any = found["session"]
    return {
        one["name"]: one["on_duty_since"]
        for one in session["invigilators"]
        if one["on_duty_since"] is not None
    }


def now_ms(room: ExamRoom) -> int:
    return int(room.clock().timestamp() * 1000)


async def refused(room: ExamRoom, call: Awaitable[object], code: str) -> IllegalTransition:
    before = await room.log()
    with pytest.raises(IllegalTransition, match=code) as refusal:
        await call
    assert await room.log() == before
    return refusal.value


async def test_whoever_opens_the_session_is_on_duty(room: ExamRoom) -> None:
    assert await watching(room) == {"Indigo": now_ms(room)}
    (fact,) = await room.log("DutyTaken")
    assert (fact.entry.actor, fact.facts) == (room.by.id, {"to": room.by.id, "to_name": "Indigo"})


async def test_a_hand_over_is_one_fact_that_ends_one_turn_and_begins_the_other(room: ExamRoom) -> None:
    began, colleague = now_ms(room), room.school.colleague
    room.clock.advance(minutes=42)
    await room.do(duty.hand_over, room.by, room.session_id, colleague.id, "cours à 10 h")
    fact = await room.last()
    assert (fact.kind, fact.entry.actor) == ("DutyHandedOver", room.by.id)
    assert fact.facts == {
        "from": room.by.id,
        "to": colleague.id,
        "from_name": "Indigo",
        "to_name": "Turquoise",
        "reason": "cours à 10 h",
    }
    assert await watching(room) == {"Turquoise": now_ms(room)}
    first, second = turns_of(await room.store.read(facts_after, room.session_id, 0))
    assert (first.from_ms, first.to_ms, second.from_ms, second.to_ms) == (
        began,
        now_ms(room),
        now_ms(room),
        None,
    )


async def test_whoever_comes_may_say_so_too(room: ExamRoom) -> None:
    colleague = room.school.colleague
    await room.do(duty.take_over, colleague, room.session_id, room.by.id, "")
    fact = await room.last()
    assert (fact.kind, fact.entry.actor, fact.facts["from"]) == ("DutyHandedOver", colleague.id, room.by.id)
    assert await watching(room) == {"Turquoise": now_ms(room)}


async def test_of_two_who_note_one_hand_over_the_second_is_told_by_whom_and_when(room: ExamRoom) -> None:
    colleague = room.school.colleague
    await room.do(duty.take_over, colleague, room.session_id, room.by.id, "")
    at = room.clock()
    room.clock.advance(seconds=1)
    again = room.do(duty.hand_over, room.by, room.session_id, colleague.id, "")
    refusal = await refused(room, again, "duty_handed_over")
    assert (refusal.facts["by"], refusal.facts["at"]) == ("Turquoise", at)


async def test_at_one_moment_one_hand_over_is_kept(room: ExamRoom) -> None:
    colleague = room.school.colleague
    said = await asyncio.gather(
        room.do(duty.hand_over, room.by, room.session_id, colleague.id, ""),
        room.do(duty.take_over, colleague, room.session_id, room.by.id, ""),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in said) == ["IllegalTransition", "int"]
    assert len(await room.log("DutyHandedOver")) == 1
    assert list(await watching(room)) == ["Turquoise"]


async def test_coming_and_leaving_twice_does_no_harm(room: ExamRoom) -> None:
    before = await room.log()
    await room.do(duty.come_on_duty, room.by, room.session_id)
    assert await room.log() == before
    await room.do(duty.leave_duty, room.by, room.session_id, "pause")
    assert await watching(room) == {}
    fact = await room.last()
    assert (fact.kind, fact.facts) == (
        "DutyLeft",
        {"from": room.by.id, "from_name": "Indigo", "reason": "pause"},
    )
    before = await room.log()
    await room.do(duty.leave_duty, room.by, room.session_id, "")
    assert await room.log() == before


async def test_nobody_relieves_who_has_left_nor_oneself(room: ExamRoom) -> None:
    colleague = room.school.colleague
    await refused(room, room.do(duty.take_over, room.by, room.session_id, colleague.id, ""), "not_on_duty")
    await refused(
        room, room.do(duty.hand_over, room.by, room.session_id, room.by.id, ""), "handed_to_oneself"
    )
    await room.do(duty.leave_duty, room.by, room.session_id, "")
    refusal = await refused(
        room, room.do(duty.take_over, colleague, room.session_id, room.by.id, ""), "duty_left"
    )
    assert refusal.facts["by"] == "Indigo"


async def test_two_may_watch_at_once(room: ExamRoom) -> None:
    await room.do(duty.come_on_duty, room.school.colleague, room.session_id)
    assert set(await watching(room)) == {"Indigo", "Turquoise"}


async def test_duty_is_no_permission_whoever_invigilates_may_act(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    await room.do(duty.add_invigilator, room.school.head, room.session_id, room.school.colleague.id)
    room.by = room.school.colleague
    await room.pause(room.candidates[0])
    assert (await room.last()).entry.actor == room.school.colleague.id
    assert list(await watching(room)) == ["Indigo"]


async def test_the_closing_ends_duty(room: ExamRoom) -> None:
    await room.close(**{room.candidates[0].id: GivenReason(EndReason.ABSENT)})
    assert await watching(room) == {}
    (turn,) = turns_of(await room.store.read(facts_after, room.session_id, 0))
    assert turn.to_ms == now_ms(room)
    await room.finalise()
    await room.checked_log()


DEEDS: dict[str, Act] = {
    "come": lambda tx, r: duty.come_on_duty(tx, r.by, r.session_id),
    "leave": lambda tx, r: duty.leave_duty(tx, r.by, r.session_id, ""),
    "take_over": lambda tx, r: duty.take_over(tx, r.by, r.session_id, r.school.colleague.id, ""),
    "hand_over": lambda tx, r: duty.hand_over(tx, r.by, r.session_id, r.school.colleague.id, ""),
    "add": lambda tx, r: duty.add_invigilator(tx, r.school.head, r.session_id, r.school.colleague.id),
}


@pytest.mark.parametrize("state", ["planned", "closed", "finalised"])
@pytest.mark.parametrize("name", DEEDS)
async def test_only_an_open_session_has_anybody_on_duty(store: Store, name: str, state: str) -> None:
    room = await an_exam_room(store, candidates=1, is_open=state != "planned")
    if state != "planned":
        await room.do(duty.add_invigilator, room.school.head, room.session_id, room.school.colleague.id)
        await room.close(**{room.candidates[0].id: GivenReason(EndReason.ABSENT)})
    if state == "finalised":
        await room.finalise()
    await refused(room, room.do(DEEDS[name], room), "illegal_transition")


# -- joining an open session -----------------------------------------------------------------------------


async def test_a_colleague_who_was_added_may_act_from_then_on(store: Store) -> None:
    room = await a_running_room(store, candidates=1)
    colleague, c = room.school.colleague, room.candidates[0]
    indigo, room.by = room.by, colleague
    with pytest.raises(NotFound):
        await room.pause(c)
    await room.do(duty.add_invigilator, room.school.head, room.session_id, colleague.id)
    fact = await room.last()
    assert (fact.kind, fact.entry.actor) == ("InvigilatorAdded", room.school.head.id)
    assert fact.facts == {"invigilator": colleague.id, "name": "Turquoise"}
    await room.pause(c)
    before = await room.log()
    await room.do(duty.add_invigilator, room.school.head, room.session_id, indigo.id)
    assert await room.log() == before


async def test_only_the_centre_s_own_room_staff_can_be_added(room: ExamRoom) -> None:
    elsewhere = await room.do(found_school, 2)
    strangers: tuple[Person, ...] = (elsewhere.invigilator, elsewhere.head, room.school.officer)
    before = await room.log()
    for account_id in (*(one.id for one in strangers), "nobody"):
        with pytest.raises(NotFound):
            await room.do(duty.add_invigilator, room.school.head, room.session_id, account_id)
    assert await room.log() == before


async def test_a_head_who_types_the_code_takes_part_and_one_who_does_not_looks_on(room: ExamRoom) -> None:
    head = room.school.head

    async def looks_on() -> bool:
        found = await room.store.read(lambda r: board(r, r.get(Session, room.session_id), head.id))
        session: Any = found["session"]
        return bool(session["looks_on"])

    assert await looks_on()
    await room.open_by(head, (await room.session()).code)
    assert not await looks_on()
    fact = await room.last()
    assert (fact.kind, fact.facts["invigilator"]) == ("InvigilatorAdded", head.id)
