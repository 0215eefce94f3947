"""What every end of an attempt has in common, and the end that the clock makes."""

from datetime import datetime

import orjson
from sqlmodel import select

from exam_server.acts.clocks import settle_break
from exam_server.acts.receipts import receipt_of
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.fraud_requests import TRANSITIONS as FRAUD_TRANSITIONS
from exam_server.domain.fraud_requests import FraudRequestAction, FraudRequestState
from exam_server.domain.help_calls import TRANSITIONS as CALL_TRANSITIONS
from exam_server.domain.help_calls import HelpCallAction, HelpCallState, Resolution
from exam_server.domain.json import JSON
from exam_server.domain.responses import is_passed
from exam_server.domain.transitions import move
from exam_server.storage.columns import to_millis
from exam_server.storage.fraud_tables import FraudRequest
from exam_server.storage.tables import Attempt, HelpCall, Response
from exam_server.storage.transaction import Transaction


def end_attempt(tx: Transaction, attempt: Attempt, ended_at: datetime) -> None:
    """Closes the row: no deadline any more; the last draft of the item in hand counts as the response.

    A help call or a request that waits is over with it.
    """
    close_call(tx, attempt.session_id, attempt.id)
    lapse_fraud_request(tx, attempt.session_id, attempt.id)
    draft = tx.orm.get(Response, (attempt.id, attempt.position)) if attempt.position else None
    if draft is not None and not draft.final:
        draft.final = True
        attempt.answered += 1
        attempt.passed += is_passed(orjson.loads(draft.content))
    attempt.ended_at = ended_at
    attempt.due_at = None
    attempt.left_us = None
    attempt.stopped_since = None
    attempt.stop_reason = None
    settle_break(attempt, ended_at)
    attempt.receipt = receipt_of(tx, attempt.id)


def end_facts(attempt: Attempt) -> dict[str, JSON]:
    """What every end says of the responses: how many lie behind, and their digest."""
    return {"answered": attempt.answered, "receipt": attempt.receipt}


def close_at_deadline(tx: Transaction, attempt: Attempt, due: datetime) -> None:
    """Time ran out. The end that is recorded is the deadline, not when the server got round to it."""
    attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.RUN_OUT)
    end_attempt(tx, attempt, due)
    facts = {"deadline": to_millis(due), **end_facts(attempt)}
    tx.record(attempt.session_id, Event(EventKind.TIME_RAN_OUT, SYSTEM, attempt.id, facts))


def open_call(tx: Transaction, attempt_id: str) -> HelpCall | None:
    """The help call of this attempt that waits."""
    return tx.orm.scalars(select(HelpCall).where(HelpCall.open_for == attempt_id)).one_or_none()


def over_call(call: HelpCall, at: datetime) -> None:
    """The call waits no longer: the candidate may make another."""
    call.open_for = None
    call.ended_at = at


def close_call(tx: Transaction, session_id: str, attempt_id: str) -> None:
    """The test is over, and so is the call that waited; there is no clock left to let go on."""
    call = open_call(tx, attempt_id)
    if call is None:
        return
    call.state = move(CALL_TRANSITIONS, HelpCallState(call.state), HelpCallAction.RESOLVE)
    call.resolution = Resolution.ATTEMPT_ENDED
    over_call(call, tx.now)
    facts: dict[str, JSON] = {
        "call": call.number,
        "how": str(call.resolution),
        "deadline": None,
        "left_ms": None,
    }
    tx.record(session_id, Event(EventKind.HELP_CALL_RESOLVED, SYSTEM, attempt_id, facts))


def open_fraud_request(tx: Transaction, attempt_id: str) -> FraudRequest | None:
    """The request about this attempt that waits for a second person."""
    return tx.orm.scalars(select(FraudRequest).where(FraudRequest.open_for == attempt_id)).one_or_none()


def over_fraud_request(request: FraudRequest, action: FraudRequestAction, actor: str, at: datetime) -> None:
    """The request waits no longer; raises IllegalTransition for one that did not wait."""
    request.state = move(FRAUD_TRANSITIONS, FraudRequestState(request.state), action)
    request.open_for = None
    request.ended_by, request.ended_at = actor, at


def lapse_fraud_request(tx: Transaction, session_id: str, attempt_id: str) -> None:
    """The test is over before anybody has confirmed: there is nothing left to decide."""
    request = open_fraud_request(tx, attempt_id)
    if request is None:
        return
    over_fraud_request(request, FraudRequestAction.LAPSE, SYSTEM, tx.now)
    facts: dict[str, JSON] = {"request": request.number}
    tx.record(session_id, Event(EventKind.FRAUD_LAPSED, SYSTEM, attempt_id, facts))
