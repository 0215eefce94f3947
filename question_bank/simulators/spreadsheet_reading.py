"""A sheet and its goal from an item file: names of cells checked, values spread over their ranges."""

from decimal import Decimal

from question_bank.item_types.authored import Fields
from question_bank.simulators.spreadsheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    Scene,
    Tool,
    area_of,
    place_name,
)
from question_bank.simulators.spreadsheet_calculation import Place
from question_bank.simulators.spreadsheet_formula import Area, column_number
from question_bank.simulators.spreadsheet_goal import Goal, Listed, Trial, Values
from question_bank.simulators.spreadsheet_values import LONGEST_RAW, clean, is_pattern
from question_bank.typography import Phrase

MOST_CELLS = MOST_COLUMNS * MOST_ROWS
MOST_TRIALS = 10
LONGEST_TABLE = 12_000
LONGEST_NAME = 10
LONGEST_PATTERN = 20

Raws = dict[Place, str]


def read_cells(sheet: Fields) -> Raws:
    """What the sheet holds at the start."""
    raws: Raws = {}
    written = sheet.text("table", LONGEST_TABLE) if "table" in sheet or "cells" not in sheet else ""
    for row, line in enumerate(written.splitlines(), 1):
        for column, raw in enumerate(line.split("|"), 1):
            raws[column, row] = clean(raw)
    raws.update({place: clean(raw) for place, raw in read_values(sheet, "cells")})
    raws = {place: raw for place, raw in raws.items() if raw}
    outside = [place for place, raw in raws.items() if place[0] > MOST_COLUMNS or place[1] > MOST_ROWS]
    if outside:
        problem = Phrase("le tableau dépasse {columns} colonnes ou {rows} lignes", columns=12, rows=60)
        sheet.note("table", problem, Phrase("raccourcissez-le"))
    if any(len(raw) > LONGEST_RAW for raw in raws.values()):
        problem = Phrase("une cellule est trop longue")
        sheet.note("table", problem, Phrase("restez sous {longest}", longest=LONGEST_RAW + 1))
    return {} if outside else raws


def read_scene(sheet: Fields, raws: Raws, editable: bool, tools: frozenset[Tool]) -> Scene:
    used_columns = max((column for column, _ in raws), default=1)
    used_rows = max((row for _, row in raws), default=1)
    columns = sheet.whole("columns", used_columns, MOST_COLUMNS, min(used_columns + 1, MOST_COLUMNS))
    rows = sheet.whole("rows", used_rows, MOST_ROWS, min(used_rows + 2, MOST_ROWS))
    return Scene(columns, rows, _read_formats(sheet), read_areas(sheet, "locked"), editable, tools)


def _read_formats(sheet: Fields) -> tuple[tuple[Area, str], ...]:
    section = sheet.section("formats", required=False)
    if section is None:
        return ()
    found = []
    for name in section.names:
        area, pattern = _area(section, name, name), section.text(name, LONGEST_PATTERN)
        if pattern and not is_pattern(pattern):
            problem = Phrase("« {pattern} » n’est pas un format", pattern=pattern)
            section.note(name, problem, Phrase('écrivez par exemple "0,00 €", "0 %" ou "JJ/MM/AAAA"'))
        if area is not None:
            found.append((area, pattern))
    return tuple(found)


def read_areas(fields: Fields, name: str) -> tuple[Area, ...]:
    if name not in fields:
        return ()
    written = fields.texts(name, 1, MOST_CELLS, LONGEST_NAME)
    areas = (_area(fields, f"{name}[{place}]", text) for place, text in enumerate(written, 1))
    return tuple(area for area in areas if area is not None)


def _area(fields: Fields, field: str, written: str) -> Area | None:
    found = area_of(written)
    if found is None:
        problem = Phrase("« {name} » n’est pas une cellule ou une plage", name=written)
        fields.note(field, problem, Phrase("écrivez B2 ou B2:D9, de A1 à L60"))
    return found


