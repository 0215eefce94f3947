"""A session's log as a test reads it: each line with its content, and the proof that nothing was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlmodel import col, select

from exam_server.signing.base64url import b64u_decode
from exam_server.signing.chain import Entry, check_chain, content_hash, genesis
from exam_server.storage.tables import LogEntry, Session
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class Line:
    """One fact: the entry of the chain, and what lies beside it."""

    entry: Entry
    facts: Mapping[str, Any]
    salt: bytes

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def number(self) -> int:
        return self.entry.number


def read_log(reading: Reading, session_id: str) -> list[Line]:
    """The log, in order; `previous` is what stands before, so that a gap or a swap breaks the chain."""
    previous = genesis(session_id)
    lines = []
    rows = reading.orm.scalars(
        select(LogEntry).where(LogEntry.session_id == session_id).order_by(col(LogEntry.number))
    )
    for row in rows:
        entry = Entry(
            session_id,
            row.number,
            row.at_ms,
            row.kind,
            row.actor,
            row.candidate,
            row.content_hash,
            previous,
            row.hash,
        )
        lines.append(Line(entry, orjson.loads(row.content or "{}"), b64u_decode(row.salt or "")))
        previous = row.hash
    return lines


def check_log(reading: Reading, session_id: str) -> list[Line]:
    """The log, after its chain, its contents and its head were verified."""
    lines = read_log(reading, session_id)
    head = check_chain(line.entry for line in lines)
    session = reading.get(Session, session_id)
    assert (session.log_number, session.log_hash) == (len(lines), head)
    for line in lines:
        assert content_hash(line.salt, line.facts) == line.entry.content_hash
    return lines
