"""What happens at the check-in desk: identity, seat, admission, absence, refusal, a new access card."""

from datetime import timedelta

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from exam_server.acts.earlier import A_CANDIDATE, telling_who
from exam_server.acts.lookups import Place, lock_place, lock_room_session
from exam_server.domain.access_cards import card_code, card_hash, written
from exam_server.domain.admission import admission_end, has_lapsed, lateness
from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.candidates import (
    TRANSITIONS,
    CandidateAction,
    CandidateState,
    IdentityDocument,
    RefusalReason,
    Seat,
)
from exam_server.domain.errors import IllegalTransition, InvalidInput, NotAllowed
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.columns import to_millis
from exam_server.storage.queries import candidates_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction


def verify_identity(tx: Transaction, by: Person, candidate_id: str, document: IdentityDocument) -> int:
    """Records how, when and by whom an identity was established; returns the event's number."""
    place = _at_desk(tx, by, candidate_id)
    candidate = place.candidate
    _move(tx, candidate, CandidateAction.VERIFY_IDENTITY)
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
    _move(tx, candidate, CandidateAction.GIVE_SEAT)
    candidate.seat_row, candidate.seat_column = seat.row, seat.column
    try:
        tx.orm.flush()
    except IntegrityError as error:
        raise NotAllowed("seat_taken") from error
    facts = {"row": seat.row, "column": seat.column}
    return tx.record(place.session.id, Event(EventKind.SEAT_GIVEN, by.id, candidate_id, facts))


def admit(tx: Transaction, by: Person, candidate_id: str) -> int:
    """Allows a candidate whose identity is verified and who has a seat to start; twice does no harm.

    After the check-in phase the fact says how late; after the limit nobody is admitted any more.
    """
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None or _is_admitted(tx, place.session, place.candidate):
        return tx.lock_session(place.session.id)
    return _admit(tx, by, place.session, place.candidate, lateness_now(tx, place.session))


def admit_all(tx: Transaction, by: Person, session_id: str) -> int:
    """Admits everyone present who has a seat, and anew whose admission lapsed; returns the last number."""
    session = lock_room_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.CHECK_IN)
    number = tx.lock_session(session_id)
    started = set(tx.orm.scalars(select(Attempt.id).where(Attempt.session_id == session_id)))
    waiting = [one for one in candidates_of(tx, session_id) if one.id not in started]
    ready = [one for one in waiting if _is_ready(tx, session, one)]
    late = lateness_now(tx, session) if ready else None
    for candidate in ready:
        number = _admit(tx, by, session, candidate, late)
    return number


def mark_absent(tx: Transaction, by: Person, candidate_id: str) -> int:
    """Records an absence; it can be mended by verifying the identity later."""
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None:
        raise NotAllowed("already_started")
    candidate = place.candidate
    _move(tx, candidate, CandidateAction.MARK_ABSENT)
    candidate.seat_row = candidate.seat_column = None
    candidate.admitted_at = None
    return tx.record(place.session.id, Event(EventKind.CANDIDATE_ABSENT, by.id, candidate_id))


def refuse(tx: Transaction, by: Person, candidate_id: str, reason: RefusalReason, note: str) -> int:
    """Records that somebody who came was not let in, and why; it can be taken back."""
    place = _at_desk(tx, by, candidate_id)
    if place.attempt is not None:
        raise NotAllowed("already_started")
    if reason is RefusalReason.OTHER and not note:
        raise InvalidInput("refusal_note_missing")
    candidate = place.candidate
    _move(tx, candidate, CandidateAction.REFUSE)
    candidate.refused_for, candidate.refusal_note = reason, note
    candidate.seat_row = candidate.seat_column = None
    candidate.admitted_at = None
    facts = {"reason": str(reason), "note": note, "by": by.name}
    return tx.record(place.session.id, Event(EventKind.CANDIDATE_REFUSED, by.id, candidate_id, facts))


def withdraw_refusal(tx: Transaction, by: Person, candidate_id: str) -> int:
    """The candidate is awaited again: the identity is checked anew, and the log keeps both facts."""
    place = _at_desk(tx, by, candidate_id)
    candidate = place.candidate
    _move(tx, candidate, CandidateAction.WITHDRAW_REFUSAL)
    candidate.refused_for = candidate.refusal_note = None
    return tx.record(place.session.id, Event(EventKind.REFUSAL_WITHDRAWN, by.id, candidate_id))


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


def lateness_now(tx: Transaction, session: Session) -> timedelta | None:
    """How late it is for an admission; None while check-in lasts. Raises NotAllowed after the limit."""
    first = tx.orm.scalar(select(func.min(col(Attempt.started_at))).where(Attempt.session_id == session.id))
    return lateness(tx.now, session.check_in_ends_at or tx.now, first, rules_of(tx.house, session))


def _admit(
    tx: Transaction, by: Person, session: Session, candidate: Candidate, late: timedelta | None
) -> int:
    if candidate.seat_row is None:
        raise NotAllowed("no_seat")
    _move(tx, candidate, CandidateAction.ADMIT)
    candidate.admitted_at = tx.now
    until = admission_end(tx.now, rules_of(tx.house, session))
    facts: dict[str, JSON] = {
        "late": late is not None,
        "minutes": 0 if late is None else late // timedelta(minutes=1),
        "until": None if until is None else to_millis(until),
    }
    return tx.record(session.id, Event(EventKind.CANDIDATE_ADMITTED, by.id, candidate.id, facts))


def _move(tx: Transaction, candidate: Candidate, action: CandidateAction) -> None:
    with telling_who(tx, candidate.session_id, A_CANDIDATE, candidate.id):
        candidate.state = move(TRANSITIONS, CandidateState(candidate.state), action)


def _is_ready(tx: Transaction, session: Session, candidate: Candidate) -> bool:
    """Has an identity and a seat, and waits for an admission: the first, or a new one after a lapse."""
    if candidate.seat_row is None:
        return False
    is_known = candidate.state in {CandidateState.PRESENT, CandidateState.ADMITTED}
    return is_known and not _is_admitted(tx, session, candidate)


def _is_admitted(tx: Transaction, session: Session, candidate: Candidate) -> bool:
    """Admitted, and the admission still holds."""
    if candidate.state != CandidateState.ADMITTED:
        return False
    return not has_lapsed(tx.now, candidate.admitted_at, rules_of(tx.house, session))


def _at_desk(tx: Transaction, by: Person, candidate_id: str) -> Place:
    place = lock_place(tx, by, candidate_id)
    move(SESSION_TRANSITIONS, SessionState(place.session.state), SessionAction.CHECK_IN)
    return place
