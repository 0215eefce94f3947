"""One transaction as an act sees it: rows to read and write, and facts to record."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session as OrmSession

from exam_server.domain.errors import NotFound
from exam_server.domain.events import Event
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.signing.chain import SALT_BYTES, link, salted_hash
from exam_server.storage.columns import to_micros
from exam_server.storage.house import House
from exam_server.storage.prepared import Prepared, PreparedMany, Row, Value, table_of
from exam_server.storage.tables import LogEntry, Session

Record = TypeVar("Record")

_SESSION = table_of(Session)
_HEAD = Prepared(
    select(_SESSION.c.log_number, _SESSION.c.log_hash)
    .where(_SESSION.c.id == bindparam("session"))
    .with_for_update()
)
_MOVE_HEAD = Prepared(
    update(_SESSION)
    .where(_SESSION.c.id == bindparam("session"))
    .values(log_number=bindparam("number"), log_hash=bindparam("head"))
)
_SALTS_AT_ONCE = 16
_APPEND = PreparedMany.insert(
    table_of(LogEntry),
    (
        "session_id",
        "number",
        "at_ms",
        "kind",
        "actor",
        "candidate",
        "content",
        "salt",
        "content_hash",
        "hash",
    ),
)


class Reading:
    """What a read model sees: the database, and the server's own things."""

    def __init__(self, connection: Connection, house: House, now: datetime) -> None:
        self.connection = connection
        self.house = house
        self.now = now
        self.now_us = to_micros(now)  # microseconds since 1970, as the rows have it
        self._orm: OrmSession | None = None
        driver: Any = connection.connection.dbapi_connection
        self._cursor = driver.cursor()

    @property
    def is_alone(self) -> bool:
        """True where one writer takes all acts, so that nothing need be locked."""
        return self.connection.dialect.name == "sqlite"

    @property
    def orm(self) -> OrmSession:
        """SQLAlchemy's session, for everything but the hot path."""
        if self._orm is None:
            self._orm = OrmSession(bind=self.connection, autoflush=True, expire_on_commit=False)
        return self._orm

    def rows(self, statement: Prepared, values: Mapping[str, Value]) -> list[Row]:
        """The rows of a prepared statement, as the driver gives them."""
        statement.run(self._cursor, self.connection.dialect, values)
        return self._cursor.fetchall()  # type: ignore[no-any-return]

    def rows_of(self, statement: PreparedMany, keys: Sequence[str]) -> list[Row]:
        """The rows of a prepared statement for many keys, in no order."""
        return statement.rows(self._cursor, self.connection.dialect, keys)

    def get(self, table: type[Record], key: object) -> Record:
        """The row with this key; raises NotFound."""
        row = self.orm.get(table, key)
        if row is None:
            raise NotFound
        return row

    def dispose(self) -> None:
        """Lets go of the rows in hand."""
        self._cursor.close()
        if self._orm is not None:
            self._orm.close()


class Transaction(Reading):
    """What an act sees. Nothing is true, and nothing is told, before the store has committed."""

    def __init__(self, connection: Connection, house: House, now: datetime) -> None:
        super().__init__(connection, house, now)
        self._heads: dict[str, tuple[int, str]] = {}
        self._entries: list[tuple[Value, ...]] = []
        self._salts: list[bytes] = []
        self.after_commit: list[Callable[[], None]] = []

    def write(self, statement: Prepared, values: Mapping[str, Value]) -> int:
        """Runs a prepared write; returns how many rows it changed."""
        statement.run(self._cursor, self.connection.dialect, values)
        return int(self._cursor.rowcount)

    def write_many(self, statement: PreparedMany, rows: Sequence[Sequence[Value]]) -> None:
        """Runs a write over many rows."""
        for _ in statement.run(self._cursor, self.connection.dialect, rows):
            pass

    def lock_session(self, session_id: str) -> int:
        """Locks a session's row, so that its log grows one act at a time; returns the number it has reached.

        On SQLite the one writer is the lock.
        """
        if session_id not in self._heads:
            found = self.rows(_HEAD, {"session": session_id})
            if not found:
                raise NotFound
            self._heads[session_id] = (found[0][0], found[0][1])
        return self._heads[session_id][0]

    def next_number(self, session_id: str) -> int:
        """The number that the next recorded fact will have: a ledger line bears the number of its event."""
        return self.lock_session(session_id) + 1

    def head(self, session_id: str) -> str:
        """The hash that the session's log has reached, this transaction's facts included."""
        self.lock_session(session_id)
        return self._heads[session_id][1]

    def know_head(self, session_id: str, number: int, head: str) -> None:
        """Takes over the head of a log whose session row this transaction has just read and locked."""
        self._heads.setdefault(session_id, (number, head))

    def record(self, session_id: str, event: Event) -> int:
        """Appends a fact to the session's log; returns its number, which has no gap before it."""
        number = self.lock_session(session_id) + 1
        previous = self._heads[session_id][1]
        salt = self._salt()
        content = canonical(event.facts)
        hashed = salted_hash(salt, content)
        entry = link(
            previous,
            session=session_id,
            number=number,
            at_ms=self.now_us // 1000,
            kind=event.kind,
            actor=event.actor,
            candidate=event.candidate,
            content_hash=hashed,
        )
        self._heads[session_id] = (number, entry.hash)
        written = (content.decode(), b64u(salt), hashed, entry.hash)
        who = (event.kind, event.actor, event.candidate)
        self._entries.append((session_id, number, entry.at_ms, *who, *written))
        return number

    def _salt(self) -> bytes:
        """A salt of its own for each fact, drawn a few at once: each draw gives up the interpreter's lock."""
        if not self._salts:
            drawn = os.urandom(SALT_BYTES * _SALTS_AT_ONCE)
            self._salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
        return self._salts.pop()

    def finish(self) -> dict[str, int]:
        """Writes what the act left to write; returns the sessions whose logs grew, with their new numbers."""
        if self._orm is not None:
            self._orm.flush()
        if not self._entries:
            return {}
        self.write_many(_APPEND, self._entries)
        grown = {str(entry[0]) for entry in self._entries}
        for session_id in sorted(grown):
            number, head = self._heads[session_id]
            self.write(_MOVE_HEAD, {"session": session_id, "number": number, "head": head})
        return {session_id: self._heads[session_id][0] for session_id in grown}
