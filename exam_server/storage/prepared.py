"""Statements of the hot path: SQLAlchemy Core, compiled once a dialect, run on the driver itself.

Compiling and result-processing cost SQLAlchemy some 60 us a statement; a response takes six statements.
Values go in and come out as the driver knows them: instants as microseconds, JSON as text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable, Table
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

    def executemany(self, sql: str, parameters: Any, /) -> object:
        """Runs one statement for each set of values."""
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

    def run_many(self, cursor: Cursor, dialect: Dialect, rows: Iterable[Mapping[str, Value]]) -> None:
        """Executes once for each set of values."""
        sql, order, constants = self._for(dialect)
        full = [{**constants, **row} for row in rows]
        cursor.executemany(sql, full if order is None else [[row[name] for name in order] for row in full])
