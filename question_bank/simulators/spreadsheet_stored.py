"""A sheet and its goal as a bank keeps them in JSON."""

from decimal import Decimal

from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, flag, member, text, whole
from question_bank.simulators.spreadsheet import Scene, Sheet, Tool, area_name, area_of, place_name
from question_bank.simulators.spreadsheet_calculation import Place
from question_bank.simulators.spreadsheet_formula import Area
from question_bank.simulators.spreadsheet_goal import Goal, Listed, Trial, Values


def sheet_to_json(sheet: Sheet) -> JsonObject:
    scene = sheet.scene
    return {
        "columns": scene.columns,
        "rows": scene.rows,
        "cells": {place_name(place): raw for place, raw in sheet.raws.items()},
        "formats": [{"area": area_name(area), "pattern": pattern} for area, pattern in scene.formats],
        "locked": [area_name(area) for area in scene.locked],
        "editable": scene.editable,
        "tools": [tool.value for tool in Tool if tool in scene.tools],
    }


def sheet_from_json(value: Json) -> Sheet:
    cells = member(value, "cells")
    if not isinstance(cells, dict):
        raise BadJson("cells are not a mapping")
    formats = elements(member(value, "formats"))
    scene = Scene(
        whole(member(value, "columns")),
        whole(member(value, "rows")),
        tuple((_area(member(one, "area")), text(member(one, "pattern"))) for one in formats),
        tuple(_area(one) for one in elements(member(value, "locked"))),
        flag(member(value, "editable")),
        frozenset(Tool(text(tool)) for tool in elements(member(value, "tools"))),
    )
    return Sheet(scene, {_place(name): text(raw) for name, raw in cells.items()})


def goal_to_json(goal: Goal) -> JsonObject:
    return {
        "cells": _values_to_json(goal.cells),
        "empty": _places_to_json(goal.empty),
        "formulas": _places_to_json(goal.formulas),
        "trials": [
            {"set": _values_to_json(trial.inputs), "expect": _values_to_json(trial.expect)}
            for trial in goal.trials
        ],
        "order": _listed_to_json(goal.order),
        "visible": _listed_to_json(goal.visible),
        "unchanged": _places_to_json(goal.unchanged),
        "tolerance": str(goal.tolerance),
    }


def goal_from_json(value: Json) -> Goal:
    trials = elements(member(value, "trials"))
    return Goal(
        cells=_values(member(value, "cells")),
        empty=_places(member(value, "empty")),
        formulas=_places(member(value, "formulas")),
        trials=tuple(Trial(_values(member(one, "set")), _values(member(one, "expect"))) for one in trials),
        order=_listed(member(value, "order")),
        visible=_listed(member(value, "visible")),
        unchanged=_places(member(value, "unchanged")),
        tolerance=Decimal(text(member(value, "tolerance"))),
    )


def _area(value: Json) -> Area:
    found = area_of(text(value))
    if found is None:
        raise BadJson(f"not cells of a sheet: {value!r}")
    return found


def _place(value: Json) -> Place:
    area = _area(value)
    return area.left, area.top


def _places(value: Json) -> tuple[Place, ...]:
    return tuple(_place(one) for one in elements(value))


def _places_to_json(places: tuple[Place, ...]) -> list[Json]:
    return [place_name(place) for place in places]


def _values(value: Json) -> Values:
    pairs = (elements(pair) for pair in elements(value))
    return tuple((_place(name), text(raw)) for name, raw in pairs)


def _values_to_json(values: Values) -> list[Json]:
    """A list, because the order of writing is kept."""
    return [[place_name(place), raw] for place, raw in values]


def _listed(value: Json) -> Listed | None:
    if value is None:
        return None
    values = tuple(text(one) for one in elements(member(value, "values")))
    return Listed(_area(member(value, "range")), whole(member(value, "column")), values)


def _listed_to_json(listed: Listed | None) -> Json:
    if listed is None:
        return None
    return {"range": area_name(listed.area), "column": listed.column, "values": list(listed.values)}
