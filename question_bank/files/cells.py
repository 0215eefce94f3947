"""Cells of a table: texts, exact numbers, dates and formulas, as they are authored and as they are stored."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import yaml

from question_bank.files.formulas import BadFormula, open_formula
from question_bank.files.written import TAG, a_number_or_text, as_moment, is_null, scalar_text
from question_bank.item_types.authored import DateNode, Fields
from question_bank.item_types.jsonvalues import BadJson, Json, elements, text
from question_bank.typography import Phrase

MAX_CELL = 1000
MAX_DIGITS = 15

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")


class ColumnKind(StrEnum):
    AUTO = "auto"
    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"


class CellKind(StrEnum):
    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)  # a bank in use holds hundreds of thousands of them
class Cell:
    """`written` is the text, the number with a point, the ISO date, or what a formula is known to give."""

    kind: CellKind = CellKind.EMPTY
    written: str = ""
    formula: str = ""

    def to_json(self) -> Json:
        """A text is itself and nothing is null: most of a table is these."""
        if self.kind is CellKind.EMPTY:
            return None
        if self.kind is CellKind.TEXT:
            return self.written
        return [self.kind.value, self.written, *([self.formula] if self.formula else [])]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls(CellKind.TEXT, value)
        parts = [text(part) for part in elements(value)]
        kind = CellKind(parts[0]) if parts else CellKind.EMPTY
        if len(parts) != (3 if kind is CellKind.FORMULA else 2):
            raise BadJson(f"not a cell: {value!r}")
        return cls(kind, *parts[1:])


EMPTY = Cell()

_REMEDIES = {
    ColumnKind.AUTO: Phrase("écrivez un nombre ou un texte"),
    ColumnKind.TEXT: Phrase("écrivez un texte, entre guillemets si besoin"),
    ColumnKind.WHOLE: Phrase("écrivez un nombre entier"),
    ColumnKind.DECIMAL: Phrase("écrivez un nombre avec un point décimal"),
    ColumnKind.DATE: Phrase('écrivez "2024-05-03" ou "2024-05-03 14:25", de 1980 à 2099'),
}


def cell_of(fields: Fields, name: str, node: yaml.Node, kind: ColumnKind, *, formulas: bool) -> Cell | None:
    """The cell at a node; None after a problem was noted."""
    if formulas and isinstance(node, yaml.MappingNode):
        return _formula_cell(fields, name, node)
    if is_null(node):
        return EMPTY
    if isinstance(node, DateNode) and kind is not ColumnKind.TEXT:
        return Cell(CellKind.DATE, node.day.isoformat())
    written = scalar_text(node)
    found = None if written is None or len(written) > MAX_CELL else _typed(written, kind, node.tag)
    if found is None:
        fields.refuse(name, node, _REMEDIES[kind])
    return found


def _typed(written: str, kind: ColumnKind, tag: str) -> Cell | None:
    if written == "":
        return EMPTY
    if kind is ColumnKind.TEXT:
        return Cell(CellKind.TEXT, written)
    if kind is ColumnKind.DATE:
        return Cell(CellKind.DATE, written) if as_moment(written) else None
    is_number = bool((_WHOLE if kind is ColumnKind.WHOLE else _NUMBER).fullmatch(written))
    is_number = is_number and sum(char.isdigit() for char in written) <= MAX_DIGITS
    if kind is ColumnKind.AUTO and (tag not in {TAG + "int", TAG + "float"} or not is_number):
        return Cell(CellKind.TEXT, written)
    return Cell(CellKind.NUMBER, written) if is_number else None


def _formula_cell(fields: Fields, name: str, node: yaml.MappingNode) -> Cell | None:
    section = fields.section_at(name, node)
    if section is None:
        return None
    formula = section.text("formula", MAX_CELL)
    value = a_number_or_text(section, "value", MAX_CELL)
    section.close()
    try:
        open_formula(formula)
    except BadFormula as bad:
        section.note("formula", bad.problem, Phrase("voyez les fonctions et les références admises"))
        return None
    return Cell(CellKind.FORMULA, value, formula)


def is_number(written: str) -> bool:
    return bool(_NUMBER.fullmatch(written))
