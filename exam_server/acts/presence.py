"""The two facts of presence that a session's log keeps: a connection was lost, a connection is back."""

from sqlmodel import select

from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.storage.tables import Attempt, Candidate
from exam_server.storage.transaction import Transaction


def note_connection(tx: Transaction, candidate_id: str, *, lost: bool) -> int | None:
    """Records the loss or return of a candidate's connection while the test is under way; None otherwise."""
    session_id = tx.orm.scalar(select(Candidate.session_id).where(Candidate.id == candidate_id))
    if session_id is None:
        return None
    tx.lock_session(session_id)
    attempt = tx.orm.get(Attempt, candidate_id)
    if attempt is None or AttemptState(attempt.state) not in RUNNING:
        return None
    kind = EventKind.CONNECTION_LOST if lost else EventKind.CONNECTION_BACK
    return tx.record(session_id, Event(kind, SYSTEM, candidate_id))
