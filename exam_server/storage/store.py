"""The only place that commits: acts go in, facts come out, and only durable ones are told.

SQLite: one writer thread takes the acts that wait, runs each inside a savepoint, commits once for all with
`synchronous=FULL`, and only then answers every one of them. PostgreSQL: the same acts run on a small pool of
threads, one connection each, and a serialization failure or a deadlock is tried again.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from exam_server.storage.engines import Database
from exam_server.storage.house import House
from exam_server.storage.transaction import Reading, Transaction

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


@dataclass
class _Waiting:
    """An act in the queue, and who waits for it."""

    act: Callable[[Transaction], Any]
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    asked_at: datetime
    result: Any = None
    error: BaseException | None = None
    grown: dict[str, int] | None = None
    after: list[Callable[[], None]] | None = None


class Store:
    """Runs acts and read models. Acts: `await store.run(act, ...)`; reads: `await store.read(query, ...)`."""

    def __init__(self, database: Database, house: House, clock: Clock, publish: Publish) -> None:
        self.house = house
        self.clock = clock
        self._database = database
        self._publish = publish
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
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
        if self._closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Waiting(lambda tx: act(tx, *args, **kwargs), future, loop, self.clock()))
        return await future

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

    def _commit_group(self, connection: Connection, group: list[_Waiting]) -> None:
        execute = connection.connection.dbapi_connection.execute  # type: ignore[union-attr]
        try:
            execute("BEGIN IMMEDIATE")
            for waiting in group:
                execute("SAVEPOINT act")
                self._run_act(connection, waiting)
                if waiting.error is not None:
                    execute("ROLLBACK TO act")
                execute("RELEASE act")
            execute("COMMIT")
        except Exception as failure:  # noqa: BLE001 - the disk is full, the file is locked: everyone hears it
            for waiting in group:
                waiting.error = waiting.error or failure
                waiting.grown = None
            if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                # Should even this fail, the next group hears of it: the writer must not die.
                with contextlib.suppress(sqlite3.Error):
                    execute("ROLLBACK")
        self._answer(group)

    # -- PostgreSQL: a transaction an act ------------------------------------------------------------------

    def _write_one_by_one(self) -> None:
        connection: Connection | None = None
        while (waiting := self._queue.get()) is not None:
            for _ in range(TRIES):
                waiting.error = None
                connection = self._commit_one(connection, waiting)
                if not _may_be_tried_again(waiting.error):
                    break
            self._answer([waiting])
        self._queue.put(None)
        if connection is not None:
            connection.close()

    def _commit_one(self, connection: Connection | None, waiting: _Waiting) -> Connection | None:
        """Runs and commits one act; returns the connection to go on with, None when it was lost."""
        try:
            connection = _begun(connection, self._database.writer, "BEGIN")
            self._run_act(connection, waiting)
            connection.exec_driver_sql("COMMIT" if waiting.error is None else "ROLLBACK")
        except Exception as failure:  # noqa: BLE001 - the server went away: who waits hears it, others go on
            waiting.error = waiting.error or failure
            waiting.grown = None
            if connection is not None:
                _drop(connection)
            return None
        return connection

    # -- both ------------------------------------------------------------------------------------------------

    def _run_act(self, connection: Connection, waiting: _Waiting) -> None:
        tx = Transaction(connection, self.house, self.clock(), waiting.asked_at)
        try:
            waiting.result = waiting.act(tx)
            waiting.grown = tx.finish()
            waiting.after = tx.after_commit
        except Exception as error:  # noqa: BLE001 - it is raised where the act was asked for
            waiting.error = error
        finally:
            tx.dispose()

    def _answer(self, group: list[_Waiting]) -> None:
        grown: dict[str, int] = {}
        loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        for waiting in group:
            if waiting.error is None:
                for after in waiting.after or ():
                    after()
                for session_id, number in (waiting.grown or {}).items():
                    grown[session_id] = max(number, grown.get(session_id, 0))
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


def _settle(ready: list[_Waiting]) -> None:
    for waiting in ready:
        if waiting.future.cancelled():
            continue
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)


def _may_be_tried_again(error: BaseException | None) -> bool:
    """Serialization failure, deadlock: nothing happened, so the act may simply run again."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state in {"40001", "40P01"}
