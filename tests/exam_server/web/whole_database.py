"""A whole SQLite database as rows: to tell whether anything has changed, and to put it back as it was."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

Rows = Mapping[str, Counter[tuple[object, ...]]]
"""By table, how often each row is there: in whatever order they were written."""


def rows_of(file: Path) -> Rows:
    """Every row of every table that has been committed."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: Counter(connection.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
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
            if kept := list(rows[name].elements()):
                marks = ", ".join("?" * len(kept[0]))
                connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', kept)  # noqa: S608
        connection.execute("COMMIT")
