"""The table of levels for CM2 and 6e: a line a pupil, known by ELEVE_ID; an empty cell is no level."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exam_server.imports.codes import ImportCode
from exam_server.imports.plain_table import PlainRow, read_plain_table
from exam_server.imports.report import Findings, Import
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL

PUPIL, NAME, CLASS, TEXT = "ELEVE_ID", "Nom", "Classe", "Appréciation"
TITLES: Final = (PUPIL, NAME, CLASS, *COMPETENCE_CODES, TEXT)
LONGEST_TEXT: Final = 600

_LEVEL = re.compile(r"([0-9])(?:[.,]0{1,9})?")


@dataclass(frozen=True)
class LevelRow:
    """One pupil's levels in the order of the CRCN; None where the cell is empty."""

    line: int
    siecle_id: str
    name: str
    class_name: str
    levels: tuple[int | None, ...]
    appreciation: str


def read_level_table(name: str, content: bytes) -> Import[LevelRow]:
    """The rows of a CSV or ODS table that are in order; of two lines for one pupil neither is."""
    found = read_plain_table(name, content, TITLES, (PUPIL,))
    findings = Findings(name, list(found.problems), list(found.warnings))
    findings.problem_count, findings.warning_count = found.problem_count, found.warning_count
    rows = [row for plain in found.rows if (row := _row(plain, findings)) is not None]
    shared = _shared(rows)
    for row in rows:
        lines = shared[row.siecle_id]
        if len(lines) > 1:
            other = str(next(line for line in lines if line != row.line))
            code = ImportCode.IDENTIFIER_UNIQUE
            findings.refuse(code, row.line, PUPIL, row.siecle_id, row.siecle_id, other)
    return findings.outcome(tuple(row for row in rows if len(shared[row.siecle_id]) == 1))


def _shared(rows: Sequence[LevelRow]) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        lines[row.siecle_id].append(row.line)
    return lines


def _row(plain: PlainRow, findings: Findings) -> LevelRow | None:
    before = findings.problem_count
    siecle_id = plain.cells[PUPIL].strip().removeprefix("'")
    if not siecle_id:
        findings.refuse(ImportCode.IDENTIFIER_REQUIRED, plain.line, PUPIL)
    levels = [_level(plain, code, siecle_id, findings) for code in COMPETENCE_CODES]
    text = plain.cells[TEXT].strip()
    if len(text) > LONGEST_TEXT:
        findings.refuse(ImportCode.TEXT_TOO_LONG, plain.line, TEXT, siecle_id, text, str(LONGEST_TEXT))
    if findings.problem_count > before:
        return None
    names = plain.cells[NAME].strip(), plain.cells[CLASS].strip()
    return LevelRow(plain.line, siecle_id, *names, tuple(levels), text)


def _level(plain: PlainRow, code: str, siecle_id: str, findings: Findings) -> int | None:
    text = plain.cells[code].strip()
    if not text:
        return None
    found = _LEVEL.fullmatch(text)
    if found is None or int(found[1]) > MAX_LEVEL:
        findings.refuse(ImportCode.LEVEL_INVALID, plain.line, code, siecle_id, text)
        return None
    return int(found[1])
