"""A session that has not opened: its plan is changed, a candidate is unregistered, it is cancelled."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlmodel import col, select

from exam_server.acts import accommodations, entering, sessions
from exam_server.acts.closing import GivenReason
from exam_server.acts.presence import sessions_before_closing
from exam_server.acts.sessions import Plan
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
    SignedOut,
)
from exam_server.domain.finalisation import fold
from exam_server.storage.columns import to_millis
from exam_server.storage.log import facts_after
from exam_server.storage.queries import candidate_rows, class_rows, invigilators_of, session_rows
from exam_server.storage.store import Store
from exam_server.storage.tables import Candidate, LogEntry, Pupil
from tests.support.room import ExamRoom, Sitter, an_exam_room
from tests.support.school import CLASS

Deed = Callable[[ExamRoom], Any]


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Three candidates of a session that has not opened."""
    return await an_exam_room(store, is_open=False)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def plan_of(room: ExamRoom) -> Plan:
    session = await room.session()
    return await room.store.read(sessions.plan_of, session)


async def change(room: ExamRoom, /, **what: Any) -> int:
    plan = replace(await plan_of(room), **what)
    return await room.do(sessions.change_plan, room.school.head, room.session_id, plan)


async def cancel(room: ExamRoom) -> int:
    return await room.do(sessions.cancel_session, room.school.head, room.session_id)


async def unregister(room: ExamRoom, c: Sitter) -> int:
    return await room.do(sessions.unregister_candidate, room.school.head, c.id)


# -- the plan ------------------------------------------------------------------------------------------------


async def test_a_changed_plan_is_the_plan_from_now_on(room: ExamRoom) -> None:
    before = await plan_of(room)
    tomorrow = before.day + timedelta(days=1)
    wanted = Plan("C3", tomorrow, time(14, 30), 1, 3, (room.school.colleague.id,))
    number = await room.do(sessions.change_plan, room.school.head, room.session_id, wanted)
    assert await plan_of(room) == wanted
    session, fact = await room.session(), await room.last()
    assert (session.state, session.log_number) == ("planned", number)
    assert session.starts_at == room.clock() + timedelta(days=1, hours=5, minutes=30)
    assert (fact.kind, fact.number, fact.entry.actor) == ("SessionChanged", number, room.school.head.id)
    assert fact.facts == {
        "room": "C3",
        "date": tomorrow.isoformat(),
        "starts_at": to_millis(session.starts_at),
        "rows": 1,
        "columns": 3,
        "invigilators": [room.school.colleague.id],
    }
    assert set(fact.facts) == set((await room.log("SessionPlanned"))[0].facts)


async def test_only_the_invigilators_of_the_new_plan_open_the_session(room: ExamRoom) -> None:
    await change(room, invigilators=(room.school.colleague.id,))
    staff = await room.store.read(invigilators_of, room.session_id)
    assert [one.id for one in staff] == [room.school.colleague.id]
    with pytest.raises(NotFound, match="unknown_session_code"):
        await room.open()
    room.by = room.school.colleague
    await room.open()


async def test_one_more_invigilator_leaves_the_first_in_place(room: ExamRoom) -> None:
    both = (room.school.colleague.id, room.school.invigilator.id)
    await change(room, invigilators=(*both, *both))
    assert len(await room.store.read(invigilators_of, room.session_id)) == 2
    await room.open()


async def test_a_session_opens_on_the_day_to_which_it_was_moved(room: ExamRoom) -> None:
    await change(room, day=(await plan_of(room)).day + timedelta(days=1))
    with pytest.raises(NotAllowed, match="not_today"):
        await room.open()
    room.clock.advance(hours=24)
    await room.open()


async def test_a_session_whose_day_has_passed_can_be_moved_but_not_kept_there(room: ExamRoom) -> None:
    room.clock.advance(hours=48)
    with pytest.raises(InvalidInput) as refusal:
        await change(room, room="C3")
    assert refusal.value.facts["problems"] == [("date", "date_in_the_past")]
    await change(room, day=(await plan_of(room)).day + timedelta(days=2))
    await room.open()


async def test_the_same_plan_again_is_no_fact(room: ExamRoom) -> None:
    number = await change(room, room="C3")
    room.clock.advance(hours=48)  # also when it could no longer be planned so
    assert await change(room) == number
    assert (await room.last()).number == number


async def test_a_room_with_fewer_places_than_candidates_is_refused(room: ExamRoom, c: Sitter) -> None:
    before = await room.log()
    with pytest.raises(InvalidInput, match="room_too_small") as refusal:
        await change(room, room="C3", rows=1, columns=2)
    assert refusal.value.facts == {"registered": 3}
    assert (await room.session()).room == "B12"
    assert await room.log() == before
    await unregister(room, c)
    await change(room, rows=1, columns=2)


