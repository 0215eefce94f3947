"""Real databases for tests: a SQLite file for each test, and a PostgreSQL database of this run's own."""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

# They fill the metadata.
from exam_server.storage import (  # noqa: F401
    credential_tables,
    fraud_tables,
    rehearsal_tables,
    request_tables,
    results_tables,
    tables,
)
from exam_server.storage.engines import Database, open_database

VARIABLE = "PASSATION_TEST_POSTGRES"
LOOPBACK = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True)
class Place:
    """Where a test's database lies; every `open` is what one more worker would do."""

    url: str

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def file(self) -> Path:
        """The file of a SQLite database."""
        return Path(str(make_url(self.url).database))

    def open(self) -> Database:
        return _opened(self.url)

    def connect(self) -> psycopg.Connection:
        """A connection of the test's own to PostgreSQL, beside the server's."""
        return connect(self.url)


@cache
def _opened(url: str) -> Database:
    """Opened once a run: what is compiled for one test serves the next. Nothing stays connected."""
    return open_database(url)


def connect(url: str) -> psycopg.Connection:
    """A plain psycopg connection, in autocommit."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


def postgres_server() -> str | None:
    """The URL of a PostgreSQL server for tests: the one that is set, or the one on loopback, or None."""
    if url := os.environ.get(VARIABLE):
        return url
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", 5432)) != 0:
            return None
    try:
        connect(LOOPBACK).close()
    except psycopg.OperationalError:
        return None
    return LOOPBACK


@contextmanager
def new_postgres_database(server: str) -> Iterator[str]:
    """A database with an unused name; it is dropped at the end."""
    name = f"passation_test_{uuid.uuid4().hex[:12]}"
    with connect(server) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        # The tests are about the store's commits, not about the server's disk.
        admin.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with connect(server) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty(url: str) -> None:
    """Deletes every row of a PostgreSQL database; on small tables that is faster than TRUNCATE."""
    with connect(url) as connection, connection.transaction():
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


def renew_sqlite_file(template: Path, file: Path) -> str:
    """Puts a copy of an empty file with the newest schema in this place; returns its URL."""
    for rest in ("-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"
