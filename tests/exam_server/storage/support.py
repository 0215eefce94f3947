"""Small acts with which the tests of this folder try the store itself."""

import asyncio
import threading
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from exam_server.acts.identifiers import new_id
from exam_server.domain.errors import NotAllowed
from exam_server.domain.events import Event, EventKind
from exam_server.storage.store import Store
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading, Transaction
from tests.support.room import plan_and_register
from tests.support.school import enrol, found_school


def add(tx: Transaction, name: str) -> str:
    """Writes one row that nothing else depends on."""
    tx.orm.add(Centre(id=new_id(), uai=name, name=name))
    tx.orm.flush()
    return name


def add_and_refuse(tx: Transaction, name: str) -> str:
    """Writes a row, then says no."""
    add(tx, name)
    raise NotAllowed("no")


def add_orphan(tx: Transaction) -> None:
    """Breaks a reference in a way that only the commit finds out."""
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    tx.connection.exec_driver_sql(
        "INSERT INTO pupil_profile (pupil_id, levels, pix, certifiable, imported_at)"
        " VALUES ('nobody', '[]', '[]', 0, 0)"
    )


def names(reading: Reading) -> set[str]:
    """What `add` has written so far."""
    return set(reading.connection.exec_driver_sql("SELECT name FROM centre").scalars())


def a_session(tx: Transaction, number: int = 1) -> str:
    """A planned session of a school of its own, with one candidate."""
    school = found_school(tx, number)
    enrol(tx, school, 1, first=1000 * number)
    return plan_and_register(tx, school)


def note(tx: Transaction, session_id: str) -> int:
    """Records one more fact."""
    return tx.record(session_id, Event(EventKind.CONNECTION_LOST, "system"))


class Doorkeeper:
    """Keeps a SQLite store's one writer busy until it is told to let go, so that acts gather behind it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._busy = threading.Event()
        self._go = threading.Event()
        self._act: asyncio.Task[None] | None = None
        self.statements: list[str] = []

    async def __aenter__(self) -> "Doorkeeper":
        self._act = asyncio.create_task(self._store.run(self._wait))
        await asyncio.get_running_loop().run_in_executor(None, self._busy.wait, 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._go.set()
        assert self._act is not None
        with suppress(NotAllowed):
            await self._act

    def _wait(self, tx: Transaction) -> None:
        self._busy.set()
        assert self._go.wait(10)
        driver: Any = tx.connection.connection.dbapi_connection
        driver.set_trace_callback(self.statements.append)

    def let_go(self) -> None:
        self._go.set()

    @property
    def commits(self) -> int:
        """How often the writer has committed since it was let go."""
        return sum(1 for statement in self.statements if statement.startswith("COMMIT"))


async def together(*acts: Awaitable[Any]) -> list[Any]:
    """Results or refusals, in order."""
    return await asyncio.gather(*acts, return_exceptions=True)
