"""The versions of a session's results with what became of each: by whom, when and why."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
from sqlmodel import col, select

from exam_server.domain.events import EventKind
from exam_server.storage.columns import from_micros
from exam_server.storage.results_rows import versions_of
from exam_server.storage.tables import Account, LogEntry
from exam_server.storage.transaction import Reading

_AFTER_SIGNING = (EventKind.SESSION_RESUMED, EventKind.RESULTS_PUBLISHED, EventKind.RESULTS_WITHDRAWN)


@dataclass(frozen=True)
class Deed:
    """What somebody did to a version, when, and why where a reason was asked for."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class VersionRow:
    """A version in a list.

    `fingerprint` is the SHA-256 of the signed document, `entries` how long the log was then. A version that
    was taken up again before anybody had seen it is `resumed`.
    """

    version: int
    fingerprint: str
    entries: int
    signed: Deed
    published: Deed | None
    withdrawn: Deed | None
    resumed: Deed | None


def version_rows(reading: Reading, session_id: str) -> list[VersionRow]:
    """Every version, the newest first."""
    later = _later(reading, session_id)
    return [
        VersionRow(
            version=one.version,
            fingerprint=sha256(one.results.encode()).hexdigest(),
            entries=one.entries,
            signed=Deed(reading.get(Account, one.finalised_by).name, one.finalised_at),
            published=later[one.version].get(EventKind.RESULTS_PUBLISHED),
            withdrawn=later[one.version].get(EventKind.RESULTS_WITHDRAWN),
            resumed=later[one.version].get(EventKind.SESSION_RESUMED),
        )
        for one in versions_of(reading, session_id)
    ]


def _later(reading: Reading, session_id: str) -> defaultdict[int, dict[str, Deed]]:
    """What followed each version, from the log: the only place where all of it stands."""
    rows = reading.orm.execute(
        select(LogEntry.kind, LogEntry.at_ms, LogEntry.content, Account.name)
        .join(Account, col(Account.id) == LogEntry.actor)
        .where(LogEntry.session_id == session_id, col(LogEntry.kind).in_(_AFTER_SIGNING))
        .order_by(col(LogEntry.number))
    )
    found: defaultdict[int, dict[str, Deed]] = defaultdict(dict)
    for kind, at_ms, content, name in rows:
        facts = orjson.loads(content or "{}")
        found[facts.get("version", 0)][kind] = Deed(name, from_micros(at_ms * 1000), facts.get("reason", ""))
    return found
