"""The facts of presence that a log keeps: a connection was lost or is back, a page was left for a moment."""

from datetime import timedelta

import orjson
from sqlmodel import col, select

from exam_server.acts.identifiers import token_hash
from exam_server.domain.accommodations import Accommodations, Measure
from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.errors import SignedOut
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.sessions import SessionState
from exam_server.storage.columns import to_millis
from exam_server.storage.tables import Attempt, Candidate, LogEntry, Session
from exam_server.storage.transaction import Reading, Transaction

FOCUS_EVERY = timedelta(seconds=3)
"""Of one candidate the log keeps at most one absence from the page in so long."""
LOOKED_BACK = 256
"""Entries of the log: more than a room writes in that time."""

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


def note_focus(tx: Transaction, token: str, length: timedelta) -> int | None:
    """Records that the candidate's page was left for so long, while the test is under way; None otherwise.

    A neutral fact, without any consequence. What comes within a few seconds of the last one is not kept:
    the log is no place for every movement of a hand. Nothing is kept of whoever works with other programs
    by decision.
    """
    candidate_id, session_id = _whose(tx, token)
    number = tx.lock_session(session_id)
    attempt = tx.orm.get(Attempt, candidate_id)
    if attempt is None or AttemptState(attempt.state) not in RUNNING:
        return None
    decided = tx.get(Candidate, candidate_id).accommodations
    if Measure.FOCUS_FREE in Accommodations.from_json(orjson.loads(decided)).measures:
        return None
    ms = min(length, tx.now - attempt.started_at) // timedelta(milliseconds=1)
    if ms <= 0 or _has_just_returned(tx, session_id, candidate_id, number):
        return None
    return tx.record(session_id, Event(EventKind.FOCUS_RETURNED, candidate_id, candidate_id, {"ms": ms}))


def _whose(tx: Transaction, token: str) -> tuple[str, str]:
    found = tx.orm.execute(
        select(Candidate.id, Candidate.session_id).where(Candidate.device_hash == token_hash(token))
    ).one_or_none()
    if found is None:
        raise SignedOut
    return found[0], found[1]


def _has_just_returned(tx: Transaction, session_id: str, candidate_id: str, number: int) -> bool:
    """Whether the log's newest entries hold such a fact; further back none can be so young."""
    last = tx.orm.scalar(
        select(LogEntry.at_ms)
        .where(LogEntry.session_id == session_id, LogEntry.number > number - LOOKED_BACK)
        .where(LogEntry.candidate == candidate_id, LogEntry.kind == str(EventKind.FOCUS_RETURNED))
        .order_by(col(LogEntry.number).desc())
        .limit(1)
    )
    return last is not None and to_millis(tx.now) - last < FOCUS_EVERY // timedelta(milliseconds=1)


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
