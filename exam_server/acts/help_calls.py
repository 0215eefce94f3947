"""Help calls: the candidate makes or withdraws one; the invigilator answers, gives time back, or dismisses.

A call may stop the candidate's clock, by the session's rules. That stop stands beside pauses and stops of the
room in the ledger: the clock runs again when none of them holds it any more.
"""

from sqlmodel import func, select

from exam_server.acts.attempts import Extension, extend_running
from exam_server.acts.clocks import Why, check_not_over, deadline_ms, enter_time, left_ms, set_clock
from exam_server.acts.earlier import A_CALL, telling_who
from exam_server.acts.ending import open_call, over_call
from exam_server.acts.entering import candidate_of_device
from exam_server.acts.lookups import Place, lock_place
from exam_server.domain.attempts import RUNNING, TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.errors import IllegalTransition, NotAllowed, NotFound, TooLate
from exam_server.domain.events import Event, EventKind
from exam_server.domain.help_calls import MOST_CALLS, HelpCallAction, HelpCallKind, HelpCallState, Resolution
from exam_server.domain.help_calls import TRANSITIONS as CALL_TRANSITIONS
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.timing import EntryKind, TimeEntry
from exam_server.domain.transitions import move
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, HelpCall
from exam_server.storage.transaction import Transaction


def call_for_help(tx: Transaction, token: str, kind: HelpCallKind) -> int:
    """The candidate of this device asks for the invigilator; returns the call's number.

    Asked again while the call waits, it is the same call.
    """
    candidate, session = candidate_of_device(tx, token)
    attempt = tx.orm.get(Attempt, candidate.id)
    if attempt is None or AttemptState(attempt.state) not in RUNNING:
        raise IllegalTransition("not_in_progress")
    check_not_over(attempt, tx.now)
    waiting = open_call(tx, attempt.id)
    if waiting is not None:
        if waiting.kind != kind:
            raise IllegalTransition("already_called")
        return waiting.number
    if _calls_of(tx, attempt) >= MOST_CALLS:
        raise NotAllowed("too_many_calls")
    call = HelpCall(
        session_id=session.id,
        number=tx.next_number(session.id),
        attempt_id=attempt.id,
        open_for=attempt.id,
        kind=kind,
        state=HelpCallState.OPEN,
        position=attempt.position,
        stops_clock=rules_of(tx.house, session).help_stops_clock.holds_for(kind),
        made_at=tx.now,
    )
    tx.orm.add(call)
    if call.stops_clock:
        _turn_clock(tx, Place(session, candidate, attempt), call, EntryKind.STOPPED, candidate.id)
        if attempt.due_at is not None:  # another worker's clock is ahead, and the time was over
            raise TooLate("time_is_over")
    facts: dict[str, JSON] = {
        "kind": str(kind),
        "position": call.position,
        "stops_clock": call.stops_clock,
        "left_ms": left_ms(attempt),
    }
    return tx.record(session.id, Event(EventKind.HELP_CALL_MADE, candidate.id, candidate.id, facts))


def withdraw_call(tx: Transaction, token: str, number: int) -> int:
    """The candidate takes a call back; withdrawing twice does no harm. Returns the event's number."""
    candidate, session = candidate_of_device(tx, token)
    place = Place(session, candidate, tx.orm.get(Attempt, candidate.id))
    call = call_at(tx, place, number)
    if call.state == HelpCallState.WITHDRAWN:
        return tx.lock_session(session.id)
    call.state = move(CALL_TRANSITIONS, HelpCallState(call.state), HelpCallAction.WITHDRAW)
    clock = _let_go(tx, place, call, candidate.id)
    facts: dict[str, JSON] = {"call": number, **clock}
    return tx.record(session.id, Event(EventKind.HELP_CALL_WITHDRAWN, candidate.id, candidate.id, facts))


def answer_call(tx: Transaction, by: Person, candidate_id: str, number: int) -> int:
    """Says that the invigilator is coming; returns the event's number."""
    place = lock_place(tx, by, candidate_id)
    call = call_at(tx, place, number)
    with telling_who(tx, place.session.id, A_CALL, candidate_id, call=number):
        call.state = move(CALL_TRANSITIONS, HelpCallState(call.state), HelpCallAction.ANSWER)
    call.answered_by = by.id
    facts: dict[str, JSON] = {"call": number, "by": by.name}
    return tx.record(place.session.id, Event(EventKind.HELP_CALL_ANSWERED, by.id, candidate_id, facts))


def dismiss_call(tx: Transaction, by: Person, candidate_id: str, number: int) -> int:
    """Ends a call with nothing more to do; returns the event's number."""
    place = lock_place(tx, by, candidate_id)
    return resolve_call(tx, by, place, call_at(tx, place, number), Resolution.DISMISSED)


def give_time_back(tx: Transaction, by: Person, candidate_id: str, number: int, length: Extension) -> int:
    """Ends a call with more time, beyond what the stopped clock gives back by itself."""
    place = lock_place(tx, by, candidate_id)
    call = call_at(tx, place, number)
    attempt = place.running
    check_not_over(attempt, tx.now)
    resolve_call(tx, by, place, call, Resolution.TIME_GIVEN)
    attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.EXTEND)
    return extend_running(tx, by, place, attempt, length, help_call=number)


def resolve_call(tx: Transaction, by: Person, place: Place, call: HelpCall, resolution: Resolution) -> int:
    """What every answer that ends a call has in common: the clock goes on, as far as the call held it."""
    with telling_who(tx, place.session.id, A_CALL, call.attempt_id, call=call.number):
        call.state = move(CALL_TRANSITIONS, HelpCallState(call.state), HelpCallAction.RESOLVE)
    call.resolution = resolution
    clock = _let_go(tx, place, call, by.id)
    facts: dict[str, JSON] = {"call": call.number, "how": str(resolution), **clock}
    return tx.record(place.session.id, Event(EventKind.HELP_CALL_RESOLVED, by.id, call.attempt_id, facts))


def call_at(tx: Transaction, place: Place, number: int) -> HelpCall:
    """This candidate's call of this number; raises NotFound."""
    is_in_log = 0 < number <= tx.lock_session(place.session.id)  # No column need hold what is beyond.
    call = tx.orm.get(HelpCall, (place.session.id, number)) if is_in_log else None
    if call is None or call.attempt_id != place.candidate.id:
        raise NotFound("no_such_call")
    return call


def _calls_of(tx: Transaction, attempt: Attempt) -> int:
    counted = select(func.count()).select_from(HelpCall).where(HelpCall.attempt_id == attempt.id)
    return tx.orm.scalar(counted) or 0


def _let_go(tx: Transaction, place: Place, call: HelpCall, actor: str) -> dict[str, JSON]:
    """The call is over; what the clock then says, for the event."""
    over_call(call, tx.now)
    attempt = place.running
    if call.stops_clock:
        _turn_clock(tx, place, call, EntryKind.RESUMED, actor)
    return {"deadline": deadline_ms(attempt), "left_ms": left_ms(attempt)}


def _turn_clock(tx: Transaction, place: Place, call: HelpCall, kind: EntryKind, actor: str) -> None:
    entry, number = TimeEntry(kind, tx.now), tx.next_number(place.session.id)
    whose, why = place.candidate.id, Why(help_call=call.number)
    enter_time(tx, place.session.id, number, entry, actor=actor, attempt_id=whose, why=why)
    set_clock(tx, place.candidate, place.running)
