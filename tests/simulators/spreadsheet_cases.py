"""Makes spreadsheet_cases.json: formulas and acts, by hand and by chance, with what they give.

Formulas by hand carry the results that spreadsheets show; all other results are the Python machine's.
`python -m tests.simulators.spreadsheet_cases` writes the file anew.
"""

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.responses import Act, BadResponse
from question_bank.simulators.spreadsheet import Scene, Sheet, Tool, apply, place_name
from question_bank.simulators.spreadsheet_stored import sheet_from_json, sheet_to_json
from question_bank.simulators.spreadsheet_values import clean, shown, typed

HERE = Path(__file__).parent
CASES = HERE / "spreadsheet_cases.json"
SEED = 20_260
RANDOM_FORMULAS = 150
RANDOM_SEQUENCES = 60
LONGEST_SEQUENCE = 12

Thing = TypeVar("Thing")

LITERALS = (
    ("12", ""), ("-3,5", ""), ("12.50", ""), ("1 250", ""), ("1\u202f250,75", ""), ("12 34", ""), ("+4", ""),
    ("\u22123", ""), (",5", ""), ("5,", ""), ("12,5 %", ""), ("50%", ""), ("24,9 €", ""), ("1,2,3", ""),
    ("1e5", ""), ("0612", ""), ("'0612", ""), ("1234567890123456", ""), ("0,123456789012345", ""),
    ("05/03/2025", ""), ("5/3/25", ""), ("31/12/99", ""), ("29/02/2024", ""), ("29/02/2023", ""),
    ("31-12-2025", ""), ("1/13/2025", ""), ("vrai", ""), ("FALSE", ""), ("  texte  ", ""), ("=", ""),
    ("%", ""),
    ("1234,567", "0"), ("1234,565", "0,00"), ("1234567,891", "# ##0,00"), ("-1234,5", "# ##0"),
    ("12", "0,00 €"),
    ("0,125", "0 %"), ("0,125", "0,0 %"), ("-0,001", "0,00"), ("45721", "JJ/MM/AAAA"), ("-5", "JJ/MM/AAAA"),
    ("999", "# ##0"), ("1000", "# ##0 kg"), ("texte", "0,00"), ("5 %", "0,00"), ("05/03/2025", "0"),
)  # fmt: skip

ACTS_BY_HAND: tuple[tuple[Act, ...], ...] = (
    (("set", "D2", "=B2*C2"), ("fill", "D2", "D3:D6")),
    (("set", "D2", "=B2*$C$2"), ("fill", "D2", "D3:D6"), ("set", "C2", "3")),
    (("set", "D2", "=B$2+$C2"), ("fill", "D2", "D2:F6")),
    (("set", "B6", "=A6"), ("fill", "B6", "A1:B5")),
    (("fill", "A2", "A3:A6"),),
    (("fill", "F6", "A2:A6"),),
    (("sort", "A1:C6", "B", "asc", "header"),),
    (("sort", "A1:C6", "B", "desc", "header"),),
    (("sort", "A1:C6", "A", "asc", "no_header"),),
    (("set", "D2", "=B2*C2"), ("fill", "D2", "D3:D6"), ("sort", "A1:D6", "D", "desc", "header")),
    (("set", "B4", ""), ("sort", "A2:C6", "B", "desc", "no_header")),
    (("filter", "A1:C6", "A", "=", "pomme"),),
    (("filter", "A1:C6", "A", "contains", "É"), ("filter", "A1:C6", "B", ">", "2")),
    (("filter", "A1:C6", "B", ">", "2"), ("filter", "A1:C6", "B", "<=", "2")),
    (("filter", "A1:C6", "B", ">", "2"), ("filter", "A1:B6", "A", "<>", "Kiwi")),
    (("filter", "A1:C6", "B", ">", "2"), ("set", "B3", "100"), ("sort", "A1:C6", "B", "desc", "header")),
    (("filter", "A1:C6", "B", ">", "2"), ("clear_filter",)),
    (("set", "A1", "=A1"), ("set", "A2", "=B2+A1"), ("set", "D1", "=D2"), ("set", "D2", "=D1")),
    (("set", "A9", "x"),), (("set", "G1", "x"),), (("set", "a1", "x"),), (("set", "A1:A2", "x"),),
    (("set", "F1", "x"),), (("fill", "A1", "E1:F1"),), (("sort", "A1:C6", "D", "asc", "header"),),
    (("sort", "A1:C6", "B", "up", "header"),), (("filter", "A1:C6", "B", "like", "x"),), (("paint", "A1"),),
    (("set", "A1", "x" * 201),), (("sort", "C6:A1", "B", "asc", "header"),), (("set", "A1", "é" * 200),),
    (("set", "A2", "=A1&A1&A1&A1"), ("set", "A1", "x" * 200)),
)  # fmt: skip

