"""The schema: from nothing to the newest, on both databases, and the same as the tables say."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from exam_server.storage.engines import MIGRATIONS, Database, open_database
from tests.conftest import ON_POSTGRES, ON_SQLITE
from tests.support.databases import Place, new_postgres_database

OPENED_WITHOUT_RULES = (
    "INSERT INTO session (id, centre_id, code, room, date, starts_at, rows, columns, state, created_by,"
    " secret, banned, log_number, log_hash)"
    " VALUES ('s', 'c', 'BCDFGH', 'B12', '2026-05-12', 0, 5, 6, 'open', 'h', '', '[]', 0, '')"
)


def newest_revision() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


@pytest.fixture(params=[ON_SQLITE, ON_POSTGRES])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    with new_postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.dispose()


def test_an_empty_database_is_brought_to_the_newest_schema(empty_url: str) -> None:
    with opened(empty_url) as database, database.reader() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest_revision()
        assert set(SQLModel.metadata.tables) < set(inspect(connection).get_table_names())


def test_the_migrated_schema_is_what_the_tables_say(database: Place) -> None:
    with opened(database.url) as opened_one, opened_one.reader() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_opening_a_database_again_changes_nothing(database: Place) -> None:
    with opened(database.url) as first, first.writer() as connection:
        connection.exec_driver_sql("INSERT INTO centre (id, uai, name) VALUES ('c', '0990001X', 'Collège')")
    with opened(database.url) as second, second.reader() as connection:
        assert connection.exec_driver_sql("SELECT name FROM centre").scalar() == "Collège"


def test_a_session_opened_before_its_rules_were_written_is_kept_without_rules(empty_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(empty_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO centre (id, uai, name) VALUES ('c', '0990001X', 'Collège')")
        connection.exec_driver_sql(OPENED_WITHOUT_RULES)
    engine.dispose()
    with opened(empty_url) as database, database.reader() as connection:
        assert connection.exec_driver_sql("SELECT room, rules FROM session").all() == [("B12", None)]


def test_two_workers_that_start_at_once_bring_the_schema_up_to_date_once(postgres_server: str) -> None:
    code = "import sys; from exam_server.storage.engines import open_database; open_database(sys.argv[1])"
    with new_postgres_database(postgres_server) as url:
        workers = [Popen([sys.executable, "-c", code, url], stderr=PIPE) for _ in range(2)]
        said = [worker.communicate(timeout=60)[1] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], said
        with opened(url) as database, database.reader() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == newest_revision()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO centre (id, uai, name) VALUES ('c', '0990001X', 'another with this identifier')",
        "INSERT INTO centre (id, uai, name) VALUES ('d', '0990001X', 'another with this UAI')",
        "INSERT INTO pupil_profile (pupil_id, levels, pix, certifiable, imported_at)"
        " VALUES ('nobody', '[]', '[]', 0, 0)",
    ],
)
def test_the_database_itself_refuses_doubles_and_orphans(database: Place, statement: str) -> None:
    with opened(database.url) as opened_one, opened_one.writer() as connection:
        connection.exec_driver_sql("INSERT INTO centre (id, uai, name) VALUES ('c', '0990001X', 'Collège')")
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql(statement)


def test_sqlite_syncs_every_commit_and_checks_references(on_sqlite: Place) -> None:
    with opened(on_sqlite.url) as database, database.writer() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
