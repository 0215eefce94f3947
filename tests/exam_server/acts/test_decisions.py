"""Decisions: two people, applied where they hold; the few who may read why read it under record."""

import sqlite3
from base64 import b64encode
from contextlib import closing
from datetime import date, timedelta
from fractions import Fraction

import orjson
import pytest
from psycopg import sql
from sqlmodel import SQLModel, select

from exam_server.acts import decisions, sessions, staff
from exam_server.domain.accommodations import Measure
from exam_server.domain.decisions import TRANSITIONS, DecisionAction, DecisionState
from exam_server.domain.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from exam_server.domain.roles import Person, Role
from exam_server.signing.errors import BrokenRecord
from exam_server.storage.decision_rows import decision_rows, readings_of
from exam_server.storage.decision_tables import AccommodationDecision, DecisionEvidence, PupilKey
from exam_server.storage.store import Store
from exam_server.storage.tables import Candidate
from exam_server.storage.transaction import Transaction
from tests.support.databases import Place
from tests.support.decisions import SCAN, THIRD, TWO_BREAKS, WHY, decide, record, recorded
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room
from tests.support.school import CLASS, found_school

A, S = DecisionAction, DecisionState


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    return await an_exam_room(store, candidates=2, is_open=False)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def held(room: ExamRoom, c: Sitter) -> tuple[Fraction, bool, dict[str, object]]:
    """What is applied to the candidate."""
    row = await room.candidate(c)
    extra = Fraction(row.extra_numerator, row.extra_denominator)
    return extra, row.accessible_only, orjson.loads(row.accommodations)


async def test_a_decision_is_applied_once_a_second_person_has_approved_it(room: ExamRoom, c: Sitter) -> None:
    decision = await record(room, c, recorded(breaks=TWO_BREAKS, measures=frozenset({Measure.READER})))
    assert await held(room, c) == (0, False, {})
    with pytest.raises(Forbidden, match="own_decision"):
        await room.do(decisions.approve_decision, room.school.officer, decision)
    assert await held(room, c) == (0, False, {})
    assert await room.do(decisions.approve_decision, room.school.head, decision) == 1
    breaks = {"most": 2, "each_s": 300, "total_s": 600}
    assert await held(room, c) == (THIRD, False, {"extra": "1/3", "breaks": breaks, "measures": ["reader"]})
    assert len(await room.log("AccommodationsSet")) == len(await room.log("ExtraTimeSet")) == 1


@pytest.mark.parametrize("measure", ["screen_reader", "keyboard_only", "colour_safe", "no_image_only"])
async def test_who_needs_accessible_items_gets_them_alone(room: ExamRoom, c: Sitter, measure: str) -> None:
    await decide(room, c, recorded(Fraction(0), measures=frozenset({Measure(measure)})))
    assert await held(room, c) == (0, True, {"measures": [measure]})


async def test_whoever_is_registered_later_has_what_was_decided_before(room: ExamRoom, c: Sitter) -> None:
    await decide(room, c, recorded())
    pupil = (await room.candidate(c)).pupil_id
    await room.do(sessions.unregister_candidate, room.school.head, c.id)
    await room.do(sessions.register_class, room.school.head, room.session_id, CLASS)
    found = select(Candidate).where(Candidate.session_id == room.session_id, Candidate.pupil_id == pupil)
    again = await room.store.read(lambda reading: reading.orm.scalars(found).one())
    assert Fraction(again.extra_numerator, again.extra_denominator) == THIRD


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [(0, 0, True), (-1, 1, True), (0, None, True), (1, None, False), (-2, -1, False), (1, 2, False)],
)
async def test_a_decision_holds_from_its_first_day_to_its_last(
    room: ExamRoom, c: Sitter, start: int, end: int | None, holds: bool
) -> None:
    day = (await room.session()).date
    last = None if end is None else day + timedelta(days=end)
    await decide(room, c, recorded(start=day + timedelta(days=start), end=last))
    assert (await held(room, c))[0] == (THIRD if holds else 0)


async def test_of_several_decisions_each_gives_its_most_and_nothing_adds_up(
    room: ExamRoom, c: Sitter
) -> None:
    await decide(room, c, recorded(Fraction(1, 4), measures=frozenset({Measure.SCRIBE})))
    await decide(room, c, recorded(THIRD))
    assert await held(room, c) == (THIRD, False, {"extra": "1/3", "measures": ["scribe"]})


async def test_an_approval_in_the_middle_of_a_test_moves_the_deadline_at_once(store: Store) -> None:
    running = await a_running_room(store, candidates=1)
    c = running.candidates[0]
    before = (await running.attempt(c)).due_at
    assert before is not None
    running.clock.advance(minutes=30)
    await decide(running, c, recorded())
    assert (await running.attempt(c)).due_at == before + timedelta(minutes=35)
    (fact,) = await running.log("ExtraTimeSet")
    assert fact.facts["fraction"] == "1/3"


