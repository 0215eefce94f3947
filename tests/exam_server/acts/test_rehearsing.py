"""The rehearsal of a room: whom the code lets in and for how long; the last measure of each seat stays."""

from dataclasses import replace
from datetime import time

import pytest

from exam_server.acts import rehearsing, sessions
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound, SignedOut
from exam_server.domain.rehearsal import MOST_TRIALS, Check, Readiness
from exam_server.storage.rehearsal_rows import SeatRow, code_now, rehearsed_seats
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from tests.support.computers import A_GOOD_COMPUTER
from tests.support.rehearsal import begin, code_of, end, enter, measure
from tests.support.room import COLUMNS, ROWS, ExamRoom, an_exam_room

A_WRONG_CLOCK = replace(A_GOOD_COMPUTER, clock_offset_ms=-180_000)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """A planned session, with a code for its computers."""
    room = await an_exam_room(store, candidates=1, is_open=False)
    await begin(room)
    return room


async def seats(room: ExamRoom) -> list[SeatRow]:
    return await room.store.read(lambda r: rehearsed_seats(r, r.get(Session, room.session_id)))


async def is_in(room: ExamRoom, token: str) -> bool:
    try:
        session = await room.store.read(rehearsing.session_in_rehearsal, token)
    except SignedOut as refusal:
        assert refusal.code == "rehearsal_over"
        return False
    return session.id == room.session_id


# -- the code ------------------------------------------------------------------------------------------------


async def test_a_code_lets_the_room_s_computers_in_however_it_is_typed(room: ExamRoom) -> None:
    code = await code_of(room)
    assert len(code) == 6
    for typed in (code, code.lower(), f" {code[:3]}-{code[3:]} "):
        assert await is_in(room, await enter(room, typed))


async def test_a_rehearsal_that_is_under_way_keeps_its_code(room: ExamRoom) -> None:
    code, number = await code_of(room), (await room.session()).log_number
    assert await begin(room) == number
    assert await code_of(room) == code


@pytest.mark.parametrize("typed", ["", "BCDFGH", "x" * 5000, "0" * 6, "\N{SNOWMAN}"])
async def test_another_code_lets_nobody_in(room: ExamRoom, typed: str) -> None:
    with pytest.raises(NotFound, match="unknown_rehearsal_code"):
        await room.store.read(rehearsing.enter_rehearsal, typed)


async def test_the_code_of_a_session_or_of_a_card_is_not_a_rehearsal_s(room: ExamRoom) -> None:
    for typed in ((await room.session()).code, room.candidates[0].card):
        with pytest.raises(NotFound, match="unknown_rehearsal_code"):
            await enter(room, typed)


async def test_a_code_holds_for_twelve_hours_and_not_a_second_more(room: ExamRoom) -> None:
    code, token = await code_of(room), await enter(room)
    room.clock.advance(hours=12, seconds=-1)
    assert await is_in(room, token)
    room.clock.advance(seconds=1)
    assert not await is_in(room, token)
    with pytest.raises(NotFound, match="unknown_rehearsal_code"):
        await enter(room, code)
    with pytest.raises(SignedOut, match="rehearsal_over"):
        await measure(room, token)
    assert await room.store.read(code_now, room.session_id) is None
    await begin(room)
    assert await code_of(room) != code
    assert not await is_in(room, token), "a new code ends the tokens of the old one"


async def test_an_ended_rehearsal_lets_nobody_in_and_keeps_what_was_measured(room: ExamRoom) -> None:
    code, token = await code_of(room), await enter(room)
    await measure(room, token)
    number = await end(room)
    assert await end(room) == number
    assert not await is_in(room, token)
    with pytest.raises(NotFound):
        await enter(room, code)
    assert [(one.row, one.column) for one in await seats(room)] == [(1, 1)]


async def test_a_token_opens_its_own_room_alone(room: ExamRoom) -> None:
    other = await an_exam_room(room.store, candidates=1, is_open=False, number=2)
    await begin(other)
    token, theirs = await enter(room), await enter(other)
    assert token != theirs
    mac, their_mac = token.partition(".")[2], theirs.partition(".")[2]
    for forged in (
        f"{other.session_id}.{mac}",
        f"{room.session_id}.{their_mac}",
        f"{room.session_id}.",
        room.session_id,
        "",
        ".",
        token + "x",
        "é" * 40,
    ):
        assert not await is_in(room, forged)


