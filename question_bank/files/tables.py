"""A table of cells under named columns: what a CSV file is and what a spreadsheet has several of."""

from dataclasses import dataclass
from typing import Self

import yaml

from question_bank.files.cells import EMPTY, Cell, CellKind, ColumnKind, cell_of
from question_bank.files.written import a_text, one_of, scalar_text
from question_bank.item_types.authored import Fields, line_of
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text
from question_bank.typography import Phrase

MAX_ROWS = 2000
MAX_COLUMNS = 30
MAX_NAME = 80
_PROBLEMS_ARE_ENOUGH = 5


@dataclass(frozen=True)
class Column:
    name: str
    kind: ColumnKind = ColumnKind.AUTO
    hidden: bool = False

    def to_json(self) -> JsonObject:
        return {"name": self.name, "kind": self.kind.value, "hidden": self.hidden}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            text(member(value, "name")),
            ColumnKind(text(member(value, "kind"))),
            flag(member(value, "hidden")),
        )


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    header: bool = True

    @classmethod
    def read(cls, fields: Fields, *, of_a_sheet: bool) -> Self:
        """Columns, rows and header; formulas and hidden columns belong to sheets alone."""
        columns = _columns(fields, of_a_sheet=of_a_sheet)
        rows = _rows(fields, columns, formulas=of_a_sheet) if columns else ()
        return cls(columns, rows, fields.flag("header", True))

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows as they stand in the file, under their header where there is one."""
        names = tuple(Cell(CellKind.TEXT, column.name) for column in self.columns)
        return (names, *self.rows) if self.header else self.rows

    @property
    def cell_count(self) -> int:
        return (len(self.rows) + 1) * len(self.columns)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.written for line in self.lines for cell in line)

    def to_json(self) -> JsonObject:
        return {
            "columns": [column.to_json() for column in self.columns],
            "rows": [[cell.to_json() for cell in row] for row in self.rows],
            "header": self.header,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            tuple(Column.from_json(column) for column in elements(member(value, "columns"))),
            tuple(
                tuple(Cell.from_json(cell) for cell in elements(row))
                for row in elements(member(value, "rows"))
            ),
            flag(member(value, "header")),
        )


def _columns(fields: Fields, *, of_a_sheet: bool) -> tuple[Column, ...]:
    node = fields.node("columns")
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode) or not 1 <= len(node.value) <= MAX_COLUMNS:
        fields.refuse("columns", node, Phrase("écrivez 1 à {most} colonnes", most=MAX_COLUMNS))
        return ()
    found = [
        _column(fields, f"columns[{place}]", each, of_a_sheet) for place, each in enumerate(node.value, 1)
    ]
    columns = tuple(column for column in found if column is not None)
    if len({column.name for column in columns}) != len(columns):
        fields.note("columns", Phrase("deux colonnes ont le même nom"), Phrase("renommez-en une"))
    return columns if len(columns) == len(node.value) else ()


def _column(fields: Fields, name: str, node: yaml.Node, of_a_sheet: bool) -> Column | None:
    if isinstance(node, yaml.MappingNode):
        section = fields.section_at(name, node)
        if section is None:
            return None
        column = Column(
            a_text(section, "name", MAX_NAME, required=True),
            one_of(section, "kind", ColumnKind.AUTO),
            section.flag("hidden", False) if of_a_sheet else False,
        )
        section.close()
        return column if column.name else None
    written = scalar_text(node)
    if not written or len(written) > MAX_NAME:
        fields.refuse(name, node, Phrase("écrivez le nom de la colonne"))
        return None
    return Column(written)


def _rows(fields: Fields, columns: tuple[Column, ...], *, formulas: bool) -> tuple[tuple[Cell, ...], ...]:
    node = fields.node("rows")
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode) or not 1 <= len(node.value) <= MAX_ROWS:
        fields.refuse("rows", node, Phrase("écrivez 1 à {most} lignes", most=MAX_ROWS))
        return ()
    rows: list[tuple[Cell, ...]] = []
    wrong = 0
    for place, each in enumerate(node.value, 1):
        row = _row(fields, f"rows[{place}]", each, columns, formulas)
        if row is None:
            wrong += 1
            if wrong == _PROBLEMS_ARE_ENOUGH:
                break
        else:
            rows.append(row)
    return tuple(rows)


def _row(
    fields: Fields, name: str, node: yaml.Node, columns: tuple[Column, ...], formulas: bool
) -> tuple[Cell, ...] | None:
    """One row, whichever way it was written; None after a problem was noted."""
    if isinstance(node, yaml.MappingNode):
        by_name = {str(key.value): value for key, value in node.value}
        unknown = [each for each in by_name if each not in {column.name for column in columns}]
        if unknown or len(by_name) != len(node.value):
            problem = Phrase("« {name} » n’est pas une colonne", name=(unknown or ["?"])[0])
            fields.note(
                name, problem, Phrase("écrivez les noms des colonnes, chacun une fois"), line_of(node)
            )
            return None
        nodes = [by_name.get(column.name) for column in columns]
    elif isinstance(node, yaml.SequenceNode) and len(node.value) == len(columns):
        nodes = list(node.value)
    else:
        fields.refuse(name, node, Phrase("écrivez {count} cellules", count=len(columns)))
        return None
    cells = [
        EMPTY
        if each is None
        else cell_of(fields, f"{name}.{column.name}", each, column.kind, formulas=formulas)
        for each, column in zip(nodes, columns, strict=True)
    ]
    found = tuple(cell for cell in cells if cell is not None)
    return found if len(found) == len(cells) else None
