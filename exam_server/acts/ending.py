"""What every end of an attempt has in common, and the end that the clock makes."""

from datetime import datetime

from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.transitions import move
from exam_server.storage.columns import to_millis
from exam_server.storage.tables import Attempt, Response
from exam_server.storage.transaction import Transaction


def end_attempt(tx: Transaction, attempt: Attempt, ended_at: datetime) -> None:
    """Closes the row: no deadline any more; the last draft of the item in hand counts as the response."""
    draft = tx.orm.get(Response, (attempt.id, attempt.position)) if attempt.position else None
    if draft is not None and not draft.final:
        draft.final = True
        attempt.answered += 1
    attempt.ended_at = ended_at
    attempt.due_at = None
    attempt.left_us = None
    attempt.stopped_since = None
    attempt.stop_reason = None


def close_at_deadline(tx: Transaction, attempt: Attempt, due: datetime) -> None:
    """Time ran out. The end that is recorded is the deadline, not when the server got round to it."""
    attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction.RUN_OUT)
    end_attempt(tx, attempt, due)
    facts = {"deadline": to_millis(due), "answered": attempt.answered}
    tx.record(attempt.session_id, Event(EventKind.TIME_RAN_OUT, SYSTEM, attempt.id, facts))
