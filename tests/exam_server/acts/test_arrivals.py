"""Who comes late, who is not let in, who was admitted and did not start; and a class that is all there."""

from datetime import timedelta
from fractions import Fraction

import pytest

from exam_server.acts import check_in, welcoming
from exam_server.acts.accommodations import set_extra_time
from exam_server.domain.candidates import IdentityDocument, RefusalReason, Seat
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed
from exam_server.storage.board_view import board
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Transaction
from tests.support.room import ExamRoom, Sitter, an_exam_room

CARD = IdentityDocument.SCHOOL_CARD
SECOND = timedelta(seconds=1)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Three candidates, nobody checked in."""
    return await an_exam_room(store)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def on_board(room: ExamRoom, c: Sitter) -> dict[str, object]:
    shown = await room.store.read(lambda r: board(r, r.get(Session, room.session_id)))
    rows = shown["candidates"]
    assert isinstance(rows, list)
    return next(row for row in rows if row["id"] == c.id)


# -- late ------------------------------------------------------------------------------------------------


async def test_an_admission_says_how_late_it_is_from_the_end_of_check_in_on(room: ExamRoom) -> None:
    in_time, late, later = room.candidates
    end = (await room.session()).check_in_ends_at
    assert end is not None
    for one, instant, said in (
        (in_time, end - SECOND, (False, 0)),
        (late, end, (True, 0)),
        (later, end + timedelta(minutes=8) - SECOND, (True, 7)),
    ):
        room.clock.move_to(instant)
        await room.admit(one)
        facts = (await room.last()).facts
        assert (facts["late"], facts["minutes"]) == said
        assert facts["until"] == to_millis(instant + QUARTER)


async def test_nobody_is_admitted_an_hour_after_the_first_start(room: ExamRoom) -> None:
    first, last, too_late = room.candidates
    await room.admit(first)
    room.clock.advance(minutes=4)
    await room.start(first)
    limit = room.clock() + HOUR
    await room.check_in(last)
    await room.check_in(too_late)
    room.clock.move_to(limit - SECOND)
    await room.do(check_in.admit, room.by, last.id)
    for instant in (limit, limit + SECOND):
        room.clock.move_to(instant)
        before = await room.log()
        for call in (
            room.do(check_in.admit, room.by, too_late.id),
            room.do(check_in.admit_all, room.by, room.session_id),
        ):
            with pytest.raises(NotAllowed, match="too_late_to_admit"):
                await call
        assert await room.log() == before
    await room.start(last)


async def test_while_nobody_has_started_the_hour_runs_from_the_end_of_check_in(
    room: ExamRoom, c: Sitter
) -> None:
    end = (await room.session()).check_in_ends_at
    assert end is not None
    await room.check_in(c)
    room.clock.move_to(end + HOUR)
    with pytest.raises(NotAllowed, match="too_late_to_admit"):
        await room.do(check_in.admit, room.by, c.id)
    room.clock.move_to(end + HOUR - SECOND)
    await room.do(check_in.admit, room.by, c.id)


async def test_who_comes_late_has_the_time_of_the_others_and_no_more(room: ExamRoom, c: Sitter) -> None:
    await room.do(set_extra_time, room.school.officer, c.id, Fraction(1, 3))
    room.clock.advance(minutes=40)
    await room.admit(c)
    await room.start(c)
    allowed = (await room.attempt(c)).allowed_us
    assert allowed == timedelta(minutes=140) // timedelta(microseconds=1)


# -- an admission without a start ------------------------------------------------------------------------


async def test_an_admission_lets_in_for_a_quarter_of_an_hour(room: ExamRoom) -> None:
    in_time, lapsed, _ = room.candidates
    await room.admit(in_time)
    await room.admit(lapsed)
    end = room.clock() + QUARTER
    room.clock.move_to(end - SECOND)
    assert not (await on_board(room, lapsed))["lapsed"]
    await room.start(in_time)
    for instant in (end, end + SECOND):
        room.clock.move_to(instant)
        with pytest.raises(NotAllowed, match="admission_lapsed"):
            await room.start(lapsed)
        assert (await on_board(room, lapsed))["lapsed"]
    assert not (await on_board(room, in_time))["lapsed"]


async def test_a_new_admission_lets_in_again(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    room.clock.advance(minutes=15)
    await room.do(check_in.admit, room.by, c.id)
    assert (await room.last()).facts["until"] == to_millis(room.clock() + QUARTER)
    assert len(await room.log("CandidateAdmitted")) == 2
    await room.start(c)


async def test_the_room_s_admission_renews_those_that_lapsed_and_leaves_the_others(room: ExamRoom) -> None:
    started, lapsed, fresh = room.candidates
    await room.admit(started)
    await room.admit(lapsed)
    await room.start(started)
    room.clock.advance(minutes=10)
    await room.admit(fresh)
    room.clock.advance(minutes=5)
    before = len(await room.log())
    await room.do(check_in.admit_all, room.by, room.session_id)
    assert [fact.entry.candidate for fact in (await room.log())[before:]] == [lapsed.id]


async def test_admitting_whoever_has_started_changes_nothing(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.start(c)
    room.clock.advance(minutes=100)
    before = await room.log()
    assert await room.do(check_in.admit, room.by, c.id) == len(before)
    assert await room.log() == before


# -- refused ---------------------------------------------------------------------------------------------


async def test_a_refusal_is_recorded_with_its_reason_and_frees_the_seat(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.do(check_in.refuse, room.by, c.id, RefusalReason.IDENTITY_NOT_ESTABLISHED, "autre photo")
    row = await room.candidate(c)
    assert (row.state, row.seat_row, row.admitted_at) == ("refused", None, None)
    fact = await room.last()
    assert (fact.kind, fact.entry.candidate) == ("CandidateRefused", c.id)
    assert fact.facts == {"reason": "identity_not_established", "note": "autre photo", "by": room.by.name}
    shown = (await on_board(room, c))["refused"]
    assert shown == {"reason": "identity_not_established", "note": "autre photo"}


async def test_who_was_refused_cannot_start_nor_be_checked_in(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.do(check_in.refuse, room.by, c.id, RefusalReason.NO_DOCUMENT, "")
    with pytest.raises(NotAllowed, match="not_admitted"):
        await room.start(c)
    for call in (
        room.do(check_in.verify_identity, room.by, c.id, CARD),
        room.do(check_in.give_seat, room.by, c.id, Seat(5, 5)),
        room.do(check_in.mark_absent, room.by, c.id),
        room.do(check_in.refuse, room.by, c.id, RefusalReason.NO_DOCUMENT, ""),
    ):
        with pytest.raises(IllegalTransition):
            await call


async def test_a_refusal_that_is_taken_back_leads_through_the_desk_again(room: ExamRoom, c: Sitter) -> None:
    await room.do(check_in.refuse, room.by, c.id, RefusalReason.NO_DOCUMENT, "")
    await room.do(check_in.withdraw_refusal, room.by, c.id)
    assert (await room.last()).kind == "RefusalWithdrawn"
    row = await room.candidate(c)
    assert (row.state, row.refused_for, row.refusal_note) == ("registered", None, None)
    await room.admit(c)
    await room.start(c)


async def test_another_reason_than_those_listed_says_which(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(InvalidInput, match="refusal_note_missing"):
        await room.do(check_in.refuse, room.by, c.id, RefusalReason.OTHER, "")
    await room.do(check_in.refuse, room.by, c.id, RefusalReason.OTHER, "repart avec ses parents")


async def test_who_has_started_is_not_refused_at_the_desk(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.start(c)
    with pytest.raises(NotAllowed, match="already_started"):
        await room.do(check_in.refuse, room.by, c.id, RefusalReason.NO_DOCUMENT, "")


async def test_the_results_say_absent_and_refused_apart(room: ExamRoom) -> None:
    refused, absent, forgiven = room.candidates
    for one in (refused, forgiven):
        await room.do(check_in.refuse, room.by, one.id, RefusalReason.NO_DOCUMENT, "")
    await room.do(check_in.mark_absent, room.by, absent.id)
    await room.do(check_in.withdraw_refusal, room.by, forgiven.id)
    await room.do(check_in.mark_absent, room.by, forgiven.id)
    await room.close()
    results = {one["id"]: one for one in (await room.finalise())["candidates"]}
    said = [(results[one.id]["status"], results[one.id]["reason"]) for one in (refused, absent, forgiven)]
    assert said == [("cancelled", "refused"), ("cancelled", "absent"), ("cancelled", "absent")]


# -- a class that is there -------------------------------------------------------------------------------


async def test_a_welcome_is_an_identity_and_the_first_free_seat(room: ExamRoom) -> None:
    first, second, third = room.candidates
    await room.do(check_in.give_seat, room.by, third.id, Seat(1, 1))
    await room.do(welcoming.welcome, room.by, first.id, CARD)
    await room.do(welcoming.welcome, room.by, second.id, CARD)
    await room.do(welcoming.welcome, room.by, third.id, CARD)
    rows = [await room.candidate(one) for one in room.candidates]
    assert [(row.state, row.seat_row, row.seat_column) for row in rows] == [
        ("present", 1, 2),
        ("present", 1, 3),
        ("present", 1, 1),
    ]


async def test_all_who_are_awaited_are_present_and_nobody_else(store: Store) -> None:
    room = await an_exam_room(store, candidates=5)
    absent, refused, seated, *awaited = room.candidates
    await room.do(check_in.mark_absent, room.by, absent.id)
    await room.do(check_in.refuse, room.by, refused.id, RefusalReason.NO_DOCUMENT, "")
    await room.do(check_in.verify_identity, room.by, seated.id, IdentityDocument.PASSPORT)
    await room.do(check_in.give_seat, room.by, seated.id, Seat(1, 1))
    await room.do(welcoming.welcome_all, room.by, room.session_id, CARD)
    rows = [await room.candidate(one) for one in (absent, refused, seated, *awaited)]
    assert [row.state for row in rows] == ["absent", "refused", "present", "present", "present"]
    assert [row.identity_document for row in rows[2:]] == ["passeport", "carte_scolaire", "carte_scolaire"]
    assert {(row.seat_row, row.seat_column) for row in rows[3:]} == {(1, 2), (1, 3)}
    before = await room.log()
    await room.do(welcoming.welcome_all, room.by, room.session_id, CARD)
    assert await room.log() == before
    await room.checked_log()


async def test_where_the_room_is_full_the_last_ones_are_present_without_a_seat(room: ExamRoom) -> None:
    def narrow(tx: Transaction) -> None:
        session = tx.get(Session, room.session_id)
        session.rows, session.columns = 1, 2

    await room.do(narrow)
    await room.do(welcoming.welcome_all, room.by, room.session_id, CARD)
    rows = [await room.candidate(one) for one in room.candidates]
    assert {row.state for row in rows} == {"present"}
    assert sorted(row.seat_column or 0 for row in rows) == [0, 1, 2]


async def test_who_was_counted_among_the_present_can_still_be_marked_absent(
    room: ExamRoom, c: Sitter
) -> None:
    await room.do(welcoming.welcome_all, room.by, room.session_id, CARD)
    await room.do(check_in.mark_absent, room.by, c.id)
    assert (await room.candidate(c)).seat_row is None
