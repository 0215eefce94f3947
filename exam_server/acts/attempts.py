"""What an invigilator does to one attempt: pause, resume, extend, terminate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from exam_server.acts.clocks import (
    Why,
    check_not_over,
    deadline_ms,
    enter_time,
    left_ms,
    set_clock,
    settle_break,
)
from exam_server.acts.earlier import AN_ATTEMPT, telling_who
from exam_server.acts.ending import end_attempt, end_facts
from exam_server.acts.lookups import Place, lock_place
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState, EndReason
from exam_server.domain.errors import IllegalTransition, InvalidInput, TooLate
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.timing import EntryKind, TimeEntry
from exam_server.domain.transitions import move
from exam_server.storage.columns import to_millis
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Session, TimeEntryRow
from exam_server.storage.transaction import Transaction

LONGEST_EXTENSION = timedelta(hours=3)


def pause_attempt(tx: Transaction, by: Person, attempt_id: str, reason: str) -> int:
    """Stops one candidate's clock; returns the event's number."""
    place = lock_place(tx, by, attempt_id)
    return pause_running(tx, by.id, place, moved(tx, place, AttemptAction.PAUSE), reason)


def pause_running(
    tx: Transaction,
    actor: str,
    place: Place,
    attempt: Attempt,
    reason: str,
    until: datetime | None = None,
) -> int:
    """What every pause of an attempt has in common; the state has moved. A rest break has an end."""
    attempt.stop_reason = reason
    entry = TimeEntry(EntryKind.STOPPED, tx.now)
    number = tx.next_number(place.session.id)
    enter_time(tx, place.session.id, number, entry, actor=actor, attempt_id=attempt.id, why=Why(reason))
    set_clock(tx, place.candidate, attempt)
    if attempt.due_at is not None:  # another worker's clock is ahead, and its entries leave nothing to hold
        raise TooLate("time_is_over")
    facts: dict[str, JSON] = {"reason": reason, "left_ms": left_ms(attempt)}
    if until is not None:
        facts["until"] = to_millis(until)
    return tx.record(place.session.id, Event(EventKind.ATTEMPT_PAUSED, actor, attempt.id, facts))


def resume_attempt(tx: Transaction, by: Person, attempt_id: str) -> int:
    """Lets one candidate's clock run again, unless the whole room is stopped."""
    place = lock_place(tx, by, attempt_id)
    return resume_running(tx, by.id, place, moved(tx, place, AttemptAction.RESUME))


def resume_running(tx: Transaction, actor: str, place: Place, attempt: Attempt) -> int:
    """What the end of every pause of an attempt has in common; the state has moved."""
    attempt.stop_reason = None
    settle_break(attempt, tx.now)
    entry = TimeEntry(EntryKind.RESUMED, tx.now)
    number = tx.next_number(place.session.id)
    enter_time(tx, place.session.id, number, entry, actor=actor, attempt_id=attempt.id)
    set_clock(tx, place.candidate, attempt)
    facts = {"deadline": deadline_ms(attempt)}
    return tx.record(place.session.id, Event(EventKind.ATTEMPT_RESUMED, actor, attempt.id, facts))


@dataclass(frozen=True)
class Extension:
    """More time: how much, why, and the asking page's own number of this wish, so that it counts once."""

    length: timedelta
    reason: str
    request: str | None = None

    def __post_init__(self) -> None:
        if not timedelta(minutes=1) <= self.length <= LONGEST_EXTENSION:
            raise InvalidInput("bad_extension")


def extend_attempt(tx: Transaction, by: Person, attempt_id: str, extension: Extension) -> int:
    """Gives one candidate more time; the same wish again gives nothing more."""
    place = lock_place(tx, by, attempt_id)
    given = given_before(tx, attempt_id, extension.request)
    if given is not None:
        return given
    attempt = moved(tx, place, AttemptAction.EXTEND)
    return extend_running(tx, by, place, attempt, extension)


def extend_running(
    tx: Transaction,
    by: Person,
    place: Place,
    attempt: Attempt,
    extension: Extension,
    help_call: int | None = None,
) -> int:
    """What every extension has in common: of one, a selection, a whole room, in answer to a help call."""
    given = given_before(tx, attempt.id, extension.request)
    if given is not None:
        return given
    entry = TimeEntry(EntryKind.EXTENDED, tx.now, length=extension.length)
    number = tx.next_number(place.session.id)
    why = Why(extension.reason, extension.request, help_call)
    enter_time(tx, place.session.id, number, entry, actor=by.id, attempt_id=attempt.id, why=why)
    set_clock(tx, place.candidate, attempt)
    facts: dict[str, JSON] = {
        "minutes": extension.length // timedelta(minutes=1),
        "reason": extension.reason,
        "deadline": deadline_ms(attempt),
        "left_ms": left_ms(attempt),
    }
    return tx.record(place.session.id, Event(EventKind.TIME_EXTENDED, by.id, attempt.id, facts))


def terminate_attempt(tx: Transaction, by: Person, attempt_id: str, reason: EndReason, note: str) -> int:
    """Ends one attempt before its last item; it cannot be undone.

    For suspected fraud it takes a second person where the session's rules say so; then IllegalTransition.
    """
    place = lock_place(tx, by, attempt_id)
    attempt = moved(tx, place, AttemptAction.TERMINATE)
    check_one_is_enough(tx, place.session, reason)
    return terminate_running(tx, by, place, attempt, reason, note)


def terminate_running(
    tx: Transaction, by: Person, place: Place, attempt: Attempt, reason: EndReason, note: str
) -> int:
    """The part of a termination that one candidate, a selection, a whole room and the closing share."""
    attempt.state = AttemptState.TERMINATED
    place.candidate.end_reason = reason
    place.candidate.end_note = note
    end_attempt(tx, attempt, tx.now)
    facts: dict[str, JSON] = {"reason": str(reason), "note": note, **end_facts(attempt)}
    return tx.record(place.session.id, Event(EventKind.ATTEMPT_TERMINATED, by.id, attempt.id, facts))


def check_one_is_enough(tx: Transaction, session: Session, reason: EndReason) -> None:
    """Raises IllegalTransition where the session's rules ask for a second person to end a test for this."""
    if reason is EndReason.FRAUD_SUSPECTED and rules_of(tx.house, session).fraud_needs_second:
        raise IllegalTransition("fraud_needs_second")


def given_before(tx: Transaction, attempt_id: str, request: str | None) -> int | None:
    """The number under which this very wish was granted before; None for a new one."""
    if request is None:
        return None
    return tx.orm.scalar(
        select(TimeEntryRow.number).where(
            TimeEntryRow.attempt_id == attempt_id, TimeEntryRow.request == request
        )
    )


def moved(tx: Transaction, place: Place, action: AttemptAction) -> Attempt:
    """The attempt after this move; who comes second is told who was first."""
    attempt = place.running
    check_not_over(attempt, tx.now)
    with telling_who(tx, place.session.id, AN_ATTEMPT, attempt.id):
        attempt.state = move(TRANSITIONS, AttemptState(attempt.state), action)
    return attempt
