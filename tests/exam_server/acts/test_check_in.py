"""The check-in desk: identity, seat, admission, absence, a new card."""

import pytest
from sqlalchemy.exc import IntegrityError

from exam_server.acts import check_in
from exam_server.domain.access_cards import normalised
from exam_server.domain.candidates import IdentityDocument, Seat
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound, SignedOut
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from tests.support.room import ExamRoom, Sitter, an_exam_room

CARD = IdentityDocument.IDENTITY_CARD


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Three candidates, nobody checked in."""
    return await an_exam_room(store)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def test_an_identity_is_recorded_with_how_when_and_by_whom(room: ExamRoom, c: Sitter) -> None:
    number = await room.do(check_in.verify_identity, room.by, c.id, CARD)
    row = await room.candidate(c)
    assert (row.state, row.identity_document) == ("present", "carte_identite")
    assert (row.identity_at, row.identity_by) == (room.clock(), room.by.id)
    fact = await room.last()
    assert (fact.number, fact.kind, fact.entry.candidate) == (number, "IdentityVerified", c.id)
    assert fact.facts == {"document": "carte_identite", "by": room.by.name}


async def test_a_seat_is_recorded(room: ExamRoom, c: Sitter) -> None:
    await room.do(check_in.give_seat, room.by, c.id, Seat(2, 3))
    row = await room.candidate(c)
    assert (row.state, row.seat_row, row.seat_column) == ("registered", 2, 3)
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("SeatGiven", {"row": 2, "column": 3})


async def test_two_candidates_never_have_one_seat(room: ExamRoom, c: Sitter) -> None:
    other = room.candidates[1]
    await room.do(check_in.give_seat, room.by, c.id, Seat(1, 1))
    before = await room.log()
    with pytest.raises(NotAllowed, match="seat_taken"):
        await room.do(check_in.give_seat, room.by, other.id, Seat(1, 1))
    assert await room.log() == before
    assert (await room.candidate(other)).seat_row is None
    await room.do(check_in.give_seat, room.by, c.id, Seat(1, 2))
    await room.do(check_in.give_seat, room.by, other.id, Seat(1, 1))


@pytest.mark.parametrize("seat", [Seat(0, 1), Seat(6, 1), Seat(1, 0), Seat(1, 7)])
async def test_a_seat_that_the_room_does_not_have_is_refused(room: ExamRoom, c: Sitter, seat: Seat) -> None:
    with pytest.raises(InvalidInput):
        await room.do(check_in.give_seat, room.by, c.id, seat)


async def test_who_is_admitted_has_an_identity_and_a_seat(room: ExamRoom, c: Sitter) -> None:
    with pytest.raises(NotAllowed, match="no_seat"):
        await room.do(check_in.admit, room.by, c.id)
    await room.do(check_in.give_seat, room.by, c.id, Seat(1, 1))
    with pytest.raises(IllegalTransition):
        await room.do(check_in.admit, room.by, c.id)
    await room.do(check_in.verify_identity, room.by, c.id, CARD)
    await room.do(check_in.admit, room.by, c.id)
    row = await room.candidate(c)
    assert (row.state, row.admitted_at) == ("admitted", room.clock())
    assert (await room.last()).kind == "CandidateAdmitted"


async def test_admitting_twice_does_no_harm(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    before = await room.log()
    assert await room.do(check_in.admit, room.by, c.id) == len(before)
    assert await room.log() == before


async def test_all_who_are_ready_are_admitted_together_and_nobody_else(room: ExamRoom) -> None:
    ready, unseated, unknown = room.candidates
    await room.check_in(ready)
    await room.do(check_in.verify_identity, room.by, unseated.id, CARD)
    await room.do(check_in.admit_all, room.by, room.session_id)
    states = [(await room.candidate(one)).state for one in (ready, unseated, unknown)]
    assert states == ["admitted", "present", "registered"]
    assert [fact.entry.candidate for fact in await room.log("CandidateAdmitted")] == [ready.id]


async def test_an_absence_frees_the_seat_and_can_be_mended(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.do(check_in.mark_absent, room.by, c.id)
    row = await room.candidate(c)
    assert (row.state, row.seat_row, row.admitted_at) == ("absent", None, None)
    assert (await room.last()).kind == "CandidateAbsent"
    with pytest.raises(NotAllowed, match="not_admitted"):
        await room.start(c)
    with pytest.raises(IllegalTransition):
        await room.do(check_in.give_seat, room.by, c.id, Seat(1, 1))
    await room.admit(c)
    await room.start(c)


async def test_seat_and_presence_are_fixed_once_the_test_has_started(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.start(c)
    with pytest.raises(NotAllowed, match="already_started"):
        await room.do(check_in.give_seat, room.by, c.id, Seat(2, 2))
    with pytest.raises(NotAllowed, match="already_started"):
        await room.do(check_in.mark_absent, room.by, c.id)
    with pytest.raises(IllegalTransition):
        await room.do(check_in.verify_identity, room.by, c.id, CARD)


async def test_nothing_happens_at_the_desk_before_the_session_is_open(store: Store) -> None:
    room = await an_exam_room(store, is_open=False)
    c = room.candidates[0]
    desk = [
        room.do(check_in.verify_identity, room.by, c.id, CARD),
        room.do(check_in.give_seat, room.by, c.id, Seat(1, 1)),
        room.do(check_in.admit, room.by, c.id),
        room.do(check_in.admit_all, room.by, room.session_id),
        room.do(check_in.mark_absent, room.by, c.id),
        room.do(check_in.issue_new_card, room.by, c.id),
    ]
    for call in desk:
        with pytest.raises(IllegalTransition):
            await call


async def test_a_new_card_replaces_the_old_one_and_signs_its_device_out(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.start(c)
    old_card, old_token = c.card, c.token
    c.card = await room.do(check_in.issue_new_card, room.by, c.id)
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("AccessCardIssued", {"issue": 2})
    assert normalised(c.card) != normalised(old_card)
    with pytest.raises(SignedOut):
        await room.start(c)
    await room.enter(c)
    assert c.token != old_token
    assert (await room.view(c)).position == 1
    with pytest.raises(NotFound):
        await room.enter(Sitter(c.id, old_card))


async def test_an_ended_test_gets_no_new_card(room: ExamRoom, c: Sitter) -> None:
    await room.admit(c)
    await room.start(c)
    await room.terminate(c)
    with pytest.raises(IllegalTransition):
        await room.do(check_in.issue_new_card, room.by, c.id)


async def test_the_database_itself_keeps_seats_and_registrations_apart(room: ExamRoom) -> None:
    first, second = room.candidates[:2]

    def force(tx: Transaction, column: str) -> None:
        tx.connection.exec_driver_sql(
            f"UPDATE candidate SET {column} = (SELECT {column} FROM candidate WHERE id = '{first.id}'),"  # noqa: S608
            f" seat_column = 1 WHERE id = '{second.id}'"
        )

    await room.do(check_in.give_seat, room.by, first.id, Seat(1, 1))
    for column in ("pupil_id", "seat_row", "card_hash"):
        with pytest.raises(IntegrityError):
            await room.do(force, column)
