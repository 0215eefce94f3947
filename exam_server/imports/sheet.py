"""The first sheet of OpenDocument's content.xml as rows of texts; what it repeats is unrolled in limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Final, TypeAlias
from xml.sax.xmlreader import AttributesNSImpl

from exam_server.imports.codes import ImportCode
from exam_server.imports.sheet_cells import MAX_KEPT, Cell
from exam_server.imports.table import MAX_ROWS, MAX_TABLE
from exam_server.imports.xml_stream import Fault, Stop, StreamReader, stream

Name: TypeAlias = tuple[str | None, str]

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 1_000_000
MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 1_000_000
MAX_REPEATED: Final = 1_000
"""How often a row with something in it may be there again; empty rows are passed over by the million."""
_BEYOND_ALL: Final = 10**15

_URN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
OFFICE, TABLE, TEXT = (_URN.format(name) for name in ("office", "table", "text"))
_ROWS_REPEATED = (TABLE, "number-rows-repeated")
_COLUMNS_REPEATED = (TABLE, "number-columns-repeated")
_DIGITS = re.compile(r"[0-9]+")


class _Place(IntEnum):
    """What an open element is to the reader; within what is passed over, everything is."""

    OUTSIDE = auto()
    DOCUMENT = auto()
    BODY = auto()
    WORKBOOK = auto()
    SHEET = auto()
    GROUP = auto()
    ROW = auto()
    CELL = auto()
    COVERED = auto()
    PARAGRAPH = auto()
    WORDS = auto()
    PASSED = auto()


_GROUPS: Final = frozenset({"table-row-group", "table-header-rows", "table-rows"})
_INNER: Final[Mapping[tuple[_Place, Name], _Place]] = {
    (_Place.OUTSIDE, (OFFICE, "document-content")): _Place.DOCUMENT,
    (_Place.DOCUMENT, (OFFICE, "body")): _Place.BODY,
    (_Place.BODY, (OFFICE, "spreadsheet")): _Place.WORKBOOK,
    (_Place.WORKBOOK, (TABLE, "table")): _Place.SHEET,
    **{(_Place.SHEET, (TABLE, name)): _Place.GROUP for name in _GROUPS},
    **{(_Place.GROUP, (TABLE, name)): _Place.GROUP for name in _GROUPS},
    (_Place.SHEET, (TABLE, "table-row")): _Place.ROW,
    (_Place.GROUP, (TABLE, "table-row")): _Place.ROW,
    (_Place.ROW, (TABLE, "table-cell")): _Place.CELL,
    (_Place.ROW, (TABLE, "covered-table-cell")): _Place.COVERED,
    (_Place.CELL, (TEXT, "p")): _Place.PARAGRAPH,
}
_IN_WORDS: Final = frozenset({_Place.PARAGRAPH, _Place.WORDS})
_NO_WORDS: Final = frozenset({"note", "ruby-text"})
"""Text that belongs beside the words of a paragraph, not among them."""


@dataclass
class SheetRow:
    """The texts of one row up to the last that is not empty, and the column of that one, read or not."""

    number: int
    cells: tuple[str, ...]
    width: int


@dataclass
class _OpenRow:
    number: int
    repeated: int = 1
    cells: list[str] = field(default_factory=list)
    place: int = 0
    width: int = 0

    def add(self, text: str, repeated: int) -> None:
        first, self.place = self.place, self.place + repeated
        if not text:
            return
        self.width = self.place
        if first < MAX_COLUMNS:
            self.cells.extend([""] * (first - len(self.cells)))
            self.cells.extend([text] * (min(self.place, MAX_COLUMNS) - first))


class _Reader(StreamReader):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SheetRow] = []
        self.places = [_Place.OUTSIDE]
        self.elements = 0
        self.has_sheet = False
        self.next_number = 1
        self.row = _OpenRow(0)
        self.cell = Cell("", "")
        self.cell_repeated = 1
        self.cell_count = 0
        self.size = 0

    def stop(self, code: ImportCode, given: str = "", expected: str = "") -> Stop:
        return Stop(Fault(code, self.row.number or None, given, expected))

    def startElementNS(  # noqa: N802 -- SAX calls it so
        self, name: Name, qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise self.stop(ImportCode.ODS_TOO_LARGE, given=f"> {MAX_ELEMENTS}")
        if len(self.places) > MAX_DEPTH:
            raise self.stop(ImportCode.ODS_FORBIDDEN, given=name[1])
        outer = self.places[-1]
        place = self.words_in(name, attrs) if outer in _IN_WORDS else _INNER.get((outer, name), _Place.PASSED)
        self.places.append(place)
        if place is _Place.SHEET:
            self.has_sheet = True
        elif place is _Place.ROW:
            self.row = _OpenRow(self.next_number)
            self.row.repeated = self.count(attrs, _ROWS_REPEATED)
        elif place in (_Place.CELL, _Place.COVERED):
            self.cell_repeated = self.count(attrs, _COLUMNS_REPEATED)
            self.cell = _cell(attrs)
        elif place is _Place.PARAGRAPH:
            self.cell.begin_paragraph()

    def words_in(self, name: Name, attrs: AttributesNSImpl) -> _Place:
        """Blanks are elements of their own; comments and drawings are no words of the cell."""
        if name[0] != TEXT or name[1] in _NO_WORDS:
            return _Place.PASSED
        if name[1] == "s":
            # More than a cell may hold is as good as any number: the cell is then too long.
            self.cell.add_blanks(min(self.count(attrs, (TEXT, "c")), MAX_TABLE))
        elif name[1] == "tab":
            self.cell.add_mark("\t")
        elif name[1] == "line-break":
            self.cell.add_mark("\n")
        return _Place.WORDS

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802 -- SAX calls it so
        place = self.places.pop()
        if place is _Place.CELL:
            self.end_cell(self.cell.text())
        elif place is _Place.COVERED:
            self.end_cell("")
        elif place is _Place.ROW:
            self.end_row()
        elif place is _Place.SHEET:
            raise Stop

    def characters(self, content: str) -> None:
        if self.places[-1] in _IN_WORDS:
            self.cell.add_words(content)

    def end_cell(self, text: str) -> None:
        self.size += len(text)
        if self.size > MAX_TABLE:
            raise self.stop(ImportCode.ODS_TOO_LARGE, given=f"> {MAX_TABLE}")
        self.row.add(text, self.cell_repeated)

    def end_row(self) -> None:
        row = self.row
        self.next_number += row.repeated
        if row.width == 0:
            return
        if row.repeated > MAX_REPEATED:
            raise self.stop(ImportCode.ODS_REPEATED, str(row.repeated), str(MAX_REPEATED))
        self.cell_count += len(row.cells)
        if len(self.rows) + row.repeated > MAX_ROWS + 1:  # one of them is the header
            raise self.stop(ImportCode.TOO_MANY_ROWS, expected=str(MAX_ROWS))
        if self.cell_count > MAX_CELLS:
            raise self.stop(ImportCode.ODS_TOO_LARGE, given=f"> {MAX_CELLS}")
        cells = tuple(row.cells)
        self.rows.extend(SheetRow(row.number + more, cells, row.width) for more in range(row.repeated))

    def count(self, attrs: AttributesNSImpl, name: Name) -> int:
        """How often; what is no number from 1 on is in no spreadsheet."""
        written = attrs.get(name, "1").strip()
        digits = written.lstrip("0")
        if _DIGITS.fullmatch(digits) is None:
            raise self.stop(ImportCode.ODS_DAMAGED)
        return int(digits) if len(digits) < len(str(_BEYOND_ALL)) else _BEYOND_ALL


def _cell(attrs: AttributesNSImpl) -> Cell:
    kind = attrs.get((OFFICE, "value-type"), "")
    named = f"{kind}-value" if kind in ("date", "time", "boolean", "string") else "value"
    return Cell(kind, attrs.get((OFFICE, named), "").strip()[:MAX_KEPT])


def rows_of(xml: bytes) -> tuple[list[SheetRow], Fault | None]:
    """The rows with something in them, numbered as a person sees them; or no row, and why."""
    reader = _Reader()
    fault = stream(xml, reader, namespaces=True)
    if fault is None and not reader.has_sheet:
        fault = Fault(ImportCode.ODS_DAMAGED)
    return ([], fault) if fault is not None else (reader.rows, None)