async def test_an_end_takes_nothing_away_in_a_session_under_way(store: Store) -> None:
    running = await a_running_room(store, candidates=1)
    c = running.candidates[0]
    decision = await decide(running, c, recorded())
    due = (await running.attempt(c)).due_at
    assert await running.do(decisions.end_decision, running.school.officer, decision) == 0
    assert (await running.attempt(c)).due_at == due


async def test_another_approval_takes_nothing_away_in_a_test_under_way_either(store: Store) -> None:
    running = await a_running_room(store, candidates=1)
    c = running.candidates[0]
    first = await decide(running, c, recorded(breaks=TWO_BREAKS))
    due = (await running.attempt(c)).due_at
    await running.do(decisions.end_decision, running.school.officer, first)
    await decide(running, c, recorded(Fraction(0), measures=frozenset({Measure.READER})))
    assert (await running.attempt(c)).due_at == due
    extra, _accessible, decided = await held(running, c)
    assert extra == THIRD
    assert decided.keys() == {"extra", "breaks", "measures"}


async def test_an_end_takes_it_away_in_sessions_to_come(room: ExamRoom, c: Sitter) -> None:
    decision = await decide(room, c, recorded())
    assert await room.do(decisions.end_decision, room.school.head, decision) == 1
    assert await held(room, c) == (0, False, {})