async def test_before_the_opening_and_after_it_but_not_after_the_closing(room: ExamRoom) -> None:
    token = await enter(room)
    await room.open()
    await measure(room, token)
    await room.close(**{room.candidates[0].id: GivenReason(EndReason.ABSENT)})
    assert not await is_in(room, token)
    for act in (begin, end):
        with pytest.raises(IllegalTransition):
            await act(room)
    assert [one.readiness for one in await seats(room)] == [Readiness.READY]


async def test_a_cancelled_session_has_no_rehearsal(room: ExamRoom) -> None:
    token = await enter(room)
    await room.do(sessions.cancel_session, room.school.head, room.session_id)
    assert not await is_in(room, token)
    with pytest.raises(IllegalTransition):
        await begin(room)


# -- what was measured ---------------------------------------------------------------------------------------


async def test_the_last_measure_of_a_seat_stays_with_its_instant(room: ExamRoom) -> None:
    token = await enter(room)
    first = await measure(room, token, (2, 3), A_WRONG_CLOCK)
    assert first.readiness is Readiness.TO_LOOK_AT
    assert first.checks[Check.CLOCK] is Readiness.TO_LOOK_AT
    later = room.clock.advance(minutes=5)
    await measure(room, token, (2, 3))
    await measure(room, token, (1, 6))
    found = await seats(room)
    assert [(one.row, one.column, one.readiness, one.at) for one in found] == [
        (1, 6, Readiness.READY, later),
        (2, 3, Readiness.READY, later),
    ]
    assert found[1].measures == A_GOOD_COMPUTER
    assert list(found[1].checks) == list(Check)


async def test_every_measure_is_a_fact_of_the_log_that_nobody_in_particular_did(room: ExamRoom) -> None:
    token = await enter(room)
    await measure(room, token, (2, 3), A_WRONG_CLOCK)
    fact = await room.last()
    assert (fact.kind, fact.entry.actor, fact.entry.candidate) == ("SeatRehearsed", "room", None)
    assert fact.facts["measures"] == A_WRONG_CLOCK.to_json()
    told = {name: fact.facts[name] for name in ("row", "column", "room", "readiness")}
    assert told == {"row": 2, "column": 3, "room": "B12", "readiness": "to_look_at"}
    assert fact.facts["checks"]["clock"] == "to_look_at"
    await end(room)
    kinds = [line.kind for line in await room.checked_log()][-3:]
    assert kinds == ["RehearsalBegun", "SeatRehearsed", "RehearsalEnded"]


async def test_the_code_is_nowhere_in_the_log(room: ExamRoom) -> None:
    code = await code_of(room)
    await measure(room, await enter(room))
    await end(room)
    assert [line.kind for line in await room.log() if code in str(line.facts)] == []


@pytest.mark.parametrize("seat", [(0, 1), (1, 0), (-1, 1), (ROWS + 1, 1), (1, COLUMNS + 1), (2**52, 2**52)])
async def test_a_seat_that_the_plan_does_not_have_is_refused(room: ExamRoom, seat: tuple[int, int]) -> None:
    token, number = await enter(room), (await room.session()).log_number
    with pytest.raises(InvalidInput, match="no_such_seat"):
        await measure(room, token, seat)
    assert (await room.session()).log_number == number
    await measure(room, token, (ROWS, COLUMNS))


async def test_a_seat_is_measured_so_often_and_no_more(room: ExamRoom) -> None:
    token = await enter(room)
    for _ in range(MOST_TRIALS):
        await measure(room, token)
    with pytest.raises(NotAllowed, match="too_many_trials"):
        await measure(room, token)
    await measure(room, token, (1, 2))
    assert len(await room.log("SeatRehearsed")) == MOST_TRIALS + 1


async def test_another_room_or_a_smaller_one_knows_nothing_of_these_seats(room: ExamRoom) -> None:
    token = await enter(room)
    for seat in ((1, 1), (ROWS, COLUMNS)):
        await measure(room, token, seat)
    session = await room.session()
    plan = sessions.Plan("B12", session.date, time(9), ROWS - 1, COLUMNS, (room.by.id,))
    await room.do(sessions.change_plan, room.school.head, room.session_id, plan)
    assert [(one.row, one.column) for one in await seats(room)] == [(1, 1)]
    await room.do(sessions.change_plan, room.school.head, room.session_id, replace(plan, room="C3"))
    assert await seats(room) == []
    await measure(room, token, (1, 1))
    assert len(await seats(room)) == 1


async def test_a_rehearsal_changes_no_result(room: ExamRoom) -> None:
    await measure(room, await enter(room))
    await room.open()
    c = room.candidates[0]
    await room.admit(c)
    await room.start(c)
    await room.finish(c)
    await room.close()
    (result,) = (await room.finalise())["candidates"]
    assert result["status"] == "validated"
    await room.checked_log()
