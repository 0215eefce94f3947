"""The two facts of presence that a session's log keeps: a connection was lost, a connection is back."""

from sqlmodel import col, select

from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.sessions import SessionState
from exam_server.storage.tables import Attempt, Candidate, LogEntry, Session
from exam_server.storage.transaction import Reading, Transaction

_BEFORE_CLOSING = (str(SessionState.PLANNED), str(SessionState.OPEN))


def note_connection(tx: Transaction, candidate_id: str, *, lost: bool) -> int | None:
    """Records the loss or return of a candidate's connection while the test is under way; None otherwise.

    What the log says already is not said again, whichever worker saw it: losses and returns alternate.
    """
    session_id = tx.orm.scalar(select(Candidate.session_id).where(Candidate.id == candidate_id))
    if session_id is None:
        return None
    tx.lock_session(session_id)
    attempt = tx.orm.get(Attempt, candidate_id)
    if attempt is None or AttemptState(attempt.state) not in RUNNING:
        return None
    if lost == _is_lost(tx, session_id, candidate_id):
        return None
    kind = EventKind.CONNECTION_LOST if lost else EventKind.CONNECTION_BACK
    return tx.record(session_id, Event(kind, SYSTEM, candidate_id))


def _is_lost(tx: Transaction, session_id: str, candidate_id: str) -> bool:
    """Whether the log's last word on this connection is a loss."""
    kinds = (str(EventKind.CONNECTION_LOST), str(EventKind.CONNECTION_BACK))
    last = tx.orm.scalar(
        select(LogEntry.kind)
        .where(LogEntry.session_id == session_id)
        .where(LogEntry.candidate == candidate_id)
        .where(col(LogEntry.kind).in_(kinds))
        .order_by(col(LogEntry.number).desc())
        .limit(1)
    )
    return last == EventKind.CONNECTION_LOST


def running_candidates(reading: Reading) -> list[tuple[str, str]]:
    """(session, candidate) of every test under way: whom a server that starts expects to hear of."""
    running = [str(state) for state in RUNNING]
    rows = reading.orm.execute(
        select(Attempt.session_id, Attempt.id).where(col(Attempt.state).in_(running))
    ).all()
    return [(session_id, candidate_id) for session_id, candidate_id in rows]


def sessions_before_closing(reading: Reading) -> set[str]:
    """The sessions whose candidates may still come and go."""
    return set(reading.orm.scalars(select(Session.id).where(col(Session.state).in_(_BEFORE_CLOSING))))
