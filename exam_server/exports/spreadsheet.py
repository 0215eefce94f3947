"""Tables as an OpenDocument spreadsheet: text is typed as text, so that nothing of it is ever worked out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from odfdo import Document, Element

from exam_server.exports.csv_table import Cell
from question_bank.files.open_document import (
    add_style,
    attributes,
    cell_markup,
    empty_document,
    octets_of,
)
from question_bank.files.spreadsheet import MAX_SHEET_NAME, column_style

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no way to write."""

_LINE_ENDS = re.compile(r"\r\n?")
_NOT_IN_A_NAME = re.compile(r"[\[\]*?:/\\'\s]+")
_STYLES = (
    '<style:style style:name="shown" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="true"/></style:style>',
    '<number:text-style style:name="as-written"><number:text-content/></number:text-style>',
    '<style:style style:name="text" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="as-written"/>',
    '<style:style style:name="title" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="as-written"><style:text-properties fo:font-weight="bold"/></style:style>',
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: its name, as far as a sheet can have it, its titles and its lines."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The file's octets, the same for the same sheets."""
    document = empty_document("ods")
    for style in _STYLES:
        add_style(document, style)
    taken: set[str] = set()
    for sheet in sheets:
        name = _name(sheet.name, taken)
        taken.add(name.casefold())
        document.body.append(_drawn(document, name, sheet))
    return octets_of(document)


def legible(text: str) -> str:
    """A text as a spreadsheet can hold it: one kind of line end, and nothing that XML cannot write."""
    return _LINE_ENDS.sub("\n", _NO_XML.sub("", text))


def _name(wanted: str, taken: set[str]) -> str:
    """A name that no other sheet has, in whatever letters."""
    plain = _NOT_IN_A_NAME.sub(" ", legible(wanted)).strip()[:MAX_SHEET_NAME].strip() or "–"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = plain[: MAX_SHEET_NAME - len(ending)] + ending
    return name


def _drawn(document: Document, name: str, sheet: Sheet) -> Element:
    """The table is parsed in one piece: cell by cell, a large one would take seconds."""
    written = [[*map(legible, sheet.titles)], *([_written(cell) for cell in row] for row in sheet.rows)]
    columns = "".join(
        f"<table:table-column{attributes({'table:style-name': column_style(document, column)})}/>"
        for column in zip(*written, strict=True)
    )
    lines = _row(sheet.titles, "title") + "".join(_row(row, "text") for row in sheet.rows)
    told = attributes({"table:name": name, "table:style-name": "shown"})
    return Element.from_tag(f"<table:table{told}>{columns}{lines}</table:table>")


def _row(cells: Sequence[Cell], style: str) -> str:
    return f"<table:table-row>{''.join(_cell(cell, style) for cell in cells)}</table:table-row>"


def _cell(cell: Cell, style: str) -> str:
    if isinstance(cell, int):
        return cell_markup({"office:value-type": "float", "office:value": str(cell)}, str(cell))
    told = {"table:style-name": style}
    return cell_markup(told | ({"office:value-type": "string"} if cell else {}), _written(cell))


def _written(cell: Cell) -> str:
    return "" if cell is None else legible(str(cell))
