"""A whole SQLite database as rows: to tell whether anything has changed, and to put it back as it was."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

Rows = Mapping[str, list[tuple[object, ...]]]
"""By table, in an order that does not depend on how they were written."""


def rows_of(file: Path) -> Rows:
    """Every row of every table that has been committed."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for (name,) in tables.fetchall()
        }


def changed(before: Rows, after: Rows) -> list[str]:
    """The tables that are no longer the same."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def put_back(file: Path, rows: Rows, tables: list[str]) -> None:
    """Makes these tables what they were; what the server holds open sees it as one more commit."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        for name in tables:
            connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
            if rows[name]:
                marks = ", ".join("?" * len(rows[name][0]))
                connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows[name])  # noqa: S608
        connection.execute("COMMIT")
