"""From a profile campaign's file to profiles: sixteen levels and pix counts a pupil, each checked."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from exam_server.imports.codes import ImportCode, SkipReason
from exam_server.imports.identifiers import any_date, is_ine, without_blanks
from exam_server.imports.profile_json import looks_like_json, records_of_json
from exam_server.imports.profile_records import Cell, ProfileRecord
from exam_server.imports.profile_table import records_of_table
from exam_server.imports.report import Findings, Import
from exam_server.imports.table import decoded
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL

PIX_PER_LEVEL: Final = 8
MAX_PIX: Final = MAX_LEVEL * PIX_PER_LEVEL
MAX_LENGTH: Final = 255
FIRST_YEAR: Final = 2000

_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]0+)?")
_NOTHING: Final = frozenset({"", "na", "n/a", "-", "–", "—"})


@dataclass(frozen=True)
class ProfileRow:
    """One pupil's profile, in the framework's order of competences, and how the file names the pupil."""

    identifier: str
    identifier_kind: Literal["ine", "local"]
    levels: tuple[int, ...]
    pix: tuple[int, ...]
    line: int
    as_of: date | None


def read_profiles(name: str, content: bytes) -> Import[ProfileRow]:
    """The profiles of a CSV table or of a JSON document; which of the two is seen from the content."""
    findings = Findings(name)
    text = decoded(content, findings)
    if text is None:
        return findings.outcome(())
    read = records_of_json if looks_like_json(name, text) else records_of_table
    identified = [(record, _identifier(record, findings)) for record in read(text, findings)]
    twice = _refuse_doubles([(record, known) for record, known in identified if known is not None], findings)
    rows = [_row(record, known, findings) for record, known in identified if known is not None]
    return findings.outcome(
        tuple(row for row in rows if row is not None and (row.identifier_kind, row.identifier) not in twice)
    )


@dataclass(frozen=True)
class _Identifier:
    kind: Literal["ine", "local"]
    value: str
    field: str


def _identifier(record: ProfileRecord, findings: Findings) -> _Identifier | None:
    """The INE where there is one, else the local number."""
    for cell, named_ine in ((record.ine, True), (record.either, False), (record.local, False)):
        value = without_blanks(cell.text.removeprefix("'"))  # the mark against formulas in spreadsheets
        if not value:
            continue
        if len(value) > MAX_LENGTH:
            code, limit = ImportCode.TEXT_TOO_LONG, str(MAX_LENGTH)
            findings.refuse(code, record.line, cell.field, given=value, expected=limit)
        elif not value.isprintable() or "\N{REPLACEMENT CHARACTER}" in value:
            findings.refuse(ImportCode.TEXT_UNREADABLE, record.line, cell.field, given=value)
        elif named_ine and not is_ine(value):
            findings.refuse(ImportCode.INE_FORMAT, record.line, cell.field, value, value)
        else:
            by_ine = named_ine or (cell is record.either and is_ine(value))
            return _Identifier("ine" if by_ine else "local", value, cell.field)
        return None
    findings.refuse(ImportCode.IDENTIFIER_REQUIRED, record.line, record.ine.field)
    return None


def _refuse_doubles(
    identified: list[tuple[ProfileRecord, _Identifier]], findings: Findings
) -> frozenset[tuple[str, str]]:
    """Two profiles for one pupil: nothing says which is right, so neither is taken."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for record, known in identified:
        lines[known.kind, known.value].append(record.line)
    for record, known in identified:
        shared = lines[known.kind, known.value]
        if len(shared) > 1:
            other = str(next((line for line in shared if line != record.line), record.line))
            code = ImportCode.IDENTIFIER_UNIQUE
            findings.refuse(code, record.line, known.field, known.value, known.value, other)
    return frozenset(key for key, shared in lines.items() if len(shared) > 1)


def _row(record: ProfileRecord, known: _Identifier, findings: Findings) -> ProfileRow | None:
    if all(cell.text.casefold() in _NOTHING for cell in (*record.levels, *record.pix)):
        findings.skip(SkipReason.NO_PROFILE, record.line, known.value)
        return None
    before = findings.problem_count
    reading = _Reading(record.line, known.value, findings)
    levels = [reading.number(cell, MAX_LEVEL, ImportCode.LEVEL_INVALID) for cell in record.levels]
    pix = [reading.number(cell, MAX_PIX, ImportCode.PIX_INVALID) for cell in record.pix]
    as_of = reading.day(record.as_of)
    if findings.problem_count > before:
        return None
    for place in range(len(COMPETENCE_CODES)):
        reading.compare(record.levels[place], levels[place], pix[place])
    return ProfileRow(known.value, known.kind, tuple(levels), tuple(pix), record.line, as_of)


@dataclass(frozen=True)
class _Reading:
    """Reads the values of one line and says what is wrong with them."""

    line: int
    subject: str
    findings: Findings

    def number(self, cell: Cell, maximum: int, code: ImportCode) -> int:
        """The value; 0 with a problem in the findings when it is not one."""
        if cell.text.casefold() in _NOTHING:
            self.findings.refuse(ImportCode.VALUE_REQUIRED, self.line, cell.field, self.subject)
            return 0
        found = _NUMBER.fullmatch(cell.text)
        if found is None or int(found[1]) > maximum:
            self.findings.refuse(code, self.line, cell.field, self.subject, cell.text)
            return 0
        return int(found[1])

    def day(self, cell: Cell) -> date | None:
        if cell.text.casefold() in _NOTHING:
            return None
        try:
            found = any_date(cell.text)
        except ValueError:
            found = date.min
        if found.year >= FIRST_YEAR:
            return found
        self.findings.refuse(ImportCode.DATE_INVALID, self.line, cell.field, self.subject, cell.text)
        return None

    def compare(self, cell: Cell, level: int, pix: int) -> None:
        """Eight pix make a level; a file that says otherwise is taken, and looked at."""
        follows = min(pix // PIX_PER_LEVEL, MAX_LEVEL)
        if level != follows:
            code = ImportCode.LEVEL_PIX_DISAGREE
            self.findings.warn(code, self.line, cell.field, self.subject, str(level), str(follows))
