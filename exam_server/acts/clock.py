"""What the clock does by itself: it closes a test whose time is over, whichever worker looks first."""

from datetime import datetime

from sqlmodel import col, select

from exam_server.acts.ending import close_at_deadline
from exam_server.storage.tables import Attempt
from exam_server.storage.transaction import Reading, Transaction

MOST_AT_ONCE = 200


def due_attempts(reading: Reading) -> list[str]:
    """The attempts whose deadline and grace have passed, the longest overdue first."""
    latest = reading.now - reading.house.rules.grace
    return list(
        reading.orm.scalars(
            select(Attempt.id)
            .where(col(Attempt.due_at) < latest)
            .order_by(col(Attempt.due_at))
            .limit(MOST_AT_ONCE)
        )
    )


def next_due(reading: Reading) -> datetime | None:
    """When the clock must look next: the earliest deadline plus the grace; None when nothing runs."""
    first = reading.orm.scalar(
        select(Attempt.due_at).where(col(Attempt.due_at).is_not(None)).order_by(col(Attempt.due_at)).limit(1)
    )
    return None if first is None else first + reading.house.rules.grace


def run_out(tx: Transaction, attempt_id: str) -> bool:
    """Closes an attempt at its deadline; False when it is not (or no longer) due."""
    session_id = tx.orm.scalar(select(Attempt.session_id).where(Attempt.id == attempt_id))
    if session_id is None:
        return False
    tx.lock_session(session_id)
    attempt = tx.get(Attempt, attempt_id)
    due = attempt.due_at
    if due is None or tx.now <= due + tx.house.rules.grace:
        return False
    close_at_deadline(tx, attempt, due)
    return True