async def test_more_than_a_third_needs_a_derogation(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(InvalidInput, match="bad_decision"):
        await record(room, c, recorded(Fraction(1, 2)))
    await decide(room, c, recorded(Fraction(1, 2), derogation=True))
    assert (await held(room, c))[0] == Fraction(1, 2)


@pytest.mark.parametrize("state", DecisionState)
async def test_what_the_table_does_not_allow_leaves_no_trace(
    room: ExamRoom, c: Sitter, state: DecisionState
) -> None:
    acts = {
        A.APPROVE: decisions.approve_decision,
        A.WITHDRAW: decisions.withdraw_decision,
        A.END: decisions.end_decision,
    }
    ways = {S.RECORDED: (), S.APPROVED: (A.APPROVE,), S.WITHDRAWN: (A.WITHDRAW,), S.ENDED: (A.APPROVE, A.END)}
    for action, act in acts.items():
        decision = await record(room, c, recorded())
        for step in ways[state]:
            await room.do(acts[step], room.school.head, decision)
        if (state, action) in TRANSITIONS:
            await room.do(act, room.school.head, decision)
            continue
        with pytest.raises(IllegalTransition):
            await room.do(act, room.school.head, decision)
        row = await room.store.read(lambda r, d=decision: r.get(AccommodationDecision, d))
        assert row.state == state


# -- who reads why -------------------------------------------------------------------------------------------


async def test_the_officer_reads_the_reason_and_each_reading_is_kept(room: ExamRoom, c: Sitter) -> None:
    decision = await record(room, c, recorded(evidence=SCAN))
    officer = room.school.officer
    assert await room.do(decisions.read_reason, officer, decision) == WHY
    assert await room.do(decisions.read_evidence, officer, decision) == SCAN
    assert await room.do(decisions.read_reason, room.school.head, decision) == WHY
    read = await room.store.read(readings_of, decision)
    assert [(one.by, one.what) for one in read] == [
        ("Garance", "reason"),
        ("Pervenche", "evidence"),
        ("Pervenche", "reason"),
    ]


async def test_a_head_reads_what_waits_for_them_or_what_they_approved_and_nothing_else(
    room: ExamRoom, c: Sitter
) -> None:
    officer, head = room.school.officer, room.school.head
    approved = await decide(room, c, recorded())
    assert await room.do(decisions.read_reason, head, approved) == WHY
    withdrawn = await record(room, c, recorded())
    await room.do(decisions.withdraw_decision, officer, withdrawn)
    with pytest.raises(NotFound):
        await room.do(decisions.read_reason, head, withdrawn)


async def test_ending_a_decision_makes_nobody_its_reader_and_its_approver_stays_one(
    room: ExamRoom, c: Sitter
) -> None:
    head = room.school.head

    def hire(tx: Transaction) -> Person:
        roles = frozenset({Role.HEAD})
        account = staff.add_account(tx, head.centre_id, "autre@ecole1.example", "Carmin", roles, None)
        return Person(account, head.centre_id, "Carmin", roles)

    another = await room.do(hire)
    decision = await decide(room, c, recorded())
    with pytest.raises(NotFound):
        await room.do(decisions.read_reason, another, decision)
    await room.do(decisions.end_decision, another, decision)
    with pytest.raises(NotFound):
        await room.do(decisions.read_reason, another, decision)
    assert await room.do(decisions.read_reason, head, decision) == WHY


async def test_nobody_else_reads_it_or_does_anything_with_it(room: ExamRoom, c: Sitter) -> None:
    decision = await record(room, c, recorded(evidence=SCAN))
    elsewhere = await room.do(found_school, 2)
    for stranger in (room.school.invigilator, elsewhere.officer, elsewhere.head):
        for act in (decisions.read_reason, decisions.read_evidence):
            with pytest.raises(NotFound):
                await room.do(act, stranger, decision)
    for stranger in (elsewhere.officer, elsewhere.head):
        for deed in (decisions.approve_decision, decisions.withdraw_decision, decisions.end_decision):
            with pytest.raises(NotFound):
                await room.do(deed, stranger, decision)
        with pytest.raises(NotFound):
            await room.do(decisions.record_decision, stranger, (await room.candidate(c)).pupil_id, recorded())
        with pytest.raises(NotFound):
            await room.do(decisions.forget_reasons, stranger, (await room.candidate(c)).pupil_id)
        assert await room.store.read(decision_rows, stranger.centre_id) == []
    assert await room.store.read(readings_of, decision) == []


async def test_a_sealed_reason_does_not_open_in_another_row(room: ExamRoom, c: Sitter) -> None:
    first, second = [await record(room, c, recorded(evidence=SCAN)) for _ in range(2)]

    def swap(tx: Transaction) -> None:
        rows = [tx.get(AccommodationDecision, one) for one in (first, second)]
        rows[0].sealed_reason, rows[1].sealed_reason = rows[1].sealed_reason, rows[0].sealed_reason
        proof = tx.get(DecisionEvidence, first)
        proof.sealed_name, proof.sealed_file = proof.sealed_file, proof.sealed_name

    await room.do(swap)
    for act in (decisions.read_reason, decisions.read_evidence):
        with pytest.raises(BrokenRecord):
            await room.do(act, room.school.officer, first)


async def test_a_forgotten_reason_is_read_by_nobody_and_what_was_decided_holds_on(
    room: ExamRoom, c: Sitter
) -> None:
    decision = await decide(room, c, recorded(evidence=SCAN))
    pupil = (await room.candidate(c)).pupil_id
    await room.do(decisions.forget_reasons, room.school.officer, pupil)
    assert await room.store.read(lambda r: r.orm.get(PupilKey, pupil)) is None
    for act in (decisions.read_reason, decisions.read_evidence):
        with pytest.raises(NotFound, match="reason_forgotten"):
            await room.do(act, room.school.officer, decision)
    assert (await held(room, c))[0] == THIRD


async def test_no_word_of_a_reason_is_in_the_database_its_journal_or_a_copy_of_it(
    room: ExamRoom, c: Sitter, database: Place
) -> None:
    decision = await decide(room, c, recorded(evidence=SCAN))
    await room.do(decisions.read_reason, room.school.officer, decision)
    written = everything_kept(database)
    for secret in (WHY.reference, WHY.decided_by, WHY.note, SCAN.name, "dysorthographie", '"pap"'):
        for form in (secret.encode(), secret.encode().hex().encode(), b64encode(secret.encode())):
            assert form not in written, secret
    assert b"1/3" in written


def everything_kept(database: Place) -> bytes:
    """A SQLite database's files as they lie there and a copy of it, or every row of a PostgreSQL one."""
    if not database.is_sqlite:
        with database.connect() as connection:
            tables = SQLModel.metadata.tables
            rows = [connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(t))) for t in tables]
            return b"\n".join(b"|".join(map(as_octets, row)) for cursor in rows for row in cursor.fetchall())
    files = [database.file.with_name(database.file.name + rest) for rest in ("", "-wal", "-shm")]
    written = [file.read_bytes() for file in files if file.exists()]
    with closing(sqlite3.connect(database.file)) as connection:
        return b"\n".join([*written, *(line.encode() for line in connection.iterdump())])


def as_octets(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize("day", [date(2026, 12, 31)])
async def test_the_list_of_a_school_says_what_and_until_when_but_never_why(
    room: ExamRoom, c: Sitter, day: date
) -> None:
    await decide(room, c, recorded(end=day, evidence=SCAN))
    (row,) = await room.store.read(decision_rows, room.school.centre_id)
    assert (row.state, row.validity.end, row.has_evidence) == (S.APPROVED, day, True)
    assert WHY.reference not in repr(row)
    assert "dysorthographie" not in repr(row)