@pytest.mark.parametrize(
    ("what", "field"),
    [({"room": " "}, "room"), ({"rows": 21}, "rows"), ({"invigilators": ()}, "invigilators")],
)
async def test_a_changed_plan_is_held_to_the_rules_of_planning(
    room: ExamRoom, what: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await change(room, **what)
    assert [name for name, _ in refusal.value.facts["problems"]] == [field]  # type: ignore[attr-defined]


async def test_the_signed_room_and_day_are_those_of_the_plan_as_it_was_changed_last(room: ExamRoom) -> None:
    gone, *staying = room.candidates
    await change(room, room="C3")
    await change(room, room="D4", day=(await plan_of(room)).day + timedelta(days=1))
    await unregister(room, gone)
    room.clock.advance(hours=24)
    await room.open()
    await room.close(**{one.id: GivenReason(EndReason.ABSENT) for one in staying})
    signed = await room.finalise()
    record = fold(await room.store.read(facts_after, room.session_id, 0))
    assert signed["session"]["room"] == record.planned["room"] == "D4"
    assert signed["session"]["date"] == record.planned["date"] == (await room.session()).date.isoformat()
    assert (
        {one["id"] for one in signed["candidates"]} == {one.id for one in staying} == set(record.candidates)
    )
    await room.checked_log()


# -- a candidate ---------------------------------------------------------------------------------------------


async def test_an_unregistered_candidate_is_in_no_list_and_the_pupil_stays(room: ExamRoom, c: Sitter) -> None:
    pupil_id = (await room.candidate(c)).pupil_id
    number = await unregister(room, c)
    fact = await room.last()
    assert (fact.kind, fact.number, fact.entry.candidate) == ("CandidateUnregistered", number, c.id)
    assert fact.facts == {}
    rows = await room.store.read(candidate_rows, room.session_id)
    assert [row.id for row in rows] == [one.id for one in room.candidates[1:]]
    (session,) = await room.store.read(session_rows, room.school.centre_id)
    (group,) = await room.store.read(class_rows, room.school.centre_id, room.session_id)
    assert (session.registered, group.registered, group.count) == (2, 2, 3)
    assert (await room.store.read(lambda r: r.get(Pupil, pupil_id))).active


async def test_card_and_device_of_an_unregistered_candidate_are_worth_nothing(
    room: ExamRoom, c: Sitter
) -> None:
    await room.enter(c)
    await unregister(room, c)
    with pytest.raises(NotFound, match="unknown_code"):
        await room.do(entering.enter, c.card)
    with pytest.raises(SignedOut):
        await room.do(entering.start_attempt, c.token)


async def test_who_is_registered_again_is_another_candidate_with_another_card(
    room: ExamRoom, c: Sitter
) -> None:
    pupil_id = (await room.candidate(c)).pupil_id
    await room.do(accommodations.set_extra_time, room.school.officer, c.id, Fraction(1, 3))
    await unregister(room, c)
    again = await room.do(sessions.register_class, room.school.head, room.session_id, CLASS)
    assert (again.registered, again.refused) == (1, ())
    found = select(Candidate).where(Candidate.session_id == room.session_id, Candidate.pupil_id == pupil_id)
    candidate = await room.store.read(lambda r: r.orm.scalars(found).one())
    assert candidate.id != c.id
    assert (candidate.extra_numerator, candidate.state, candidate.device_hash) == (0, "registered", None)
    with pytest.raises(NotFound, match="unknown_code"):
        await room.do(entering.enter, c.card)
    record = fold(await room.store.read(facts_after, room.session_id, 0))
    assert c.id not in record.candidates
    assert record.candidates[candidate.id].extra_time is None


async def test_a_place_that_was_given_up_is_free_again(room: ExamRoom, c: Sitter) -> None:
    await change(room, rows=1, columns=3)
    await unregister(room, c)
    again = await room.do(sessions.register_class, room.school.head, room.session_id, CLASS)
    assert (again.registered, again.refused) == (1, ())


async def test_what_the_log_says_of_an_unregistered_candidate_stays(room: ExamRoom, c: Sitter) -> None:
    await unregister(room, c)
    of_c = select(LogEntry.content).where(LogEntry.session_id == room.session_id, LogEntry.candidate == c.id)
    said = of_c.order_by(col(LogEntry.number))
    contents = await room.store.read(lambda r: list(r.orm.scalars(said)))
    assert len(contents) == 2
    assert "Démo-1000" in str(contents[0])


async def test_a_candidate_is_unregistered_once(room: ExamRoom, c: Sitter) -> None:
    tries = [unregister(room, c) for _ in range(4)]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in said if isinstance(one, int)]) == 1
    assert len([one for one in said if isinstance(one, NotFound)]) == 3
    assert len(await room.log("CandidateUnregistered")) == 1


