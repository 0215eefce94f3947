"""A table with columns of given titles, text or ODS: each line as cells by title, whatever their order."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exam_server.imports.archive import is_zip
from exam_server.imports.codes import ImportCode
from exam_server.imports.open_document import lines_of_sheet
from exam_server.imports.report import Findings, Import
from exam_server.imports.table import MAX_LINES, MAX_ROWS, Line, best_separator, decoded, lines_of, records

_PUNCTUATION = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class PlainRow:
    """One line of the table; a column that the file does not have is "" everywhere."""

    line: int
    cells: Mapping[str, str]


def plain(text: str) -> str:
    """How titles and words are compared: without case, accents, spaces and punctuation."""
    flat = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return _PUNCTUATION.sub("", "".join(c for c in flat if not unicodedata.combining(c)))


def read_plain_table(
    name: str, content: bytes, titles: Sequence[str], required: Sequence[str]
) -> Import[PlainRow]:
    """`titles` are all that may be there; a column of another title is left aside with a warning.

    Whether it is an OpenDocument spreadsheet is seen from the content, not from the name.
    """
    findings = Findings(name)
    known = {plain(title): title for title in titles}
    lines = lines_of_sheet(content, findings) if is_zip(content) else _lines(content, known, findings)
    return findings.outcome(tuple(_rows(lines, known, required, findings)))


def _lines(content: bytes, known: Mapping[str, str], findings: Findings) -> Iterator[Line]:
    """The records of a text table, the header first."""
    text = decoded(content, findings)
    if text is None:
        return
    lines = lines_of(text)
    if len(lines) > MAX_LINES:
        findings.refuse(ImportCode.TOO_MANY_ROWS, MAX_LINES, expected=str(MAX_ROWS))
        return
    start = 1 if lines[0].lower().startswith("sep=") else 0
    separator = best_separator(lines[start:], lambda cells: sum(plain(cell) in known for cell in cells))
    header = next(records(lines, separator, findings, start), None)
    if header is not None:
        yield header
        yield from records(lines, separator, findings, header.last, len(header.cells))


def _rows(
    lines: Iterator[Line], known: Mapping[str, str], required: Sequence[str], findings: Findings
) -> Iterator[PlainRow]:
    header = next(lines, None)
    places = None if header is None else _places(header, known, required, findings)
    if header is None or places is None:
        return
    width = len(header.cells)
    for line in lines:
        if len(line.cells) < width or any(line.cells[width:]):
            given, expected = str(len(line.cells)), str(width)
            findings.refuse(ImportCode.FIELD_COUNT, line.number, given=given, expected=expected)
            continue
        cells = {title: line.cells[places[title]] if title in places else "" for title in known.values()}
        yield PlainRow(line.number, cells)


def _places(
    header: Line, known: Mapping[str, str], required: Sequence[str], findings: Findings
) -> dict[str, int] | None:
    """Where each title stands; None where the header is not in order."""
    places: dict[str, int] = {}
    before = findings.problem_count
    for place, cell in enumerate(header.cells):
        title = known.get(plain(cell))
        if title is None:
            if cell:
                findings.warn(ImportCode.COLUMN_UNKNOWN, header.number, cell)
        elif title in places:
            findings.refuse(ImportCode.COLUMN_DUPLICATED, header.number, cell, given=title)
        else:
            places[title] = place
    for title in required:
        if title not in places:
            findings.refuse(ImportCode.COLUMN_MISSING, header.number, title)
    return places if findings.problem_count == before else None
