"""Timestamps of sealed versions: each waits until an authority has given one, and nothing waits for it."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from exam_server.exports.verification_time import stamped_digest
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.transaction import Reading, Transaction

FIRST_WAIT = timedelta(seconds=30)
"""Longer than an authority is listened to: no second worker asks while the first one waits for the answer."""

LONGEST_WAIT = timedelta(hours=1)
_MOST_DOUBLINGS = 10


def wait_after(tries: int) -> timedelta:
    """How long after so many requests the next one may follow."""
    return min(FIRST_WAIT * (1 << min(tries - 1, _MOST_DOUBLINGS)), LONGEST_WAIT)


def due_timestamps(reading: Reading) -> list[tuple[str, int]]:
    """The sealed versions without a timestamp for which an authority may be asked now, the oldest first."""
    rows = reading.orm.scalars(
        select(ResultsVersion)
        .where(ResultsVersion.checkpoint != "", col(ResultsVersion.token).is_(None))
        .order_by(col(ResultsVersion.finalised_at))
    )
    return [(one.session_id, one.version) for one in rows if _is_due(one, reading.now)]


def begin_timestamp(tx: Transaction, session_id: str, version: int) -> bytes | None:
    """Takes the turn to ask for this version's timestamp: the digest to ask for; None where it is not due.

    Of several workers who find the same version, one asks.
    """
    found = _locked(tx, session_id, version)
    if not _is_due(found, tx.now):
        return None
    found.token_asked_at = tx.now
    found.token_tries += 1
    return stamped_digest(found.checkpoint.encode())


def keep_token(tx: Transaction, session_id: str, version: int, token: bytes) -> None:
    """Keeps the timestamp, for good: a version has one."""
    found = _locked(tx, session_id, version)
    if found.token is None:
        found.token, found.token_problem = token, None


def timestamp_failed(tx: Transaction, session_id: str, version: int, problem: str) -> None:
    """Says in words why there is none yet; it will be asked for again."""
    found = _locked(tx, session_id, version)
    if found.token is None:
        found.token_problem = problem


def _locked(tx: Transaction, session_id: str, version: int) -> ResultsVersion:
    tx.lock_session(session_id)
    return tx.get(ResultsVersion, (session_id, version))


def _is_due(one: ResultsVersion, now: datetime) -> bool:
    if not one.checkpoint or one.token is not None:
        return False
    return one.token_asked_at is None or now - one.token_asked_at >= wait_after(one.token_tries)