async def test_whoever_enters_while_being_unregistered_is_either_in_or_unknown(
    room: ExamRoom, c: Sitter
) -> None:
    """In whichever order the two come, nobody stays inside with a card that is worth nothing."""
    said = await asyncio.gather(room.do(entering.enter, c.card), unregister(room, c), return_exceptions=True)
    entered, gone = said
    assert isinstance(gone, int)
    if isinstance(entered, entering.Entered):
        with pytest.raises(SignedOut):
            await room.do(entering.start_attempt, entered.token)
    else:
        assert isinstance(entered, NotFound)
        assert entered.code == "unknown_code"


# -- the session ---------------------------------------------------------------------------------------------


async def test_a_cancelled_session_lets_nobody_in_and_nobody_open_it(room: ExamRoom, c: Sitter) -> None:
    number = await cancel(room)
    fact, session = await room.last(), await room.session()
    assert (fact.kind, fact.number, fact.facts) == ("SessionCancelled", number, {})
    assert (session.state, session.opened_at) == ("cancelled", None)
    with pytest.raises(NotAllowed, match="session_cancelled"):
        await room.do(entering.enter, c.card)
    with pytest.raises(NotAllowed, match="session_cancelled"):
        await room.open()
    assert room.session_id not in await room.store.read(sessions_before_closing)
    await room.checked_log()


async def test_cancelling_twice_does_no_harm(room: ExamRoom) -> None:
    number = await cancel(room)
    assert await cancel(room) == number
    assert len(await room.log("SessionCancelled")) == 1


async def test_whoever_waits_is_shown_the_cancelling_and_signed_out_ten_minutes_later(
    room: ExamRoom, c: Sitter
) -> None:
    await room.enter(c)
    await cancel(room)
    view = await room.view(c)
    assert view.session_state == "cancelled"
    with pytest.raises(NotAllowed, match="session_not_open"):
        await room.start(c)
    assert await room.do(entering.sign_out_ended) == 0
    room.clock.advance(minutes=10)
    assert await room.store.read(entering.is_long_over, c.token) is True
    assert await room.do(entering.sign_out_ended) == 1


async def test_the_pupils_of_a_cancelled_session_can_be_registered_for_another(room: ExamRoom) -> None:
    plan = await plan_of(room)
    await cancel(room)
    other = await room.do(sessions.plan_session, room.school.head, plan)
    done = await room.do(sessions.register_class, room.school.head, other, CLASS)
    assert (done.registered, done.refused) == (3, ())


AFTERWARDS: dict[str, Deed] = {
    "change": lambda room: change(room, room="C3"),
    "unregister": lambda room: unregister(room, room.candidates[0]),
    "register": lambda room: room.do(sessions.register_class, room.school.head, room.session_id, CLASS),
    "close": lambda room: room.close(),
    "finalise": lambda room: room.finalise(),
    "extra time": lambda room: room.do(
        accommodations.set_extra_time, room.school.officer, room.candidates[0].id, Fraction(1, 3)
    ),
}


@pytest.mark.parametrize("name", list(AFTERWARDS))
async def test_nothing_is_done_to_a_cancelled_session_any_more(room: ExamRoom, name: str) -> None:
    await cancel(room)
    before = await room.log()
    with pytest.raises(IllegalTransition):
        await AFTERWARDS[name](room)
    assert await room.log() == before


@pytest.mark.parametrize("deed", ["change", "unregister", "cancel"])
@pytest.mark.parametrize("until", ["open", "closed"])
async def test_once_a_session_has_opened_its_plan_and_its_candidates_stay(
    room: ExamRoom, deed: str, until: str
) -> None:
    await room.open()
    if until == "closed":
        await room.close(**{one.id: GivenReason(EndReason.ABSENT) for one in room.candidates})
    before = await room.log()
    with pytest.raises(IllegalTransition):
        await {**AFTERWARDS, "cancel": cancel}[deed](room)
    assert await room.log() == before
    assert len(await room.store.read(candidate_rows, room.session_id)) == 3


async def test_of_a_change_and_an_opening_at_once_the_log_has_one_order(room: ExamRoom) -> None:
    said = await asyncio.gather(change(room, room="C3"), room.open(), return_exceptions=True)
    assert not [one for one in said if isinstance(one, BaseException) and not isinstance(one, Refusal)]
    kinds = [line.kind for line in await room.checked_log()]
    assert kinds[-2:] == ["SessionOpened", "DutyTaken"]
    assert (await room.session()).room == ("C3" if "SessionChanged" in kinds else "B12")
