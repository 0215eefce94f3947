"""On PostgreSQL: several writers and workers, failures that are tried again, a server that goes away."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from exam_server.storage.store import TRIES, Store
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction
from tests.conftest import ON_POSTGRES
from tests.exam_server.storage.support import a_session, add, add_and_refuse, names, note, together
from tests.support.databases import Place, connect
from tests.support.log import check_log

pytestmark = pytest.mark.parametrize("database", [ON_POSTGRES], indirect=True)
Opener = Callable[[], Store]

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


def fail_with(tx: Transaction, state: str) -> None:
    """PostgreSQL itself raises this error."""
    tx.connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")


async def test_two_workers_let_one_log_grow_without_gaps(store: Store, another_store: Opener) -> None:
    session_id = await store.run(a_session)
    workers = [store, another_store()]
    acts = [workers[n % 2].run(note, session_id) for n in range(200)]
    refusals = [workers[n % 2].run(add_and_refuse, f"{n}") for n in range(20)]
    said = await together(*acts, *refusals)
    assert sorted(said[:200]) == list(range(3, 203))
    assert len(await store.read(check_log, session_id)) == 202


async def test_many_sessions_grow_at_once_on_two_workers(store: Store, another_store: Opener) -> None:
    ids = [await store.run(a_session, n) for n in range(1, 6)]
    workers = [store, another_store()]
    await asyncio.gather(*(workers[n % 2].run(note, ids[n % 5]) for n in range(250)))
    for session_id in ids:
        assert len(await store.read(check_log, session_id)) == 52


async def test_acts_on_different_sessions_do_not_wait_for_each_other(store: Store) -> None:
    first, second = await store.run(a_session, 1), await store.run(a_session, 2)
    loop = asyncio.get_running_loop()

    def note_while_another_is_noted(tx: Transaction) -> int:
        number = note(tx, first)
        asyncio.run_coroutine_threadsafe(store.run(note, second), loop).result(10)
        return number

    assert await store.run(note_while_another_is_noted) == 3


@pytest.mark.parametrize("state", [SERIALIZATION_FAILURE, DEADLOCK])
async def test_an_act_that_was_only_unlucky_is_run_again(store: Store, state: str) -> None:
    session_id = await store.run(a_session)
    tries: list[int] = []

    def unlucky(tx: Transaction) -> int:
        number = note(tx, session_id)
        tries.append(number)
        if len(tries) < TRIES:
            fail_with(tx, state)
        return number

    assert await store.run(unlucky) == 3
    assert tries == [3] * TRIES
    assert len(await store.read(check_log, session_id)) == 3


async def test_an_act_that_is_always_unlucky_says_so(store: Store) -> None:
    tries: list[int] = []

    def unlucky(tx: Transaction) -> None:
        tries.append(1)
        fail_with(tx, SERIALIZATION_FAILURE)

    with pytest.raises(DBAPIError):
        await store.run(unlucky)
    assert len(tries) == TRIES
    assert await store.run(add, "next") == "next"


async def test_any_other_error_is_not_tried_again(store: Store) -> None:
    tries: list[int] = []

    def wrong(tx: Transaction) -> None:
        tries.append(1)
        fail_with(tx, "22012")

    with pytest.raises(DBAPIError):
        await store.run(wrong)
    assert len(tries) == 1


async def test_of_two_acts_that_block_each_other_both_are_done(store: Store) -> None:
    first, second = await store.run(a_session, 1), await store.run(a_session, 2)
    both_have_one = threading.Barrier(2)
    tries: list[str] = []

    def crossing(tx: Transaction, one: str, other: str) -> None:
        tx.connection.exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")
        tries.append(one)
        note(tx, one)
        if len(tries) <= 2:
            both_have_one.wait(10)
        note(tx, other)

    await asyncio.gather(store.run(crossing, first, second), store.run(crossing, second, first))
    assert len(tries) > 2
    for session_id in (first, second):
        assert len(await store.read(check_log, session_id)) == 4


def refuse_at_commit(tx: Transaction, name: str) -> str:
    """Lets PostgreSQL fail when it commits, by a check that is put off until then."""
    tx.connection.exec_driver_sql(
        "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'not at the commit'; END $$"
    )
    tx.connection.exec_driver_sql(
        "CREATE CONSTRAINT TRIGGER no AFTER INSERT ON centre DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION pg_temp.no()"
    )
    return add(tx, name)


async def test_a_commit_that_fails_is_answered_with_the_error(store: Store) -> None:
    with pytest.raises(DBAPIError, match="not at the commit"):
        await store.run(refuse_at_commit, "lost")
    assert await store.run(add, "kept") == "kept"
    assert await store.read(names) == {"kept"}


def cut_all(database: Place) -> None:
    """The server ends every other connection to the database."""
    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def away(database: Place, server: str) -> Iterator[None]:
    """The server lets nobody into the database."""
    name = sql.Identifier(str(make_url(database.url).database))
    allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with connect(server) as admin:
        admin.execute(allow.format(name, sql.SQL("false")))
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [make_url(database.url).database],
        )
        try:
            yield
        finally:
            admin.execute(allow.format(name, sql.SQL("true")))


def cut_off(reading: Reading) -> None:
    """The server ends the connection in the middle."""
    reading.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_writer_whose_connection_is_cut_goes_on_with_a_new_one(store: Store) -> None:
    for _ in range(20):
        with pytest.raises(OperationalError):
            await store.run(cut_off)
    assert await asyncio.gather(*(store.run(add, f"{n}") for n in range(20))) == [f"{n}" for n in range(20)]


async def test_a_reader_whose_connection_is_cut_goes_on_with_a_new_one(store: Store) -> None:
    for _ in range(20):
        with pytest.raises(OperationalError):
            await store.read(cut_off)
    assert await store.read(names) == set()


async def test_connections_that_were_cut_while_idle_are_noticed_by_nobody(
    store: Store, database: Place
) -> None:
    await asyncio.gather(*(store.run(add, f"{n}") for n in range(40)))
    await asyncio.gather(*(store.read(names) for n in range(40)))
    cut_all(database)
    assert await asyncio.gather(*(store.run(add, f"again {n}") for n in range(40)))
    assert {len(seen) for seen in await asyncio.gather(*(store.read(names) for n in range(40)))} == {80}


async def test_while_the_server_is_away_acts_fail_and_when_it_is_back_they_succeed(
    store: Store, database: Place, postgres_server: str
) -> None:
    session_id = await store.run(a_session)
    with away(database, postgres_server):
        said = await together(*(store.run(note, session_id) for _ in range(30)))
        assert all(isinstance(error, DBAPIError) for error in said)
        assert isinstance((await together(store.read(names)))[0], DBAPIError)
    numbers = await asyncio.gather(*(store.run(note, session_id) for _ in range(30)))
    assert sorted(numbers) == list(range(3, 33))
    assert (await store.read(lambda r: r.get(Session, session_id))).log_number == 32
