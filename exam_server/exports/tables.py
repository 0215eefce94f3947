"""A session's signed results as rows for other programs: who, what it came to, sixteen levels; never why.

Nothing of extra time or of any other accommodation is in them, no reason for an end, no ruling, no INE: what
is not here cannot be read over somebody's shoulder. A result that is not validated has no score and no level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from exam_server.domain.finalisation import Status
from exam_server.domain.json import JSON
from exam_server.exports.csv_table import Cell
from exam_server.exports.livret import level_of
from question_bank.framework import COMPETENCE_CODES

FORMAT = "passation-results"
VERSION = 1


@dataclass(frozen=True)
class ResultRow:
    """One candidate's result; `levels` are of the sixteen competences, with -1 as in the livret."""

    family_name: str
    given_name: str
    birth_date: str
    class_name: str
    status: Status
    score: int | None
    levels: tuple[int, ...] | None


@dataclass(frozen=True)
class ResultTable:
    """The results of one session, or of one class in it, as one version of them says."""

    session_id: str
    centre_uai: str
    centre_name: str
    room: str
    date: date
    version: int
    is_published: bool
    rows: tuple[ResultRow, ...]

    @property
    def classes(self) -> list[str]:
        """The classes of its candidates, each once."""
        return sorted({row.class_name for row in self.rows})

    def of_class(self, class_name: str) -> "ResultTable":
        """The rows of one class alone."""
        return replace(self, rows=tuple(row for row in self.rows if row.class_name == class_name))


def result_table(payload: Mapping[str, Any], version: int, *, is_published: bool) -> ResultTable:
    """The table of a results document whose signature holds."""
    session = payload["session"]
    return ResultTable(
        session_id=session["id"],
        centre_uai=session["centre"]["uai"],
        centre_name=session["centre"]["name"],
        room=session["room"],
        date=date.fromisoformat(session["date"]),
        version=version,
        is_published=is_published,
        rows=tuple(_row(one) for one in payload["candidates"]),
    )


def _row(result: Mapping[str, Any]) -> ResultRow:
    status, scores = Status(result["status"]), result["scores"]
    if status is not Status.VALIDATED:
        scores = None
    levels = [] if scores is None else scores["competences"]
    return ResultRow(
        family_name=result["family_name"],
        given_name=result["given_name"],
        birth_date=result["birth_date"],
        class_name=result["class_name"],
        status=status,
        score=None if scores is None else scores["score"],
        levels=tuple(level_of(one["declared"], one["certified"]) for one in levels) or None,
    )


def cells_of(row: ResultRow, state: str, status: str) -> list[Cell]:
    """A line of a table for people: `state` and `status` are the words for what stands and what it came to.

    Whether the results are published stands on every line: lines are copied without what is above them.
    """
    levels: list[Cell] = [None] * len(COMPETENCE_CODES) if row.levels is None else list(row.levels)
    who: list[Cell] = [row.family_name, row.given_name, row.birth_date, row.class_name]
    return [state, *who, status, row.score, *levels]


def table_json(table: ResultTable) -> dict[str, JSON]:
    """The document that `docs/exports.md` describes."""
    return {
        "format": FORMAT,
        "v": VERSION,
        "published": table.is_published,
        "version": table.version,
        "session": {
            "id": table.session_id,
            "uai": table.centre_uai,
            "centre": table.centre_name,
            "room": table.room,
            "date": table.date.isoformat(),
        },
        "candidates": [_candidate_json(row) for row in table.rows],
    }


def _candidate_json(row: ResultRow) -> dict[str, JSON]:
    return {
        "family_name": row.family_name,
        "given_name": row.given_name,
        "birth_date": row.birth_date,
        "class_name": row.class_name,
        "status": str(row.status),
        "score": row.score,
        "levels": None if row.levels is None else dict(zip(COMPETENCE_CODES, row.levels, strict=True)),
    }
