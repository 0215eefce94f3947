"""Ending a test for suspected fraud by two persons: requested by one, confirmed by another, or withdrawn.

While a request waits the candidate's clock runs and the test goes on; whoever wants it to stand still
pauses it, which is another act. A request that nobody decides lapses with the attempt.
"""

from exam_server.acts.attempts import check_one_is_enough, moved, terminate_running
from exam_server.acts.clocks import check_not_over
from exam_server.acts.earlier import A_FRAUD_REQUEST, telling_who
from exam_server.acts.ending import open_fraud_request, over_fraud_request
from exam_server.acts.lookups import Place, lock_place, lock_watched_place
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState, EndReason
from exam_server.domain.errors import IllegalTransition, NotFound
from exam_server.domain.events import Event, EventKind
from exam_server.domain.fraud_requests import FraudRequestAction, FraudRequestState, check_note, check_second
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.transitions import move
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Account, Attempt
from exam_server.storage.transaction import Transaction


def request_fraud(tx: Transaction, by: Person, attempt_id: str, note: str) -> int:
    """An invigilator asks that this test be ended for suspected fraud; returns the number of the request.

    Asked again by the same person while it waits, it is the same request. Raises IllegalTransition where the
    session's rules need no second person, where the test is not under way, and to whoever asks second.
    """
    place = lock_place(tx, by, attempt_id)
    attempt = place.running
    note = check_note(note)
    if not rules_of(tx.house, place.session).fraud_needs_second:
        raise IllegalTransition("fraud_needs_nobody")
    waiting = open_fraud_request(tx, attempt_id)
    if waiting is not None and waiting.requested_by == by.id:
        return waiting.number
    check_not_over(attempt, tx.now)
    move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.TERMINATE)
    with telling_who(tx, place.session.id, A_FRAUD_REQUEST, attempt_id):
        if waiting is not None:
            raise IllegalTransition("fraud_requested")
    number = tx.next_number(place.session.id)
    tx.orm.add(
        FraudRequest(
            session_id=place.session.id,
            number=number,
            attempt_id=attempt_id,
            open_for=attempt_id,
            state=FraudRequestState.OPEN,
            requested_by=by.id,
            requested_at=tx.now,
            note=note,
        )
    )
    tx.orm.flush()
    facts: dict[str, JSON] = {"by": by.name, "note": note}
    return tx.record(place.session.id, Event(EventKind.FRAUD_REQUESTED, by.id, attempt_id, facts))


def confirm_fraud(tx: Transaction, by: Person, attempt_id: str, number: int) -> int:
    """A second person ends the test: another invigilator, or the head. Returns the last number.

    Raises Forbidden for the person who asked, IllegalTransition for a request that no longer waits.
    """
    place = lock_watched_place(tx, by, attempt_id)
    request = _request_at(tx, place, number)
    attempt = moved(tx, place, AttemptAction.TERMINATE)
    _confirm(tx, by, place, request)
    return terminate_running(tx, by, place, attempt, EndReason.FRAUD_SUSPECTED, request.note)


def withdraw_fraud(tx: Transaction, by: Person, attempt_id: str, number: int, reason: str) -> int:
    """The request is taken back by whoever made it, or put aside by a second person; the test goes on."""
    place = lock_watched_place(tx, by, attempt_id)
    request = _request_at(tx, place, number)
    with telling_who(tx, place.session.id, A_FRAUD_REQUEST, attempt_id, request=number):
        over_fraud_request(request, FraudRequestAction.WITHDRAW, by.id, tx.now)
    facts: dict[str, JSON] = {"request": number, "by": by.name, "reason": reason}
    return tx.record(place.session.id, Event(EventKind.FRAUD_WITHDRAWN, by.id, attempt_id, facts))


def confirm_at_closing(tx: Transaction, by: Person, place: Place, attempt: Attempt) -> None:
    """The head who closes the session with this reason confirms what an invigilator has requested.

    Raises IllegalTransition where it takes two and nobody has asked, Forbidden for whoever asked.
    """
    request = open_fraud_request(tx, attempt.id)
    if request is None:
        check_one_is_enough(tx, place.session, EndReason.FRAUD_SUSPECTED)
    else:
        _confirm(tx, by, place, request)


def _confirm(tx: Transaction, by: Person, place: Place, request: FraudRequest) -> None:
    check_second(request.requested_by, by.id)
    with telling_who(tx, place.session.id, A_FRAUD_REQUEST, request.attempt_id, request=request.number):
        over_fraud_request(request, FraudRequestAction.CONFIRM, by.id, tx.now)
    facts: dict[str, JSON] = {
        "request": request.number,
        "by": by.name,
        "requested_by": tx.get(Account, request.requested_by).name,
        "requested_by_id": request.requested_by,
    }
    tx.record(place.session.id, Event(EventKind.FRAUD_CONFIRMED, by.id, request.attempt_id, facts))


def _request_at(tx: Transaction, place: Place, number: int) -> FraudRequest:
    """This candidate's request of this number; raises NotFound."""
    is_in_log = 0 < number <= tx.lock_session(place.session.id)  # No column need hold what is beyond.
    request = tx.orm.get(FraudRequest, (place.session.id, number)) if is_in_log else None
    if request is None or request.attempt_id != place.candidate.id:
        raise NotFound("no_such_request")
    return request
