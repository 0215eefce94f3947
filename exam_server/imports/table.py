"""Text tables: bytes to text, text to records with their lines; a bad line costs that line alone."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from exam_server.imports.archive import MIB, is_too_large
from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings

MAX_TABLE: Final = 20 * MIB
MAX_ROWS: Final = 50_000
MAX_LINES: Final = 4 * MAX_ROWS
MAX_LINE: Final = 100_000
MAX_LINES_OF_A_RECORD: Final = 20
"""A quoted field may hold line breaks; a quote that stays open longer was forgotten."""

SEPARATORS: Final = (";", ",", "\t")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


@dataclass(frozen=True)
class Line:
    """One record of the table, the line of the file where it begins, and the line before the next record."""

    number: int
    last: int
    cells: tuple[str, ...]


def decoded(content: bytes, findings: Findings) -> str | None:
    """The text of the file (UTF-8, or else Windows-1252), or None with the reason in the findings."""
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        findings.refuse(ImportCode.FILE_EMPTY)
    elif is_too_large(content, MAX_TABLE, findings):
        return None
    elif content.startswith(_NOT_TEXT):
        findings.refuse(ImportCode.NOT_A_TEXT_TABLE)
    elif content.startswith(_UTF16_MARKS):
        findings.refuse(ImportCode.ENCODING_NOT_SUPPORTED, 1, given="UTF-16")
    elif (nul := content.find(b"\x00")) >= 0:
        findings.refuse(ImportCode.NUL_CHARACTER, 1 + content.count(b"\n", 0, nul))
    else:
        return _text(content, findings)
    return None


def _text(content: bytes, findings: Findings) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        findings.refuse(ImportCode.ENCODING_NOT_SUPPORTED, line, given=f"0x{content[error.start]:02X}")
        return None


def lines_of(text: str) -> list[str]:
    """The lines with their ends, cut where spreadsheets cut (not at every Unicode separator)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line + "\n" for line in lines]


def best_separator(lines: list[str], recognised: Callable[[tuple[str, ...]], int]) -> str:
    """The separator under which the header names the most known columns; a label may itself hold a comma."""

    def known(separator: str) -> int:
        first = next(records(lines, separator), None)
        return 0 if first is None else recognised(first.cells)

    return max(SEPARATORS, key=known)


def records(
    lines: list[str],
    separator: str,
    findings: Findings | None = None,
    start: int = 0,
    width: int | None = None,
) -> Iterator[Line]:
    """The records from index `start` on; a line that cannot be cut is reported, and the next one is read.

    Where `width` cells are expected, a record that runs over several lines without having them was begun by a
    forgotten quote: only its first line is given up.
    """
    at = start
    while at < len(lines):
        if not lines[at].strip(separator + " \n"):
            at += 1
            continue
        cut = _cut(lines, at, separator, width)
        if isinstance(cut, ImportCode):
            if findings is not None:
                findings.refuse(cut, at + 1, expected=str(MAX_LINE))
            at += 1
        else:
            cells, used = cut
            yield Line(at + 1, at + used, cells)
            at += used


def _cut(
    lines: list[str], at: int, separator: str, width: int | None
) -> tuple[tuple[str, ...], int] | ImportCode:
    """The cells of the record that begins here and how many lines it takes, or why it cannot be cut."""
    if len(lines[at]) > MAX_LINE:
        return ImportCode.LINE_TOO_LONG
    reader = csv.reader(
        lines[at : at + MAX_LINES_OF_A_RECORD], delimiter=separator, strict=True, skipinitialspace=True
    )
    try:
        cells = next(reader)
    except csv.Error as error:
        return _code_of(error)
    if reader.line_num > 1 and width is not None and len(cells) != width:
        return ImportCode.QUOTES_UNTERMINATED
    return tuple(cell.strip() for cell in cells), reader.line_num


def _code_of(error: csv.Error) -> ImportCode:
    words = str(error)
    if "field larger" in words:
        return ImportCode.LINE_TOO_LONG
    return ImportCode.QUOTES_UNTERMINATED if "end of data" in words else ImportCode.QUOTES_MISPLACED
