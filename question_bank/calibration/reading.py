"""Responses from a CSV file: one line a response; everything wrong is told with its line and field."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from question_bank.calibration.responses import Responses
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL
from question_bank.items import Bank
from question_bank.typography import Phrase

FIELDS = ("candidate", "item", "declared", "right")
MOST_ERRORS = 50


@dataclass(frozen=True)
class LineError:
    line: int
    field: str
    problem: Phrase

    def __str__(self) -> str:
        return f"{self.line}: {self.field} : {self.problem}"


class BadResponses(ValueError):
    """The file cannot be read as responses; `errors` holds the first of what is wrong."""

    def __init__(self, errors: tuple[LineError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class _Line:
    candidate: str
    item: int
    competence: int
    declared: int
    right: int


def read_responses(path: Path, bank: Bank) -> Responses:
    """Columns candidate, item, declared (the profile's level in the item's competence, 1 to 8), right (0, 1).

    Raises BadResponses. A candidate answers an item once, and declares one level a competence.
    """
    errors: list[LineError] = []
    lines: list[_Line] = []
    places = {item.id: place for place, item in enumerate(bank.items)}
    competences = [COMPETENCE_CODES.index(item.competence) for item in bank.items]
    candidates: dict[str, int] = {}
    declared: dict[tuple[str, int], int] = {}
    seen: set[tuple[str, int]] = set()
    for number, row in _rows(path, errors):
        line = _line(row, number, places, competences, errors)
        if line is None:
            continue
        if (line.candidate, line.item) in seen:
            errors.append(LineError(number, "item", Phrase("cette personne y a déjà répondu")))
        if declared.setdefault((line.candidate, line.competence), line.declared) != line.declared:
            errors.append(LineError(number, "declared", Phrase("un autre niveau était déclaré plus haut")))
        seen.add((line.candidate, line.item))
        candidates.setdefault(line.candidate, len(candidates))
        lines.append(line)
        if len(errors) >= MOST_ERRORS:
            break
    if not lines and not errors:
        errors.append(LineError(1, "", Phrase("aucune réponse dans ce fichier")))
    if errors:
        raise BadResponses(tuple(errors))
    profiles = np.zeros((len(candidates), len(COMPETENCE_CODES)), dtype=np.int64)
    for (candidate, competence), level in declared.items():
        profiles[candidates[candidate], competence] = level
    return Responses(
        np.array([line.item for line in lines], dtype=np.int64),
        np.array([line.right for line in lines], dtype=np.int64),
        np.array([candidates[line.candidate] for line in lines], dtype=np.int64),
        profiles,
    )


def _rows(path: Path, errors: list[LineError]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each line as a mapping; the separator is the one that the heading has."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading = file.readline()
            separator = ";" if ";" in heading else ","
            names = [name.strip() for name in heading.strip().split(separator)]
            for name in FIELDS:
                if name not in names:
                    errors.append(LineError(1, name, Phrase("cette colonne manque")))
            if errors:
                return
            for number, cells in enumerate(csv.reader(file, delimiter=separator), 2):
                if cells:
                    yield number, dict(zip(names, cells, strict=False))
    except (UnicodeDecodeError, csv.Error):
        errors.append(LineError(1, "", Phrase("ce n’est pas un fichier CSV en UTF-8")))
    except OSError as error:
        problem = Phrase("illisible ({said})", said=error.strerror or "?")
        errors.append(LineError(1, "", problem))


def _line(
    row: Mapping[str, str],
    number: int,
    places: Mapping[str, int],
    competences: list[int],
    errors: list[LineError],
) -> _Line | None:
    before = len(errors)
    values = {name: row.get(name, "").strip() for name in FIELDS}
    if not values["candidate"]:
        errors.append(LineError(number, "candidate", Phrase("qui a répondu ?")))
    item = places.get(values["item"])
    if item is None:
        errors.append(
            LineError(number, "item", Phrase("« {item} » n’est pas de cette banque", item=values["item"]))
        )
    if values["declared"] not in {str(level) for level in range(1, MAX_LEVEL + 1)}:
        errors.append(
            LineError(number, "declared", Phrase("écrivez un niveau de 1 à {most}", most=MAX_LEVEL))
        )
    if values["right"] not in {"0", "1"}:
        errors.append(LineError(number, "right", Phrase("écrivez 1 pour juste, 0 pour faux")))
    if item is None or len(errors) > before:
        return None
    return _Line(values["candidate"], item, competences[item], int(values["declared"]), int(values["right"]))
