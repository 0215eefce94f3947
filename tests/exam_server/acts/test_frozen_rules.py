"""A session keeps the rules that it was opened with, whatever settings the server is started with later."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from sqlalchemy import event, update

from exam_server.acts import clock as clock_acts
from exam_server.acts.accommodations import set_extra_time
from exam_server.acts.check_in import admit
from exam_server.domain.errors import NotAllowed
from exam_server.domain.rules import ExamRules
from exam_server.exports.results import settings_of
from exam_server.storage.board_view import board
from exam_server.storage.candidate_state import as_state
from exam_server.storage.house import House
from exam_server.storage.queries import candidate_rows
from exam_server.storage.session_rules import rules_of, written_rules
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction
from question_bank.assembly import AssemblySpec
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.house import another_worker_of
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

MICROSECOND = timedelta(microseconds=1)
OPENED = ExamRules(
    duration=timedelta(minutes=50, microseconds=7),
    check_in=timedelta(minutes=9),
    grace=timedelta(seconds=8, microseconds=1),
    items=26,
    minimum_responses=3,
    exposure_ppm=60_000,
    late_limit=timedelta(minutes=50),
    admission_lasts=timedelta(minutes=7),
)
SHORTER = ExamRules(timedelta(minutes=20), timedelta(minutes=2), timedelta(), 20, 20, 50_000)
LONGER = ExamRules(timedelta(minutes=105), timedelta(minutes=30), timedelta(seconds=60), 32, 1, 50_000)

Restart = Callable[[ExamRoom], Awaitable[None]]


@pytest.fixture
def house(house: House) -> House:
    """The server as it was when the session was opened."""
    return replace(house, rules=OPENED)


@pytest.fixture(params=[SHORTER, LONGER], ids=["shorter", "longer"])
def settings(request: pytest.FixtureRequest) -> ExamRules:
    """What the server is started with the next time."""
    rules: ExamRules = request.param
    return rules


@pytest.fixture
async def restart(
    database: Place, house: House, clock: ManualClock, settings: ExamRules
) -> AsyncIterator[Restart]:
    """Stops the room's server, and starts one with the other settings on the same database."""
    started: list[Store] = []

    async def again(room: ExamRoom) -> None:
        await room.store.close()
        other = replace(another_worker_of(house), rules=settings)
        room.store = Store(database.open(), other, clock, lambda grown: None)
        started.append(room.store)

    yield again
    for store in started:
        await store.close()


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def test_a_response_is_taken_to_the_end_of_the_grace_and_not_a_microsecond_longer(
    room: ExamRoom, c: Sitter, restart: Restart
) -> None:
    end = room.clock() + OPENED.duration + OPENED.grace
    await restart(room)
    room.clock.move_to(end)
    assert not (await room.respond(c)).late
    room.clock.move_to(end + MICROSECOND)
    assert (await room.respond(room.candidates[1])).late


async def test_the_clock_closes_a_test_when_its_own_grace_has_passed(
    room: ExamRoom, restart: Restart
) -> None:
    due = room.clock() + OPENED.duration
    await restart(room)
    assert await room.store.read(clock_acts.next_due) == due + OPENED.grace
    for instant in (due, due + MICROSECOND, due + OPENED.grace):
        room.clock.move_to(instant)
        assert await room.tick() == []
        assert [await room.do(clock_acts.run_out, one.id) for one in room.candidates] == [False, False]
    room.clock.move_to(due + OPENED.grace + MICROSECOND)
    assert sorted(await room.tick()) == sorted(one.id for one in room.candidates)
    assert {(await room.attempt(one)).ended_at for one in room.candidates} == {due}


