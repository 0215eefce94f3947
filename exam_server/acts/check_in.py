"""What happens at the check-in desk: identity, seat, admission, absence, a new access card."""

from sqlalchemy.exc import IntegrityError

from exam_server.acts.lookups import Place, lock_place, lock_room_session
from exam_server.domain.access_cards import card_code, card_hash, written
from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.candidates import (
    TRANSITIONS,
    CandidateAction,
    CandidateState,
    IdentityDocument,
    Seat,
)
from exam_server.domain.errors import IllegalTransition, NotAllowed
from exam_server.domain.events import Event, EventKind
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.queries import candidates_of
from exam_server.storage.tables import Candidate
from exam_server.storage.transaction import Transaction


def verify_identity(tx: Transaction, by: Person, candidate_id: str, document: IdentityDocument) -> int:
    """Records how, when and by whom an identity was established; returns the event's number."""
    place = _at_desk(tx, by, candidate_id)
    candidate = place.candidate
    candidate.state = move(TRANSITIONS, CandidateState(candidate.state), CandidateAction.VERIFY_IDENTITY)
    candidate.identity_document = document
    candidate.identity_at = tx.now
    candidate.identity_by = by.id
    facts = {"document": str(document), "by": by.name}
    return tx.record(place.session.id, Event(EventKind.IDENTITY_VERIFIED, by.id, candidate_id, facts))


def give_seat(tx: Transaction, by: Person, candidate_id: str, seat: Seat) -> int:
    """Gives a place in the room's plan; it is fixed from the start on, since the items follow from it."""
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None:
        raise NotAllowed("already_started")
    seat.check_within(place.session.rows, place.session.columns)
    candidate = place.candidate
    candidate.state = move(TRANSITIONS, CandidateState(candidate.state), CandidateAction.GIVE_SEAT)
    candidate.seat_row, candidate.seat_column = seat.row, seat.column
    try:
        tx.orm.flush()
    except IntegrityError as error:
        raise NotAllowed("seat_taken") from error
    facts = {"row": seat.row, "column": seat.column}
    return tx.record(place.session.id, Event(EventKind.SEAT_GIVEN, by.id, candidate_id, facts))


def admit(tx: Transaction, by: Person, candidate_id: str) -> int:
    """Allows a candidate whose identity is verified and who has a seat to start; twice does no harm."""
    place = _at_desk(tx, by, candidate_id)
    if place.candidate.state == CandidateState.ADMITTED:
        return tx.lock_session(place.session.id)
    return _admit(tx, by, place.session.id, place.candidate)


def admit_all(tx: Transaction, by: Person, session_id: str) -> int:
    """Admits everyone present who has a seat; returns the last event's number."""
    session = lock_room_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.CHECK_IN)
    number = tx.lock_session(session_id)
    for candidate in candidates_of(tx, session_id):
        if candidate.state == CandidateState.PRESENT and candidate.seat_row is not None:
            number = _admit(tx, by, session_id, candidate)
    return number


def mark_absent(tx: Transaction, by: Person, candidate_id: str) -> int:
    """Records an absence; it can be mended by verifying the identity later."""
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None:
        raise NotAllowed("already_started")
    candidate = place.candidate
    candidate.state = move(TRANSITIONS, CandidateState(candidate.state), CandidateAction.MARK_ABSENT)
    candidate.seat_row = candidate.seat_column = None
    candidate.admitted_at = None
    return tx.record(place.session.id, Event(EventKind.CANDIDATE_ABSENT, by.id, candidate_id))


def issue_new_card(tx: Transaction, by: Person, candidate_id: str) -> str:
    """A new access card, as written; the old card and the device that used it are worth nothing any more."""
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None and AttemptState(place.attempt.state) not in RUNNING:
        raise IllegalTransition("attempt_ended")
    candidate = place.candidate
    candidate.card_issue += 1
    code = card_code(tx.house.secret, candidate.id, candidate.card_issue)
    candidate.card_hash = card_hash(tx.house.secret, code)
    candidate.card_used_at = None
    candidate.device_hash = None
    facts = {"issue": candidate.card_issue}
    tx.record(place.session.id, Event(EventKind.ACCESS_CARD_ISSUED, by.id, candidate_id, facts))
    return written(code)


def _admit(tx: Transaction, by: Person, session_id: str, candidate: Candidate) -> int:
    if candidate.seat_row is None:
        raise NotAllowed("no_seat")
    candidate.state = move(TRANSITIONS, CandidateState(candidate.state), CandidateAction.ADMIT)
    candidate.admitted_at = tx.now
    return tx.record(session_id, Event(EventKind.CANDIDATE_ADMITTED, by.id, candidate.id))


def _at_desk(tx: Transaction, by: Person, candidate_id: str) -> Place:
    place = lock_place(tx, by, candidate_id)
    move(SESSION_TRANSITIONS, SessionState(place.session.state), SessionAction.CHECK_IN)
    return place
