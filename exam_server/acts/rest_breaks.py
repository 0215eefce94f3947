"""Rest breaks: taken by the candidate or given by the invigilator, ended by either, or by the clock."""

from datetime import datetime, timedelta

import orjson
from sqlmodel import col, func, select

from exam_server.acts.attempts import moved, pause_running, resume_running
from exam_server.acts.clocks import check_not_over
from exam_server.acts.entering import candidate_of_device
from exam_server.acts.lookups import Place, lock_place
from exam_server.domain.accommodations import Accommodations
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.errors import IllegalTransition
from exam_server.domain.events import SYSTEM
from exam_server.domain.rest_breaks import REST_BREAK, Taken, next_break
from exam_server.domain.roles import Person
from exam_server.domain.transitions import move
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Reading, Transaction


def take_break(tx: Transaction, token: str) -> int:
    """The candidate of this device rests: the clock stands still; returns the event's number."""
    place = _place_of_device(tx, token)
    attempt = place.running
    check_not_over(attempt, tx.now)
    attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.PAUSE)
    return _begin(tx, place, attempt, place.candidate.id)


def end_break(tx: Transaction, token: str) -> int:
    """The candidate goes on before the break is over; what is left of it stays."""
    place = _place_of_device(tx, token)
    attempt = place.running
    if attempt.break_until is None:
        raise IllegalTransition("no_break_under_way")
    return _end(tx, place, attempt, place.candidate.id)


def give_break(tx: Transaction, by: Person, attempt_id: str) -> int:
    """The invigilator gives one of the breaks that were decided."""
    place = lock_place(tx, by, attempt_id)
    return _begin(tx, place, moved(tx, place, AttemptAction.PAUSE), by.id)


def due_breaks(reading: Reading) -> list[str]:
    """The attempts whose break is over."""
    until = col(Attempt.break_until)
    return list(reading.orm.scalars(select(Attempt.id).where(until <= reading.now).order_by(until)))


def next_break_end(reading: Reading) -> datetime | None:
    """When the clock must look next; None while nobody rests."""
    return reading.orm.scalar(select(func.min(Attempt.break_until)))


def break_over(tx: Transaction, attempt_id: str) -> bool:
    """Lets the clock run again at the end of a break; False where it is not (or no longer) due."""
    session_id = tx.orm.scalar(select(Attempt.session_id).where(Attempt.id == attempt_id))
    if session_id is None:
        return False
    tx.lock_session(session_id)
    attempt = tx.get(Attempt, attempt_id)
    if attempt.break_until is None or tx.now < attempt.break_until:
        return False
    _end(tx, Place(tx.get(Session, session_id), tx.get(Candidate, attempt_id), attempt), attempt, SYSTEM)
    return True


def _place_of_device(tx: Transaction, token: str) -> Place:
    candidate, session = candidate_of_device(tx, token)
    attempt = tx.orm.get(Attempt, candidate.id)
    if attempt is None:
        raise IllegalTransition("not_in_progress")
    return Place(session, candidate, attempt)


def _begin(tx: Transaction, place: Place, attempt: Attempt, actor: str) -> int:
    granted = Accommodations.from_json(orjson.loads(place.candidate.accommodations)).breaks
    used = attempt.breaks_us * timedelta(microseconds=1)
    length = next_break(granted, Taken(attempt.breaks_taken, used))
    attempt.breaks_taken += 1
    attempt.break_since, attempt.break_until = tx.now, tx.now + length
    return pause_running(tx, actor, place, attempt, REST_BREAK, attempt.break_until)


def _end(tx: Transaction, place: Place, attempt: Attempt, actor: str) -> int:
    attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.RESUME)
    return resume_running(tx, actor, place, attempt)
