"""The only place that commits: acts go in, facts come out, and only durable ones are told.

SQLite: one writer thread takes the acts that wait, runs each inside a savepoint (many calls of a joint act
inside one), commits once for all with `synchronous=FULL`, and only then answers every one of them.
PostgreSQL: the same acts run on a small pool of threads, one connection each, and a serialization failure or
a deadlock is tried again.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from exam_server.storage.engines import Database
from exam_server.storage.house import House
from exam_server.storage.transaction import Reading, Transaction
from exam_server.storage.waiting import Asked, Call, JointAct, Part, Waiting, parts_of

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], datetime]
Publish = Callable[[dict[str, int]], None]
"""Told after each commit: session -> the number that its log has reached."""

MOST_IN_ONE_COMMIT = 256
TRIES = 5

log = logging.getLogger(__name__)


class StoreClosed(Exception):
    """The store no longer takes acts: the server is going down."""


class Store:
    """Runs acts and read models. Acts: `await store.run(act, ...)`; reads: `await store.read(query, ...)`."""

    def __init__(self, database: Database, house: House, clock: Clock, publish: Publish) -> None:
        self.house = house
        self.clock = clock
        self._database = database
        self._publish = publish
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(database.reader_threads, thread_name_prefix="reader")
        self._local = threading.local()
        self._connections: list[Connection] = []
        self._closed = False
        run = self._write_in_groups if database.is_sqlite else self._write_one_by_one
        self._writers = [
            threading.Thread(target=run, name=f"writer-{n}", daemon=True)
            for n in range(database.writer_threads)
        ]
        for thread in self._writers:
            thread.start()

    async def run(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs an act in one transaction; returns when it is durable. Whatever the act raises is raised."""
        found: T = await self._queued(lambda tx: act(tx, *args, **kwargs), None)
        return found

    async def run_together(self, act: JointAct[Call, T], key: str, call: Call) -> T:
        """Runs one call of a joint act, with whatever calls of it wait too; returns when it is durable.

        Calls of one key run one after the other. A refusal that the act gives this call is raised here.
        """
        found: T = await self._queued(act, Asked(key, call, self.clock()))
        return found

    def _queued(self, act: Callable[..., Any], asked: Asked[Any] | None) -> "asyncio.Future[Any]":
        if self._closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._queue.put(Waiting(act, asked, future, loop))
        return future

    async def read(self, query: Callable[Concatenate[Reading, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a read model on a reader's own connection: it sees what is committed, disturbs no writer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, partial(self._read, query, *args, **kwargs))

    def _read(self, query: Callable[..., T], *args: object, **kwargs: object) -> T:
        kept = getattr(self._local, "connection", None)
        connection = _begun(kept, self._database.reader, self._database.begin_reading)
        self._keep_reader(kept, connection)
        reading = Reading(connection, self.house, self.clock())
        try:
            return query(reading, *args, **kwargs)
        finally:
            reading.dispose()
            try:
                connection.exec_driver_sql("ROLLBACK")
            except SQLAlchemyError:
                _drop(connection)
                self._keep_reader(connection, None)

    def _keep_reader(self, before: Connection | None, now: Connection | None) -> None:
        """This reader thread's connection; the store knows them all, to close them."""
        if now is before:
            return
        if before is not None:
            self._connections.remove(before)
        if now is not None:
            self._connections.append(now)
        self._local.connection = now

    # -- SQLite: group commit ------------------------------------------------------------------------------

    def _write_in_groups(self) -> None:
        connection = self._database.writer()
        while (first := self._queue.get()) is not None:
            group = [first]
            while len(group) < MOST_IN_ONE_COMMIT:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._queue.put(None)
                    break
                group.append(following)
            self._commit_group(connection, group)
        connection.close()

    def _commit_group(self, connection: Connection, group: list[Waiting]) -> None:
        execute = connection.connection.dbapi_connection.execute  # type: ignore[union-attr]
        parts = parts_of(group)
        try:
            execute("BEGIN IMMEDIATE")
            parts = [held for part in parts for held in self._run_in_savepoint(connection, part)]
            execute("COMMIT")
        except Exception as failure:  # noqa: BLE001 - the disk is full, the file is locked: everyone hears it
            for part in parts:
                part.fail(failure)
            if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                # Should even this fail, the next group hears of it: the writer must not die.
                with contextlib.suppress(sqlite3.Error):
                    execute("ROLLBACK")
        self._answer(parts)

    def _run_in_savepoint(self, connection: Connection, part: Part) -> list[Part]:
        """Runs a part; where it fails as a whole, each of its calls by itself. Returns what was run."""
        execute = connection.connection.dbapi_connection.execute  # type: ignore[union-attr]
        execute("SAVEPOINT act")
        self._run_part(connection, part)
        if part.failure is not None:
            execute("ROLLBACK TO act")
        execute("RELEASE act")
        if part.failure is None or len(part.waiting) == 1:
            return [part]
        return [held for one in part.alone() for held in self._run_in_savepoint(connection, one)]

    # -- PostgreSQL: a transaction an act ------------------------------------------------------------------

    def _write_one_by_one(self) -> None:
        connection: Connection | None = None
        while (waiting := self._queue.get()) is not None:
            part = Part([waiting])
            for _ in range(TRIES):
                waiting.error = None
                connection = self._commit_one(connection, part)
                if not _may_be_tried_again(waiting.error):
                    break
            self._answer([part])
        self._queue.put(None)
        if connection is not None:
            connection.close()

    def _commit_one(self, connection: Connection | None, part: Part) -> Connection | None:
        """Runs and commits one act; returns the connection to go on with, None when it was lost."""
        try:
            connection = _begun(connection, self._database.writer, "BEGIN")
            self._run_part(connection, part)
            connection.exec_driver_sql("COMMIT" if part.failure is None else "ROLLBACK")
        except Exception as failure:  # noqa: BLE001 - the server went away: who waits hears it, others go on
            part.fail(failure)
            if connection is not None:
                _drop(connection)
            return None
        return connection

    # -- both ------------------------------------------------------------------------------------------------

    def _run_part(self, connection: Connection, part: Part) -> None:
        tx = Transaction(connection, self.house, self.clock())
        try:
            part.run(tx)
        finally:
            tx.dispose()

    def _answer(self, parts: list[Part]) -> None:
        grown: dict[str, int] = {}
        loops: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        for part in parts:
            for after in part.after_commit:
                after()
            for session_id, number in part.grown.items():
                grown[session_id] = max(number, grown.get(session_id, 0))
            for waiting in part.waiting:
                loops.setdefault(waiting.loop, []).append(waiting)
        for loop, ready in loops.items():
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle, ready)
        if grown:
            self._tell(grown)

    def _tell(self, grown: dict[str, int]) -> None:
        """A lost hint costs a moment; a writer that dies of a listener's fault costs the session."""
        try:
            self._publish(grown)
        except Exception:
            log.exception("nobody could be told that sessions have grown")

    async def close(self) -> None:
        """Lets the acts that wait finish, then stops the threads."""
        self._closed = True
        self._queue.put(None)
        loop = asyncio.get_running_loop()
        for thread in self._writers:
            await loop.run_in_executor(None, thread.join, 30)
        self._readers.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._database.dispose()


def _begun(kept: Connection | None, connect: Callable[[], Connection], begin: str) -> Connection:
    """A connection with its transaction begun: the one at hand, or a new one where that has been cut."""
    if kept is not None:
        try:
            kept.exec_driver_sql(begin)
        except SQLAlchemyError:
            _drop(kept)
        else:
            return kept
    connection = connect()
    try:
        connection.exec_driver_sql(begin)
    except SQLAlchemyError:
        _drop(connection)
        raise
    return connection


def _drop(connection: Connection) -> None:
    """Lets go of a connection that has failed."""
    with contextlib.suppress(SQLAlchemyError):
        connection.invalidate()
    with contextlib.suppress(SQLAlchemyError):
        connection.close()


def _settle(ready: list[Waiting]) -> None:
    for waiting in ready:
        waiting.settle()


def _may_be_tried_again(error: BaseException | None) -> bool:
    """Serialization failure, deadlock: nothing happened, so the act may simply run again."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state in {"40001", "40P01"}
