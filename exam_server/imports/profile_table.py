"""Profiles from a text table: `;`, `,` or tabs, UTF-8 or Windows-1252."""

from exam_server.imports.codes import ImportCode
from exam_server.imports.profile_columns import AS_OF, EITHER, INE, LOCAL, Columns, columns_of, count_known
from exam_server.imports.profile_records import Cell, ProfileRecord
from exam_server.imports.report import Findings
from exam_server.imports.table import MAX_LINES, MAX_ROWS, Line, best_separator, lines_of, records


def records_of_table(text: str, findings: Findings) -> list[ProfileRecord]:
    """The records that have the header's number of fields; none when the header is not in order."""
    lines = lines_of(text)
    if len(lines) > MAX_LINES:
        findings.refuse(ImportCode.TOO_MANY_ROWS, MAX_LINES, expected=str(MAX_ROWS))
        return []
    start = (
        1 if lines[0].lower().startswith("sep=") else 0
    )  # a line that some spreadsheets write for themselves
    separator = best_separator(lines[start:], count_known)
    header = next(records(lines, separator, findings, start), None)
    columns = None if header is None else columns_of(header, findings)
    if header is None or columns is None:
        return []
    width = len(header.cells)
    found: list[ProfileRecord] = []
    for line in records(lines, separator, findings, header.last, width):
        if len(found) >= MAX_ROWS:
            findings.refuse(ImportCode.TOO_MANY_ROWS, line.number, expected=str(MAX_ROWS))
            return []
        if len(line.cells) < width or any(line.cells[width:]):
            given, expected = str(len(line.cells)), str(width)
            findings.refuse(ImportCode.FIELD_COUNT, line.number, given=given, expected=expected)
        else:
            found.append(_record(line, columns))
    return found


def _record(line: Line, columns: Columns) -> ProfileRecord:
    def at(place: int) -> Cell:
        return Cell(columns.titles[place], line.cells[place])

    def named(role: str) -> Cell:
        return at(columns.places[role]) if role in columns.places else Cell(role, "")

    return ProfileRecord(
        line.number,
        named(INE),
        named(LOCAL),
        named(EITHER),
        named(AS_OF),
        tuple(at(place) for place in columns.levels),
        tuple(at(place) for place in columns.pix),
    )
