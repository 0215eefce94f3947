"""What a sheet must have become: values, formulas that follow their inputs, order, visible rows."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from question_bank.simulators.spreadsheet import Sheet
from question_bank.simulators.spreadsheet_calculation import Place, is_formula
from question_bank.simulators.spreadsheet_formula import Area, parsed
from question_bank.simulators.spreadsheet_values import (
    SHOWN_DECIMALS,
    Fault,
    Number,
    Value,
    clean,
    plain,
    rounded,
    shown,
    typed,
)

Values: TypeAlias = tuple[tuple[Place, str], ...]


@dataclass(frozen=True)
class Trial:
    """Other inputs, and what the finished sheet must make of them."""

    inputs: Values
    expect: Values


@dataclass(frozen=True)
class Listed:
    """What a column of some rows must show."""

    area: Area
    column: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Goal:
    cells: Values = ()
    empty: tuple[Place, ...] = ()
    formulas: tuple[Place, ...] = ()
    trials: tuple[Trial, ...] = ()
    order: Listed | None = None
    visible: Listed | None = None
    unchanged: tuple[Place, ...] = ()
    tolerance: Decimal = Decimal(0)

    def is_reached(self, start: Sheet, sheet: Sheet) -> bool:
        return (
            self._shows(sheet, self.cells)
            and all(sheet.value(place) is None for place in self.empty)
            and all(computes(sheet, place) for place in self.formulas)
            and all(sheet.raw(place) == start.raw(place) for place in self.unchanged)
            and (self.order is None or self._in_order(self.order, start, sheet))
            and (self.visible is None or self._are_visible(self.visible, sheet))
            and all(
                self._shows(sheet.with_raws(cleaned(trial.inputs)), trial.expect) for trial in self.trials
            )
        )

    def _shows(self, sheet: Sheet, values: Values) -> bool:
        return all(self._is_worth(sheet.value(place), expected) for place, expected in values)

    def _is_worth(self, value: Value, expected: str) -> bool:
        return is_worth(value, expected, Fraction(self.tolerance))

    def _in_order(self, listed: Listed, start: Sheet, sheet: Sheet) -> bool:
        rows = range(listed.area.top, listed.area.bottom + 1)
        shown = all(
            self._is_worth(sheet.value((listed.column, row)), expected)
            for row, expected in zip(rows, listed.values, strict=True)
        )
        return shown and _typed_rows(start, start, listed.area) == _typed_rows(start, sheet, listed.area)

    def _are_visible(self, listed: Listed, sheet: Sheet) -> bool:
        rows = range(listed.area.top, listed.area.bottom + 1)
        visible = [sheet.value((listed.column, row)) for row in rows if not sheet.is_hidden(row)]
        if len(visible) != len(listed.values):
            return False
        for expected in listed.values:
            at = next((at for at, value in enumerate(visible) if self._is_worth(value, expected)), None)
            if at is None:
                return False
            del visible[at]
        return True

    def with_constants(self, sheet: Sheet) -> Sheet:
        """The sheet as somebody would have it who typed the results instead of computing them."""
        places = dict.fromkeys(place for trial in self.trials for place, _ in trial.expect)
        return sheet.with_raws({place: _constant(sheet.value(place)) for place in places})


def _constant(value: Value) -> str:
    """A text that is worth exactly this, as near as typing comes."""
    return plain(value.value) if isinstance(value, Number) else shown(value)


def computes(sheet: Sheet, place: Place) -> bool:
    """Whether the cell holds a formula that looks at a cell."""
    raw = sheet.raw(place)
    return is_formula(raw) and bool(parsed(raw).references)


def cleaned(values: Values) -> dict[Place, str]:
    return {place: clean(raw) for place, raw in values}


def is_worth(value: Value, expected: str, tolerance: Fraction) -> bool:
    """Numbers up to the tolerance, or to the decimals shown; texts whatever their case and blanks."""
    if isinstance(value, Fault):
        return value.value == expected
    if isinstance(value, str):
        return _bare(value) == _bare(clean(expected).removeprefix("'"))
    wanted = typed(clean(expected))
    if not isinstance(value, Number) or not isinstance(wanted, Number):
        return value is not None and value is wanted
    if tolerance:
        return abs(value.value - wanted.value) <= tolerance
    return rounded(value.value, SHOWN_DECIMALS) == rounded(wanted.value, SHOWN_DECIMALS)


def _bare(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _typed_rows(start: Sheet, sheet: Sheet, area: Area) -> Counter[tuple[str, ...]]:
    """The rows by what was typed in them at the start: formulas and columns to fill in may differ."""
    rows = range(area.top, area.bottom + 1)
    columns = [
        column
        for column in range(area.left, area.right + 1)
        if any(start.raw((column, row)) for row in rows)
        and not any(is_formula(start.raw((column, row))) for row in rows)
    ]
    return Counter(tuple(sheet.raw((column, row)) for column in columns) for row in rows)
