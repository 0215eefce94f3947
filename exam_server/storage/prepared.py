"""Statements of the hot path: SQLAlchemy Core, compiled once a dialect, run on the driver itself.

Compiling and result-processing cost SQLAlchemy some 60 us a statement; a response takes six statements.
Values go in and come out as the driver knows them: instants as microseconds, JSON as text.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import orjson
from sqlalchemy import ColumnElement, Executable, Select, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a SQLModel class."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


Value = int | str | bytes | bool | None
Row = tuple[Any, ...]


class Cursor(Protocol):
    """What sqlite3 and psycopg share."""

    def execute(self, sql: str, parameters: Any, /) -> object:
        """Runs one statement."""
        ...

    def fetchall(self) -> list[Row]:
        """The rows of the last statement."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        ...


class Prepared:
    """One statement, with `bindparam` for each value; compiled when a dialect first meets it."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Sequence[str] | None, dict[str, Any]]] = {}

    def _for(self, dialect: Dialect) -> tuple[str, Sequence[str] | None, dict[str, Any]]:
        known = self._compiled.get(dialect.name)
        if known is None:
            compiled = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
            assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what every Executable compiles to
            constants = {
                name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
            }
            known = (str(compiled), compiled.positiontup, constants)
            self._compiled[dialect.name] = known
        return known

    def run(self, cursor: Cursor, dialect: Dialect, values: Mapping[str, Value]) -> None:
        """Executes with these values."""
        sql, order, constants = self._for(dialect)
        full = {**constants, **values} if constants else values
        cursor.execute(sql, full if order is None else [full[name] for name in order])


class PreparedMany:
    """One statement over many rows: its head, a group of placeholders for each row, its tail.

    The driver gives up the interpreter's lock at every row that a statement steps over, and waits to get it
    back from the thread that answers requests. One step for many rows is worth more than all else here.
    """

    MOST_ROWS = 64

    def __init__(self, head: str | Executable, width: int, tail: str = "", *, before: str = "") -> None:
        self._head, self._width, self._before, self._tail = head, width, before, tail
        self._texts: dict[tuple[str, int], str] = {}

    @classmethod
    def insert(cls, table: Table, columns: Sequence[str], replacing: Sequence[str] = ()) -> "PreparedMany":
        """New rows. `replacing` names a key: the row that has it already gets the other columns' values."""
        new = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in replacing)
        tail = f" ON CONFLICT ({', '.join(replacing)}) DO UPDATE SET {new}" if replacing else ""
        head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608 - our own tables' names
        return cls(head, len(columns), tail)

    @classmethod
    def where_in(cls, statement: Executable, column: ColumnElement[Any]) -> "PreparedMany":
        """A statement without parameters of its own, about the rows where this column is one of many keys."""
        return cls(statement, 1, ")", before=f" WHERE {column} IN (")

    def run(self, cursor: Cursor, dialect: Dialect, rows: Sequence[Sequence[Value]]) -> Iterator[int]:
        """Executes, batch by batch; gives how many rows went into each."""
        start = 0
        while start < len(rows):
            # Powers of two, so that a handful of texts is prepared once and serves any number.
            size = min(self.MOST_ROWS, 1 << ((len(rows) - start).bit_length() - 1))
            batch = rows[start : start + size]
            cursor.execute(self._text(dialect, size), [value for row in batch for value in row])
            yield size
            start += size

    def rows(self, cursor: Cursor, dialect: Dialect, keys: Sequence[str]) -> list[Row]:
        """The rows of a reading statement for these keys, in no order.

        SQLite gives them as one row of JSON: stepping over each would give up the lock as often.
        """
        found: list[Row] = []
        for _ in self.run(cursor, dialect, [(key,) for key in keys]):
            rows = cursor.fetchall()
            found += orjson.loads(rows[0][0]) if dialect.name == "sqlite" else rows
        return found

    def _text(self, dialect: Dialect, size: int) -> str:
        known = self._texts.get((dialect.name, size))
        if known is None:
            mark = "?" if dialect.paramstyle == "qmark" else "%s"
            group = ", ".join([mark] * self._width)
            groups = ", ".join([group if self._before else f"({group})"] * size)
            known = f"{_sql(self._head, dialect)}{self._before}{groups}{self._tail}"
            if isinstance(self._head, Select) and dialect.name == "sqlite":
                known = _as_one_row(known, len(self._head.selected_columns))
            self._texts[dialect.name, size] = known
        return known


def _as_one_row(statement: str, width: int) -> str:
    """A query whose one value is a JSON array with an array for each row of `statement`."""
    names = [f"c{place}" for place in range(width)]
    rows = f"rows({', '.join(names)}) AS ({statement})"
    return f"WITH {rows} SELECT json_group_array(json_array({', '.join(names)})) FROM rows"  # noqa: S608 - made of our own statements


def _sql(statement: str | Executable, dialect: Dialect) -> str:
    """The text of a statement whose constants are written out in it."""
    if isinstance(statement, str):
        return statement
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
