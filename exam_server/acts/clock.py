"""What the clock does by itself: it closes a test whose time is over, whichever worker looks first."""

from datetime import datetime
from itertools import islice
from typing import Any

from sqlmodel import col, func, select

from exam_server.acts.ending import close_at_deadline
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Session
from exam_server.storage.transaction import Reading, Transaction

MOST_AT_ONCE = 200


def due_attempts(reading: Reading) -> list[str]:
    """The attempts whose deadline and grace have passed, the longest overdue first.

    The index finds those past their deadline: few are, and each for its session's grace at most. Only then is
    that grace looked at, so that a session with a long one hides nobody else's end.
    """
    past = reading.orm.execute(
        select(Attempt.id, Attempt.due_at, Session.rules)
        .join(Session, col(Session.id) == Attempt.session_id)
        .where(col(Attempt.due_at) < reading.now)
        .order_by(col(Attempt.due_at))
    )
    over = list(islice((row.id for row in past if reading.now > _end_of_grace(reading, row)), MOST_AT_ONCE))
    past.close()  # Rows left unread would hold this reader at the moment that it sees now.
    return over


def next_due(reading: Reading) -> datetime | None:
    """When the clock must look next: the earliest end of a grace; None when nothing runs."""
    first = reading.orm.execute(
        select(Attempt.due_at, Session.rules)
        .join(Session, col(Session.id) == Attempt.session_id)
        .where(col(Attempt.due_at).is_not(None))
        .order_by(col(Attempt.due_at))
        .limit(1)
    ).one_or_none()
    if first is None:
        return None
    # A later deadline may have a shorter grace; what is due after the end of this grace cannot come first.
    rivals = reading.orm.execute(
        select(Session.rules, func.min(Attempt.due_at).label("due_at"))
        .join(Session, col(Session.id) == Attempt.session_id)
        .where(col(Attempt.due_at) <= _end_of_grace(reading, first))
        .group_by(col(Session.rules))
    )
    return min(_end_of_grace(reading, row) for row in rivals)


def _end_of_grace(reading: Reading, row: Any) -> datetime:
    """Of a row that has the deadline of an attempt, and the rules of its session."""
    end: datetime = row.due_at + rules_of(reading.house, row).grace
    return end


def run_out(tx: Transaction, attempt_id: str) -> bool:
    """Closes an attempt at its deadline; False when it is not (or no longer) due."""
    session_id = tx.orm.scalar(select(Attempt.session_id).where(Attempt.id == attempt_id))
    if session_id is None:
        return False
    tx.lock_session(session_id)
    attempt = tx.get(Attempt, attempt_id)
    due = attempt.due_at
    if due is None or tx.now <= due + rules_of(tx.house, tx.get(Session, session_id)).grace:
        return False
    close_at_deadline(tx, attempt, due)
    return True
