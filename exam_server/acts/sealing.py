"""Checkpoints of a session's log: signed while it is open, at each version of its results, and confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlmodel import col, select

from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed
from exam_server.domain.roles import Person
from exam_server.domain.sessions import SessionState
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.signing.checkpoints import Checkpoint, sign_checkpoint
from exam_server.signing.merkle import Frontier, leaf_hash
from exam_server.signing.notes import NoteSigner
from exam_server.storage.log import lines_between
from exam_server.storage.results_tables import LogCheckpoint, ResultsVersion
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction

EVERY = timedelta(seconds=60)
AFTER_ENTRIES = 256


@dataclass(frozen=True)
class LogSealer:
    """Names the logs of a server, and signs their checkpoints."""

    host: str
    key: NoteSigner

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        return sign_checkpoint(checkpoint, self.key).decode()


def origin_of(host: str, session_id: str) -> str:
    """The name of a session's log."""
    return f"passation/{host}/log/{session_id}"


def checkpoint_at(reading: Reading, host: str, session_id: str, size: int) -> tuple[Checkpoint, Frontier]:
    """The log of a session as it was with this many entries, reckoned on from the checkpoint before."""
    kept = reading.orm.scalar(
        select(LogCheckpoint)
        .where(LogCheckpoint.session_id == session_id, LogCheckpoint.size <= size)
        .order_by(col(LogCheckpoint.size).desc())
        .limit(1)
    )
    frontier = Frontier() if kept is None else Frontier.from_json(orjson.loads(kept.frontier))
    for line in lines_between(reading, session_id, frontier.size, size):
        frontier.append(leaf_hash(line))
    return Checkpoint(origin_of(host, session_id), frontier.size, frontier.root()), frontier


def due_checkpoints(reading: Reading) -> list[str]:
    """The open sessions whose log has grown by enough, or for long enough, since its last checkpoint."""
    newest = _newest_checkpoints(reading)
    found = []
    for session in reading.orm.scalars(select(Session).where(Session.state == SessionState.OPEN)):
        last = newest.get(session.id)
        size, since = (0, session.opened_at) if last is None else last
        grown = session.log_number - size
        if grown >= AFTER_ENTRIES or (grown and since is not None and reading.now - since >= EVERY):
            found.append(session.id)
    return found


def _newest_checkpoints(reading: Reading) -> dict[str, tuple[int, datetime]]:
    rows = reading.orm.execute(
        select(LogCheckpoint.session_id, LogCheckpoint.size, LogCheckpoint.at)
        .join(Session, col(Session.id) == LogCheckpoint.session_id)
        .where(Session.state == SessionState.OPEN)
        .order_by(col(LogCheckpoint.size))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def keep_checkpoint(tx: Transaction, sealer: LogSealer, session_id: str) -> LogCheckpoint:
    """Signs the log of a session as it stands; one of this size that is kept already stays as it is."""
    return _kept(tx, sealer, session_id, tx.lock_session(session_id))


def seal_version(tx: Transaction, sealer: LogSealer, session_id: str, version: int) -> str:
    """The checkpoint that a version of the results stands for, made once; the signed note."""
    tx.lock_session(session_id)
    found = tx.get(ResultsVersion, (session_id, version))
    if not found.checkpoint:
        found.checkpoint = _kept(tx, sealer, session_id, found.entries).note
    return found.checkpoint


def _kept(tx: Transaction, sealer: LogSealer, session_id: str, size: int) -> LogCheckpoint:
    known = tx.orm.get(LogCheckpoint, (session_id, size))
    if known is not None:
        return known
    checkpoint, frontier = checkpoint_at(tx, sealer.host, session_id, size)
    row = LogCheckpoint(
        session_id=session_id,
        size=size,
        root=b64u(checkpoint.root),
        note=sealer.sign(checkpoint),
        frontier=canonical(frontier.to_json()).decode(),
        at=tx.now,
    )
    tx.orm.add(row)
    return row


def versions_to_seal(reading: Reading) -> list[tuple[str, int]]:
    """Versions without their checkpoint: a server that died in between left them so."""
    rows = reading.orm.execute(
        select(ResultsVersion.session_id, ResultsVersion.version).where(ResultsVersion.checkpoint == "")
    )
    return [(row[0], row[1]) for row in rows]


def root_of_log(reading: Reading, host: str, session: Session) -> str:
    """The root of a session's log as it stands, as a paper shows it."""
    checkpoint, _ = checkpoint_at(reading, host, session.id, session.log_number)
    return b64u(checkpoint.root)


def newest_checkpoint(reading: Reading, session_id: str) -> LogCheckpoint | None:
    """The last one that was signed."""
    return reading.orm.scalar(
        select(LogCheckpoint)
        .where(LogCheckpoint.session_id == session_id)
        .order_by(col(LogCheckpoint.size).desc())
        .limit(1)
    )


def newest_note(reading: Reading, person: Person, session_id: str) -> str:
    """The newest checkpoint of a session of this centre; raises NotAllowed where there is none yet."""
    session_of_centre(reading, person, session_id)
    found = newest_checkpoint(reading, session_id)
    if found is None:
        raise NotAllowed("no_checkpoint")
    return found.note
