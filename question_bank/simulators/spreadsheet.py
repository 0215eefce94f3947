"""The sheet that candidates work in: its cells, and the acts that change it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode
from question_bank.simulators.acts import impossible, texts_of
from question_bank.simulators.spreadsheet_calculation import Place, calculated, is_formula
from question_bank.simulators.spreadsheet_criteria import FILTER_SIGNS, passes
from question_bank.simulators.spreadsheet_formula import Area, column_name, column_number, moved, parsed
from question_bank.simulators.spreadsheet_values import LONGEST_RAW, Value, clean, order_key, shown

MOST_COLUMNS, MOST_ROWS = 12, 60
# What all sorts and copies of one response may cost together: only hostile ones come near it.
MOST_WORK_IN_ALL = 60_000

_CELL = re.compile(r"([A-L])([1-9][0-9]?)")
_AREA = re.compile(r"([A-L][1-9][0-9]?)(?::([A-L][1-9][0-9]?))?")


class Tool(StrEnum):
    FILL = "fill"
    SORT = "sort"
    FILTER = "filter"


@dataclass(frozen=True)
class Scene:
    """What never changes in a sheet."""

    columns: int
    rows: int
    formats: tuple[tuple[Area, str], ...] = ()
    locked: tuple[Area, ...] = ()
    editable: bool = True
    tools: frozenset[Tool] = frozenset(Tool)

    def place(self, name: str) -> Place:
        """The cell of this name; raises BadResponse where the sheet has none."""
        area = self.area(name)
        if area.size > 1 or ":" in name:
            raise impossible()
        return area.left, area.top

    def area(self, name: str) -> Area:
        found = area_of(name)
        if found is None or found.right > self.columns or found.bottom > self.rows:
            raise impossible()
        return found

    def is_locked(self, place: Place) -> bool:
        return not self.editable or any(place in area for area in self.locked)

    def format_of(self, place: Place) -> str:
        return next((pattern for area, pattern in self.formats if place in area), "")


@dataclass(frozen=True)
class Filter:
    """Rows of the area below its first that fail a condition are not shown."""

    area: Area
    conditions: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Sheet:
    scene: Scene
    raws: Mapping[Place, str]
    filter: Filter | None = None
    work: int = field(default=0, compare=False)

    @cached_property
    def _calculated(self) -> tuple[dict[Place, Value], int]:
        return calculated(self.raws, self.scene.columns, self.scene.rows)

    @property
    def values(self) -> Mapping[Place, Value]:
        return self._calculated[0]

    @property
    def cost(self) -> int:
        return self._calculated[1]

    def raw(self, place: Place) -> str:
        return self.raws.get(place, "")

    def value(self, place: Place) -> Value:
        return self.values.get(place)

    def shown(self, place: Place) -> str:
        return shown(self.value(place), self.scene.format_of(place))

    def is_hidden(self, row: int) -> bool:
        found = self.filter
        if found is None or not found.area.top < row <= found.area.bottom:
            return False
        return not all(
            passes(self.value((column, row)), sign, operand) for column, sign, operand in found.conditions
        )

    def with_raws(self, changes: Mapping[Place, str]) -> "Sheet":
        raws = {place: raw for place, raw in {**self.raws, **changes}.items() if raw}
        return replace(self, raws=raws)


def place_name(place: Place) -> str:
    return f"{column_name(place[0])}{place[1]}"


def area_name(area: Area) -> str:
    first, last = place_name((area.left, area.top)), place_name((area.right, area.bottom))
    return first if first == last else f"{first}:{last}"


def area_of(name: str) -> Area | None:
    """The cells of "B2" or "B2:D9"; None where the name is not one of the largest sheet."""
    found = _AREA.fullmatch(name)
    if found is None:
        return None
    first, last = _place_of(found[1]), _place_of(found[2] or found[1])
    if first is None or last is None or first[0] > last[0] or first[1] > last[1]:
        return None
    return Area(*first, *last)


def _place_of(name: str) -> Place | None:
    found = _CELL.fullmatch(name)
    if found is None or int(found[2]) > MOST_ROWS:
        return None
    return column_number(found[1]), int(found[2])


def apply(sheet: Sheet, act: Act) -> Sheet:
    """The sheet after one act; raises BadResponse for one that is not possible."""
    verb = _VERBS.get(str(act[0]))
    if verb is None:
        raise impossible()
    return verb(sheet, act)


def _set(sheet: Sheet, act: Act) -> Sheet:
    name, raw = texts_of(act, 2)
    place = sheet.scene.place(name)
    if sheet.scene.is_locked(place):
        raise impossible()
    if len(raw) > LONGEST_RAW:
        raise BadResponse(BadResponseCode.TOO_LONG)
    return sheet.with_raws({place: clean(raw)})


def _fill(sheet: Sheet, act: Act) -> Sheet:
    _need(sheet, Tool.FILL)
    source, name = texts_of(act, 2)
    start, area = sheet.scene.place(source), sheet.scene.area(name)
    if any(sheet.scene.is_locked(place) for place in area.cells() if place != start):
        raise impossible()
    raw = sheet.raw(start)
    tired = _worked(sheet, area.size * _copying(raw))
    return tired.with_raws({place: _copied(raw, start, place) for place in area.cells()})


def _copying(raw: str) -> int:
    """What it costs to copy a cell."""
    return parsed(raw).work if is_formula(raw) else 1


def _worked(sheet: Sheet, work: int) -> Sheet:
    if sheet.work + work > MOST_WORK_IN_ALL:
        raise BadResponse(BadResponseCode.TOO_LARGE)
    return replace(sheet, work=sheet.work + work)


def _copied(raw: str, start: Place, end: Place) -> str:
    return moved(raw, end[0] - start[0], end[1] - start[1]) if is_formula(raw) else raw


def _sort(sheet: Sheet, act: Act) -> Sheet:
    """Whole rows of the area by one column; equals stay in order, empty cells come last either way."""
    _need(sheet, Tool.SORT)
    name, letter, order, header = texts_of(act, 4)
    area = sheet.scene.area(name)
    column = _column_in(area, letter)
    if order not in {"asc", "desc"} or header not in {"header", "no_header"}:
        raise impossible()
    tired = _worked(sheet, sheet.cost + sum(_copying(sheet.raw(place)) for place in area.cells()))
    rows = range(area.top + (header == "header"), area.bottom + 1)
    keys = {row: order_key(sheet.value((column, row))) for row in rows}
    filled = [row for row in rows if sheet.value((column, row)) is not None]
    empty = [row for row in rows if sheet.value((column, row)) is None]
    sources = [*sorted(filled, key=lambda row: keys[row], reverse=order == "desc"), *empty]
    changes = {}
    for row, source in zip(rows, sources, strict=True):
        for at in range(area.left, area.right + 1):
            changes[at, row] = _copied(sheet.raw((at, source)), (at, source), (at, row))
    return tired.with_raws(changes)


def _filter(sheet: Sheet, act: Act) -> Sheet:
    _need(sheet, Tool.FILTER)
    name, letter, sign, operand = texts_of(act, 4)
    area = sheet.scene.area(name)
    column = _column_in(area, letter)
    if sign not in FILTER_SIGNS:
        raise impossible()
    if len(operand) > LONGEST_RAW:
        raise BadResponse(BadResponseCode.TOO_LONG)
    kept = sheet.filter.conditions if sheet.filter is not None and sheet.filter.area == area else ()
    others = tuple(condition for condition in kept if condition[0] != column)
    return replace(sheet, filter=Filter(area, (*others, (column, sign, clean(operand)))))


def _clear_filter(sheet: Sheet, act: Act) -> Sheet:
    _need(sheet, Tool.FILTER)
    texts_of(act, 0)
    return replace(sheet, filter=None)


def _need(sheet: Sheet, tool: Tool) -> None:
    if tool not in sheet.scene.tools:
        raise impossible()


def _column_in(area: Area, letter: str) -> int:
    if not re.fullmatch("[A-L]", letter) or not area.left <= column_number(letter) <= area.right:
        raise impossible()
    return column_number(letter)


_VERBS: Mapping[str, Callable[[Sheet, Act], Sheet]] = {
    "set": _set,
    "fill": _fill,
    "sort": _sort,
    "filter": _filter,
    "clear_filter": _clear_filter,
}
