"""Identity and seat in one act, as a desk with a queue needs it: for one candidate, or for all who came."""

from collections.abc import Iterator

from sqlmodel import col, select

from exam_server.acts.check_in import give_seat, verify_identity
from exam_server.acts.lookups import lock_place, lock_room_session
from exam_server.domain.candidates import CandidateState, IdentityDocument, Seat
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.queries import candidates_of
from exam_server.storage.tables import Candidate, Pupil, Session
from exam_server.storage.transaction import Transaction


def welcome(tx: Transaction, by: Person, candidate_id: str, document: IdentityDocument) -> int:
    """Verifies an identity, and gives the first free seat where there is none; returns the last number."""
    place = lock_place(tx, by, candidate_id)
    number = verify_identity(tx, by, candidate_id, document)
    if place.candidate.seat_row is None:
        number = _seat_next(tx, by, candidate_id, _free_seats(tx, place.session), number)
    return number


def welcome_all(tx: Transaction, by: Person, session_id: str, document: IdentityDocument) -> int:
    """Everyone still awaited is present by one kind of document, and has a seat, in the order of names.

    Whoever was marked absent or refused stays so; where the room is full the last ones have no seat yet.
    """
    session = lock_room_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.CHECK_IN)
    number, free = tx.lock_session(session_id), _free_seats(tx, session)
    for candidate in _awaited(tx, session_id):
        number = verify_identity(tx, by, candidate.id, document)
        if candidate.seat_row is None:
            number = _seat_next(tx, by, candidate.id, free, number)
    return number


def _seat_next(tx: Transaction, by: Person, candidate_id: str, free: Iterator[Seat], number: int) -> int:
    seat = next(free, None)
    return number if seat is None else give_seat(tx, by, candidate_id, seat)


def _free_seats(tx: Transaction, session: Session) -> Iterator[Seat]:
    """From the front, row by row."""
    taken = {(one.seat_row, one.seat_column) for one in candidates_of(tx, session.id)}
    places = ((row, column) for row in range(1, session.rows + 1) for column in range(1, session.columns + 1))
    return (Seat(*place) for place in places if place not in taken)


def _awaited(tx: Transaction, session_id: str) -> list[Candidate]:
    query = (
        select(Candidate)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .where(Candidate.session_id == session_id, Candidate.state == CandidateState.REGISTERED)
        .order_by(Pupil.family_name, Pupil.given_name, Candidate.id)
    )
    return list(tx.orm.scalars(query))