@pytest.mark.parametrize("extra", [Fraction(1, 3), Fraction(1, 7), Fraction(0)])
async def test_extra_time_is_a_share_of_the_session_s_own_duration(
    room: ExamRoom, c: Sitter, restart: Restart, extra: Fraction
) -> None:
    start = room.clock()
    await room.do(set_extra_time, room.school.officer, c.id, Fraction(1, 4))
    await restart(room)
    room.clock.advance(minutes=2)
    minutes = await room.do(set_extra_time, room.school.officer, c.id, extra)
    allowed = -(-OPENED.duration // MICROSECOND * (1 + extra) // 1) * MICROSECOND
    assert (await room.attempt(c)).due_at == start + allowed
    assert minutes == -(-(allowed // timedelta(seconds=1)) // 60)


async def test_extra_time_before_the_start_says_the_session_s_own_minutes(
    store: Store, restart: Restart
) -> None:
    room = await an_exam_room(store, candidates=1)
    await restart(room)
    assert await room.do(set_extra_time, room.school.officer, room.candidates[0].id, Fraction(1, 2)) == 75
    assert (await room.last()).facts["allowed_ms"] == 75 * 60_000


async def test_every_stop_and_extension_counts_from_the_session_s_own_duration(
    room: ExamRoom, c: Sitter, restart: Restart
) -> None:
    start = room.clock()
    room.clock.advance(minutes=19)
    await room.pause(c)
    await restart(room)
    room.clock.advance(minutes=20)
    await room.pause_room()
    await room.resume(c)
    room.clock.advance(minutes=1)
    await room.resume_room()
    await room.extend_room(4)
    assert (await room.attempt(c)).due_at == start + OPENED.duration + timedelta(minutes=20 + 1 + 4)
    other = await room.attempt(room.candidates[1])
    assert other.due_at == start + OPENED.duration + timedelta(minutes=1 + 4)


async def test_whoever_starts_after_the_restart_sits_the_same_test_as_the_others(
    store: Store, restart: Restart
) -> None:
    room = await an_exam_room(store, candidates=2)
    early, late = room.candidates
    await room.admit_all()
    await room.start(early)
    await restart(room)
    await room.start(late)
    assert (await room.attempt(late)).due_at == room.clock() + OPENED.duration
    specs = [AssemblySpec.from_json(orjson.loads((await room.attempt(one)).spec)) for one in room.candidates]
    assert {(spec.length, spec.test_seconds) for spec in specs} == {(OPENED.items, 3000)}


async def test_pages_and_boards_say_what_the_session_was_opened_with(store: Store, restart: Restart) -> None:
    room = await an_exam_room(store, candidates=1)
    c = room.candidates[0]
    await room.do(set_extra_time, room.school.officer, c.id, Fraction(1, 2))
    await room.enter(c)
    await restart(room)
    state = as_state(await room.view(c), room.store.house, 0)
    allowed = OPENED.duration * 3 // 2
    assert state["time"]["allowed_ms"] == allowed // timedelta(milliseconds=1)  # type: ignore[index, call-overload]
    assert state["progress"] == {"position": 0, "of": 26, "minimum": 3, "answered": 0, "passed": 0}
    shown = await room.store.read(lambda r: board(r, r.get(Session, room.session_id)))
    assert shown["session"]["items"] == OPENED.items  # type: ignore[index, call-overload]
    assert shown["candidates"][0]["allowed_ms"] == allowed // timedelta(milliseconds=1)  # type: ignore[index, call-overload]
    (row,) = await room.store.read(candidate_rows, room.session_id)
    assert row.allowed_minutes == 76


async def test_closing_waits_for_the_grace_of_the_session_itself(
    room: ExamRoom, c: Sitter, restart: Restart
) -> None:
    due = room.clock() + OPENED.duration
    await restart(room)
    room.clock.move_to(due + OPENED.grace)
    with pytest.raises(NotAllowed, match="time_just_over"):
        await room.close()
    room.clock.advance(microseconds=1)
    await room.close()
    assert (await room.attempt(c)).ended_at == due


async def test_the_minimum_of_responses_is_the_one_at_the_opening(
    room: ExamRoom, c: Sitter, restart: Restart
) -> None:
    other = room.candidates[1]
    for _ in range(OPENED.minimum_responses):
        await room.respond(c)
    for _ in range(OPENED.minimum_responses - 1):
        await room.respond(other)
    await restart(room)
    room.clock.advance(hours=3)
    await room.tick()
    await room.close()
    payload = await room.finalise()
    assert payload["settings"] == settings_of(OPENED)
    reasons = {one["id"]: one["reason"] for one in payload["candidates"]}
    assert reasons[c.id] != "too_few_responses"
    assert reasons[other.id] == "too_few_responses"


async def test_the_settings_that_are_signed_are_those_of_the_log(room: ExamRoom) -> None:
    def tamper(tx: Transaction) -> None:
        tx.orm.execute(update(Session).values(rules=written_rules(LONGER)))

    await room.do(tamper)
    room.clock.advance(hours=3)
    await room.tick()
    await room.close()
    assert (await room.finalise())["settings"] == settings_of(OPENED)


async def test_before_the_opening_the_server_s_settings_say_what_would_hold(
    store: Store, restart: Restart, settings: ExamRules
) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    c = room.candidates[0]
    await room.enter(c)
    await restart(room)
    state = as_state(await room.view(c), room.store.house, 0)
    needed = {"of": settings.items, "minimum": settings.minimum_responses}
    assert state["progress"] == {"position": 0, "answered": 0, "passed": 0, **needed}
    await room.open()
    session = await room.session()
    assert rules_of(store.house, session) == settings
    assert session.check_in_ends_at == room.clock() + settings.check_in


async def test_a_session_opened_without_written_rules_follows_the_server_s(
    room: ExamRoom, c: Sitter, restart: Restart, settings: ExamRules
) -> None:
    def forget(tx: Transaction) -> None:
        tx.orm.execute(update(Session).values(rules=None))

    await room.do(forget)
    start = room.clock()
    await restart(room)
    room.clock.advance(minutes=1)
    await room.do(set_extra_time, room.school.officer, c.id, Fraction(1, 3))
    assert (await room.attempt(c)).due_at == start + settings.duration * 4 // 3
    room.clock.move_to(start + settings.duration * 4 // 3 + settings.grace)
    assert c.id not in await room.tick()
    room.clock.advance(microseconds=1)
    assert c.id in await room.tick()


# -- sessions of one server with rules of their own ----------------------------------------------------------


@pytest.fixture
async def two_rooms(store: Store) -> tuple[ExamRoom, ExamRoom]:
    """A minute of grace in the first; none in the second, whose deadline is ten seconds later."""
    rooms = []
    for number, grace in ((1, 60), (2, 0)):
        store.house = replace(store.house, rules=replace(OPENED, grace=timedelta(seconds=grace)))
        rooms.append(await a_running_room(store, candidates=1, number=number))
        rooms[0].clock.advance(seconds=10)
    return rooms[0], rooms[1]


async def test_a_long_grace_hides_nobody_else_s_end_and_is_not_cut_short(
    two_rooms: tuple[ExamRoom, ExamRoom], store: Store
) -> None:
    patient, strict = two_rooms
    due = (await patient.attempt(patient.candidates[0])).due_at
    assert due is not None
    assert await store.read(clock_acts.next_due) == due + timedelta(seconds=10)
    strict.clock.move_to(due + timedelta(seconds=10) + MICROSECOND)
    assert await strict.tick() == [strict.candidates[0].id]
    # Nothing is due for the fifty seconds that remain, and the clock need not look again before.
    assert await store.read(clock_acts.due_attempts) == []
    assert await store.read(clock_acts.next_due) == due + timedelta(seconds=60)
    strict.clock.move_to(due + timedelta(seconds=60) + MICROSECOND)
    assert await patient.tick() == [patient.candidates[0].id]
    assert await store.read(clock_acts.next_due) is None


async def test_many_who_are_in_their_grace_do_not_keep_the_others_open(
    two_rooms: tuple[ExamRoom, ExamRoom], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_acts, "MOST_AT_ONCE", 1)
    _patient, strict = two_rooms
    strict.clock.move_to(store.clock() + OPENED.duration)
    assert await store.read(clock_acts.due_attempts) == [strict.candidates[0].id]


async def test_the_clock_sees_what_it_has_closed_also_when_it_left_some_for_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_acts, "MOST_AT_ONCE", 1)
    room = await a_running_room(store, candidates=3)
    room.clock.advance(hours=3)
    closed = [await room.tick() for _ in range(4)]
    assert sorted(closed) == sorted([[], *([one.id] for one in room.candidates)])


async def test_what_is_due_is_found_by_the_index_of_deadlines(
    on_sqlite: Place, house: House, clock: ManualClock
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    def plans(reading: Reading) -> list[str]:
        event.listen(reading.connection, "before_cursor_execute", note)
        clock_acts.due_attempts(reading)
        clock_acts.next_due(reading)
        event.remove(reading.connection, "before_cursor_execute", note)
        explained = [
            reading.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            for statement, values in asked
        ]
        return [" / ".join(row.detail for row in steps) for steps in explained]

    store = Store(on_sqlite.open(), house, clock, lambda grown: None)
    await a_running_room(store, candidates=2)
    found = await store.read(plans)
    await store.close()
    assert len(found) == 3
    for plan in found:
        assert "SEARCH attempt USING INDEX ix_attempt_due" in plan
        assert "SEARCH session" in plan


async def test_the_limits_of_the_desk_are_the_session_s_own(store: Store, restart: Restart) -> None:
    room = await an_exam_room(store, candidates=3)
    in_time, lapsed, late = room.candidates
    opened = room.clock()
    for one in (in_time, lapsed):
        await room.admit(one)
        await room.enter(one)
    await room.check_in(late)
    await restart(room)
    room.clock.move_to(opened + timedelta(minutes=7) - MICROSECOND)
    await room.start(in_time)
    room.clock.advance(microseconds=1)
    with pytest.raises(NotAllowed, match="admission_lapsed"):
        await room.start(lapsed)
    room.clock.move_to(opened + timedelta(minutes=57) - MICROSECOND)
    with pytest.raises(NotAllowed, match="too_late_to_admit"):
        await room.do(admit, room.by, late.id)
    room.clock.move_to(opened + timedelta(minutes=57) - 2 * MICROSECOND)
    await room.do(admit, room.by, late.id)