SCENE: JsonObject = {
    "columns": 6,
    "rows": 8,
    "cells": {
        "A1": "Fruit", "B1": "Prix", "C1": "Nombre",
        "A2": "Pomme", "B2": "2,5", "C2": "4",
        "A3": "Élan", "B3": "1 €", "C3": "10",
        "A4": "poire", "B4": "12", "C4": "1",
        "A5": "Kiwi", "B5": "2,5", "C5": "3",
        "A6": "Pomme", "B6": "=B5+1", "C6": "20 %",
    },
    "formats": [{"area": "D2:D6", "pattern": "0,00 €"}],
    "locked": ["F1:F1"],
    "editable": True,
    "tools": ["fill", "sort", "filter"],
}  # fmt: skip
LOCKED: JsonObject = {**SCENE, "editable": False, "tools": ["sort"]}


class Chance:
    """Only `random()` of the library's generator, which is the same in every version."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, most: int) -> int:
        return int(self._random.random() * most)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        return things[self.below(len(things))]


def read_formulas() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The sheet and the formulas with what they must show, from the file that is written by hand."""
    cells: dict[str, str] = {}
    formulas = []
    for line in (HERE / "spreadsheet_formulas.txt").read_text("utf-8").splitlines():
        if line.startswith("@ "):
            parts = (part.strip().partition(" ") for part in line[2:].split("|"))
            cells.update({name: raw for name, _, raw in parts if raw})
        elif line.startswith("="):
            formula, _, expected = line.partition(" => ")
            formulas.append((formula, expected))
    return cells, formulas


def sheet_with(cells: dict[str, str]) -> Sheet:
    scene = Scene(12, 12, (), (), True, frozenset(Tool))
    return Sheet(scene, {scene.place(name): clean(raw) for name, raw in cells.items()})


def shown_in_e1(cells: dict[str, str], formula: str) -> str:
    sheet = sheet_with({**cells, "E1": formula})
    return sheet.shown((5, 1))


_LEAVES = (
    "A1", "A2", "$A$3", "A4", "A5", "A6", "B1", "B5", "C1", "C3", "C4", "D1", "D3", "D4", "D6", "Z9", "1",
    "2,5", "0", "7", "100", "0,1", '"a"', '"12"', '""', "VRAI", "5%", "1000000000000000",
)  # fmt: skip
_AREAS = ("A1:A6", "B1:B6", "A1:D2", "C1:C6", "D1:D6", "A6:A6", "C4:Z99", "$A$1:B$3")
_SIGNS = ("+", "-", "*", "/", "&", "=", "<>", "<", "<=", ">", ">=", "^", " + ")
_CRITERIA = ('">2"', '"<>Lyon"', '"Lyon*"', "A1", "B1", '">="&A2', "VRAI", '"*i*"', '"=10"', '""')


def random_formula(chance: Chance, depth: int) -> str:
    kind = chance.below(10) if depth else 0
    if kind < 2:
        return chance.one_of(_LEAVES)
    deeper = [random_formula(chance, depth - 1) for _ in range(3)]
    if kind < 6:
        return f"{deeper[0]}{chance.one_of(_SIGNS)}{deeper[1]}"
    if kind == 6:
        return f"{chance.one_of(('-', '(', 'NON('))}{deeper[0]})".replace("-", "-(")
    area = chance.one_of(_AREAS)
    calls = (
        f"SOMME({area};{deeper[0]})", f"MOYENNE({area})", f"MIN({area};{deeper[0]})", f"MAX({area})",
        f"NB({area};{deeper[0]})", f"NBVAL({area})", f"NB.SI({area};{chance.one_of(_CRITERIA)})",
        f"SOMME.SI({area};{chance.one_of(_CRITERIA)};A1:A6)", f"SI({deeper[0]};{deeper[1]};{deeper[2]})",
        f"ET({deeper[0]};{area})", f"OU({deeper[0]};{deeper[1]})",
        f"ARRONDI({deeper[0]};{chance.below(5) - 2})",
        f"ABS({deeper[0]})", f"MOD({deeper[0]};{deeper[1]})", f"ENT({deeper[0]})",
        f"CONCAT({deeper[0]};{area})",
        f"GAUCHE({deeper[0]};{chance.below(4)})", f"DROITE({deeper[0]})", f"NBCAR({deeper[0]})",
        f"MAJUSCULE({deeper[0]})",
        f"RECHERCHEV({deeper[0]};{area};{chance.below(4)};{chance.one_of(('0', '1'))})",
        f"RANG({deeper[0]};{area};{chance.below(2)})", f"MOYENNE.SI({area};{chance.one_of(_CRITERIA)})",
    )  # fmt: skip
    return chance.one_of(calls)


