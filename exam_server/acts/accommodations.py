"""Setting a candidate's extra time: it is applied, also to a test under way."""

from fractions import Fraction

from exam_server.acts.clocks import check_not_over, deadline_ms, is_room_stopped, set_clock
from exam_server.acts.lookups import lock_place_of_centre
from exam_server.domain.accommodations import fraction_text
from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.errors import IllegalTransition, TooLate
from exam_server.domain.events import Event, EventKind
from exam_server.domain.roles import Person
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.domain.timing import time_allowed
from exam_server.domain.transitions import move
from exam_server.storage.session_rules import rules_of
from exam_server.storage.transaction import Transaction


def set_extra_time(tx: Transaction, by: Person, candidate_id: str, extra: Fraction) -> int:
    """Keeps the exact fraction; returns the minutes that the candidate now has, rounded up."""
    place = lock_place_of_centre(tx, by, candidate_id)
    move(TRANSITIONS, SessionState(place.session.state), SessionAction.REGISTER)
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
        # Less extra time must not put the deadline behind what the candidate has already been given, nor
        # before the stop that holds the clock: a stopped clock with a deadline could never run again.
        is_stopped = attempt.state == AttemptState.PAUSED or is_room_stopped(place.session)
        if attempt.due_at is not None and (is_stopped or tx.now >= attempt.due_at):
            raise TooLate("time_already_used")
        deadline = deadline_ms(attempt)
    facts = {
        "fraction": fraction_text(extra),
        "allowed_ms": int(allowed.total_seconds() * 1000),
        "deadline": deadline,
    }
    tx.record(place.session.id, Event(EventKind.EXTRA_TIME_SET, by.id, candidate_id, facts))
    return -(-int(allowed.total_seconds()) // 60)
