"""What was decided for a candidate is applied, also to a test under way."""

from dataclasses import replace
from fractions import Fraction

import orjson
from sqlmodel import col, select

from exam_server.acts.clocks import check_not_over, deadline_ms, is_room_stopped, set_clock
from exam_server.acts.lookups import Place, lock_place_of_centre
from exam_server.domain.accommodations import Accommodations, combined, fraction_text
from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.comfort import with_newly_decided
from exam_server.domain.errors import IllegalTransition, TooLate
from exam_server.domain.events import Event, EventKind
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.timing import time_allowed
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.storage.comfort_rows import keep_settings, settings_of
from exam_server.storage.decision_rows import decisions_on
from exam_server.storage.queries import extra_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction


def set_extra_time(tx: Transaction, by: Person, candidate_id: str, extra: Fraction) -> int:
    """Keeps the exact fraction; returns the minutes that the candidate now has, rounded up."""
    place = lock_place_of_centre(tx, by, candidate_id)
    move(TRANSITIONS, SessionState(place.session.state), SessionAction.REGISTER)
    return _set_extra_time(tx, by, place, extra)


def name_help(tx: Transaction, by: Person, candidate_id: str, adult: str, place: str) -> None:
    """Who reads or writes for the candidate, and where; "" for nobody and for the session's own room."""
    place_of = lock_place_of_centre(tx, by, candidate_id)
    move(TRANSITIONS, SessionState(place_of.session.state), SessionAction.REGISTER)
    place_of.candidate.adult, place_of.candidate.place = adult or None, place or None


def apply_decisions(tx: Transaction, by: Person, place: Place) -> bool:
    """All that is approved for this candidate on the session's day; returns whether it changed anything.

    A test under way keeps what it was begun with and what it was given since: a decision only adds to it. Its
    items were chosen from the start on, so which kind of items it is made of no longer changes.
    """
    candidate = place.candidate
    rows = decisions_on(tx, candidate.pupil_id, place.session.date)
    decided = combined(Accommodations.from_json(orjson.loads(row.decided)) for row in rows)
    before = Accommodations.from_json(orjson.loads(candidate.accommodations))
    if place.attempt is not None:
        before = replace(before, extra=extra_of(candidate))
        decided = combined((before, decided))
    written = canonical(decided.to_json()).decode()
    if written == candidate.accommodations:
        return False
    candidate.accommodations = written
    candidate.accessible_only = decided.accessible_only
    facts = {"accommodations": decided.to_json()}
    tx.record(place.session.id, Event(EventKind.ACCOMMODATIONS_SET, by.id, candidate.id, facts))
    if decided.extra != before.extra:
        _set_extra_time(tx, by, place, decided.extra)
    kept = settings_of(tx, candidate.pupil_id)
    if kept is not None:
        keep_settings(tx, candidate.pupil_id, with_newly_decided(kept, before.measures, decided.measures))
    return True


def apply_to_sessions(tx: Transaction, by: Person, pupil_id: str, *, to_open_ones: bool) -> int:
    """In every session to come, and in those under way where asked for; returns in how many.

    What is taken away again waits for the next session: nobody loses time in the middle of a test.
    """
    states = [SessionState.PLANNED, *([SessionState.OPEN] if to_open_ones else [])]
    found = (
        select(Candidate.id)
        .join(Session, col(Session.id) == Candidate.session_id)
        .where(Candidate.pupil_id == pupil_id, col(Session.state).in_(states))
        .order_by(col(Session.id))
    )
    return sum(_apply_to(tx, by, candidate_id) for candidate_id in tx.orm.scalars(found).all())


def _apply_to(tx: Transaction, by: Person, candidate_id: str) -> bool:
    place = lock_place_of_centre(tx, by, candidate_id)
    if place.attempt is not None and AttemptState(place.attempt.state) not in RUNNING:
        return False
    return apply_decisions(tx, by, place)


def _set_extra_time(tx: Transaction, by: Person, place: Place, extra: Fraction) -> int:
    candidate, attempt = place.candidate, place.attempt
    if attempt is not None:
        if AttemptState(attempt.state) not in RUNNING:
            raise IllegalTransition("attempt_ended")
        check_not_over(attempt, tx.now)
    candidate.extra_numerator, candidate.extra_denominator = extra.numerator, extra.denominator
    allowed = time_allowed(rules_of(tx.house, place.session).duration, extra)
    deadline = None
    if attempt is not None:
        allowed = set_clock(tx, candidate, attempt).allowed
        _check_time_is_left(tx, place.session, attempt)
        deadline = deadline_ms(attempt)
    facts = {
        "fraction": fraction_text(extra),
        "allowed_ms": int(allowed.total_seconds() * 1000),
        "deadline": deadline,
    }
    tx.record(place.session.id, Event(EventKind.EXTRA_TIME_SET, by.id, candidate.id, facts))
    return -(-int(allowed.total_seconds()) // 60)


def _check_time_is_left(tx: Transaction, session: Session, attempt: Attempt) -> None:
    """Less extra time must not put the deadline behind what the candidate has already been given, nor before
    the stop that holds the clock: a stopped clock with a deadline could never run again."""
    is_stopped = attempt.state == AttemptState.PAUSED or is_room_stopped(session)
    if attempt.due_at is not None and (is_stopped or tx.now >= attempt.due_at):
        raise TooLate("time_already_used")