def _random_cell(chance: Chance) -> str:
    return f"{chance.one_of('ABCDEF')}{1 + chance.below(8)}"


def _random_area(chance: Chance) -> str:
    columns, rows = sorted((chance.below(6), chance.below(6))), sorted((chance.below(8), chance.below(8)))
    return f"{'ABCDEF'[columns[0]]}{rows[0] + 1}:{'ABCDEF'[columns[1]]}{rows[1] + 1}"


def random_act(chance: Chance) -> Act:
    kind, area = chance.below(10), _random_area(chance)
    if kind < 4:
        values = (
            "7",
            "-2,5",
            "abc",
            "Éric",
            "=" + random_formula(chance, 2),
            "=" + random_formula(chance, 1),
            "",
        )
        return ("set", _random_cell(chance), chance.one_of(values))
    if kind < 6:
        return ("fill", _random_cell(chance), area)
    letters = [letter for letter in "ABCDEF" if area[0] <= letter <= area.partition(":")[2][0]]
    letter = chance.one_of(letters)
    if kind < 8:
        return ("sort", area, letter, chance.one_of(("asc", "desc")), chance.one_of(("header", "no_header")))
    if kind == 8:
        signs = ("=", "<>", "<", "<=", ">", ">=", "contains", "begins")
        return ("filter", area, letter, chance.one_of(signs), chance.one_of(("2,5", "po", "Pomme", "", "é*")))
    return ("clear_filter",)


def outcome(scene: JsonObject, acts: Sequence[Act]) -> JsonObject:
    """What the acts make of the scene, or the place of the first that is refused."""
    sheet = sheet_from_json(scene)
    refused: Json = None
    for place, act in enumerate(acts):
        try:
            sheet = apply(sheet, act)
        except BadResponse:
            refused = place
            break
    return {
        "refused": refused,
        "raws": {place_name(place): raw for place, raw in sorted(sheet.raws.items())},
        "shown": {place_name(place): sheet.shown(place) for place in sorted(sheet.raws)},
        "hidden": [row for row in range(1, sheet.scene.rows + 1) if sheet.is_hidden(row)],
        "work": sheet.work,
    }


def sequences() -> list[JsonObject]:
    chance = Chance(SEED)
    made: list[tuple[JsonObject, tuple[Act, ...]]] = [(SCENE, acts) for acts in ACTS_BY_HAND]
    made += [(LOCKED, (act,)) for act in (ACTS_BY_HAND[0][0], ACTS_BY_HAND[4][0], ("clear_filter",))]
    made.append((LOCKED, (("sort", "A1:C6", "B", "asc", "header"),)))
    for _ in range(RANDOM_SEQUENCES):
        acts = tuple(random_act(chance) for _ in range(1 + chance.below(LONGEST_SEQUENCE)))
        made.append((SCENE, acts))
    return [
        {
            "editable": scene["editable"],
            "acts": [list(act) for act in acts],
            **outcome(scene, acts),
        }
        for scene, acts in made
    ]


def cases() -> JsonObject:
    cells, by_hand = read_formulas()
    chance = Chance(SEED)
    by_chance = ["=" + random_formula(chance, 3) for _ in range(RANDOM_FORMULAS)]
    formulas: list[Json] = [[formula, shown_in_e1(cells, formula)] for formula, _ in by_hand]
    formulas += [[formula, shown_in_e1(cells, formula)] for formula in by_chance]
    return {
        "sheet": dict(cells),
        "formulas": formulas,
        "literals": [[raw, pattern, shown(typed(clean(raw)), pattern)] for raw, pattern in LITERALS],
        "scenes": [sheet_to_json(sheet_from_json(scene)) for scene in (SCENE, LOCKED)],
        "sequences": list(sequences()),
    }


def written() -> str:
    return json.dumps(cases(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    CASES.write_text(written(), "utf-8")
    sys.stdout.write(f"{CASES}\n")
