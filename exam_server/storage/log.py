"""Reading a session's log back, with its contents."""

from collections.abc import Iterator

import orjson
from sqlalchemy import bindparam, select

from exam_server.domain.finalisation import Fact
from exam_server.signing.chain import Entry, entry_line, genesis
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.tables import LogEntry
from exam_server.storage.transaction import Reading

_LOG = table_of(LogEntry)
_AFTER = Prepared(
    select(_LOG.c.number, _LOG.c.at_ms, _LOG.c.kind, _LOG.c.candidate, _LOG.c.content, _LOG.c.actor)
    .where(_LOG.c.session_id == bindparam("session"))
    .where(_LOG.c.number > bindparam("after"))
    .order_by(_LOG.c.number)
)


def facts_after(reading: Reading, session_id: str, after: int) -> list[Fact]:
    """The facts of a session whose numbers are higher than `after`, in order; an erased content is empty."""
    rows = reading.rows(_AFTER, {"session": session_id, "after": after})
    return [
        Fact(number, at_ms, kind, candidate, orjson.loads(content or "{}"), actor)
        for number, at_ms, kind, candidate, content, actor in rows
    ]


_ENTRIES = Prepared(
    select(
        _LOG.c.number,
        _LOG.c.at_ms,
        _LOG.c.kind,
        _LOG.c.actor,
        _LOG.c.candidate,
        _LOG.c.content_hash,
        _LOG.c.hash,
    )
    .where(_LOG.c.session_id == bindparam("session"))
    .where(_LOG.c.number >= bindparam("first"))
    .where(_LOG.c.number <= bindparam("last"))
    .order_by(_LOG.c.number)
)


def entries_between(reading: Reading, session_id: str, after: int, until: int) -> Iterator[Entry]:
    """The log's entries with higher numbers than `after`, up to `until`, as they were chained."""
    previous = genesis(session_id)
    # The entry before the first gives only its hash, which the first one follows.
    for number, at_ms, kind, actor, candidate, content_hash, own in reading.rows(
        _ENTRIES, {"session": session_id, "first": after, "last": until}
    ):
        if number > after:
            yield Entry(session_id, number, at_ms, kind, actor, candidate, content_hash, previous, own)
        previous = own


def lines_between(reading: Reading, session_id: str, after: int, until: int) -> Iterator[bytes]:
    """The same as the lines that are the leaves of the log's Merkle tree."""
    return map(entry_line, entries_between(reading, session_id, after, until))


def actors_of(reading: Reading, session_id: str) -> dict[int, str]:
    """Who did what, by number: an account's identifier, a candidate's, or the system."""
    rows = reading.orm.execute(
        select(_LOG.c.number, _LOG.c.actor).where(_LOG.c.session_id == session_id)
    ).all()
    return {row[0]: row[1] for row in rows}
