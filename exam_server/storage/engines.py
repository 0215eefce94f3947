"""The two databases: how each is opened, and how its schema is brought up to date."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x50415353  # any number that nothing else on the server uses


@dataclass(frozen=True)
class Database:
    """An opened database. Connections are in autocommit: the store says BEGIN and COMMIT itself."""

    engine: Engine
    is_sqlite: bool
    writer_threads: int
    reader_threads: int

    @property
    def begin_reading(self) -> str:
        """A read model sees one moment of the database."""
        return "BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def writer(self) -> Connection:
        """A connection for one writer thread."""
        return self.engine.connect()

    def reader(self) -> Connection:
        """A connection for one reader thread."""
        return self.engine.connect()

    def dispose(self) -> None:
        """Closes what is open."""
        self.engine.dispose()


def open_database(url: str, writer_threads: int = 8, reader_threads: int = 4) -> Database:
    """Opens `sqlite:///FILE` or `postgresql+psycopg://…`, with its schema brought up to date."""
    is_sqlite = url.startswith("sqlite")
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        # What a statement was given (names, answers) does not belong into an error's text, nor into a log.
        hide_parameters=True,
        connect_args=_SQLITE if is_sqlite else {},
    )
    if is_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
    _migrate(engine, is_sqlite)
    return Database(engine, is_sqlite, 1 if is_sqlite else writer_threads, reader_threads)


_SQLITE = {"check_same_thread": False, "timeout": 30.0, "cached_statements": 512}


def _set_up_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine, is_sqlite: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        if not is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})")
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        finally:
            if not is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})")