def read_values(fields: Fields, name: str) -> Values:
    """A mapping of cells or ranges to a value for all, or to a list of values row by row."""
    section = fields.section(name, required=False)
    if section is None:
        return ()
    found: dict[Place, str] = {}
    for written in section.names:
        area = _area(section, written, written)
        texts = section.text_or_texts(written, MOST_CELLS, LONGEST_RAW)
        if area is None:
            continue
        if len(texts) not in {1, area.size}:
            problem = Phrase("{count} valeurs pour {size} cellules", count=len(texts), size=area.size)
            section.note(written, problem, Phrase("donnez une valeur par cellule, ou une seule"))
            continue
        spread = texts * area.size if len(texts) == 1 else texts
        found.update(zip(area.cells(), spread, strict=True))
    return tuple(found.items())


def read_goal(fields: Fields, scene: Scene) -> Goal:
    goal = Goal(
        cells=read_values(fields, "cells"),
        empty=_read_places(fields, "empty"),
        formulas=_read_places(fields, "formulas"),
        trials=_read_trials(fields),
        order=_read_listed(fields, "order", whole_range=True),
        visible=_read_listed(fields, "visible", whole_range=False),
        unchanged=_read_places(fields, "unchanged"),
        tolerance=fields.decimal("tolerance", Decimal(0)),
    )
    if goal.tolerance < 0:
        fields.note("tolerance", Phrase("la tolérance est négative"), Phrase("écrivez 0 ou plus"))
    _note_outside(fields, goal, scene)
    fields.close()
    return goal


def _read_places(fields: Fields, name: str) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for area in read_areas(fields, name) for place in area.cells()))


def _read_trials(fields: Fields) -> tuple[Trial, ...]:
    trials = []
    for section in fields.sections("trials", 1, MOST_TRIALS) if "trials" in fields else ():
        for name in ("set", "expect"):
            if name not in section:
                section.note(name, Phrase("ce champ manque"), Phrase("ajoutez-le"))
        trials.append(Trial(read_values(section, "set"), read_values(section, "expect")))
        section.close()
    return tuple(trials)


def _read_listed(fields: Fields, name: str, whole_range: bool) -> Listed | None:
    section = fields.section(name, required=False)
    if section is None:
        return None
    area = _area(section, "range", section.text("range", LONGEST_NAME))
    letter = section.text("column", 1)
    values = section.texts("values", 0, MOST_ROWS, LONGEST_RAW)
    section.close()
    if area is None or not letter:
        return None
    if not ("A" <= letter <= "L" and area.left <= column_number(letter) <= area.right):
        problem = Phrase("la colonne « {letter} » n’est pas dans la plage", letter=letter)
        section.note("column", problem, Phrase("écrivez la lettre d’une colonne de la plage"))
        return None
    rows = area.bottom - area.top + 1
    if whole_range and len(values) != rows:
        problem = Phrase("{count} valeurs pour {size} lignes", count=len(values), size=rows)
        section.note("values", problem, Phrase("donnez une valeur par ligne de la plage"))
        return None
    return Listed(area, column_number(letter), values)


def _note_outside(fields: Fields, goal: Goal, scene: Scene) -> None:
    trials = [place for trial in goal.trials for place, _ in (*trial.inputs, *trial.expect)]
    listed = [listed.area for listed in (goal.order, goal.visible) if listed is not None]
    places = [place for place, _ in goal.cells] + trials
    places += [*goal.empty, *goal.formulas, *goal.unchanged]
    places += [(area.right, area.bottom) for area in listed]
    outside = [place for place in places if place[0] > scene.columns or place[1] > scene.rows]
    if outside:
        problem = Phrase("« {name} » est hors de la feuille", name=place_name(outside[0]))
        fields.note("", problem, Phrase("agrandissez « columns » ou « rows »"))
