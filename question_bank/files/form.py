"""A spreadsheet to be filled in: titles, rows as examples, and cells that keep whatever is typed as text."""

from collections.abc import Sequence

from odfdo import Document, Element

from question_bank.files.open_document import (
    add_style,
    attributes,
    cell_markup,
    empty_document,
    octets_of,
)
from question_bank.files.spreadsheet import column_style

ROOM = 1_000
"""Rows to fill in. The columns say "text" as well, but LibreOffice goes by what the rows say."""

_STYLES = (
    '<style:style style:name="shown" style:family="table" style:master-page-name="Default">'
    '<style:table-properties table:display="true"/></style:style>',
    '<number:text-style style:name="as-typed"><number:text-content/></number:text-style>',
    '<style:style style:name="typed" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="as-typed"/>',
    '<style:style style:name="title" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="as-typed"><style:text-properties fo:font-weight="bold"/></style:style>',
)


def form(name: str, titles: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """The same octets for the same words; "1/3" typed in it is no date, and 0012 keeps its zeros."""
    document = empty_document("ods")
    for style in _STYLES:
        add_style(document, style)
    document.body.append(_drawn(document, name, titles, rows))
    return octets_of(document)


def _drawn(document: Document, name: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:
    columns = "".join(_column(document, written) for written in zip(titles, *rows, strict=True))
    lines = _row(titles, "title") + "".join(_row(row, "typed") for row in rows)
    told = attributes({"table:name": name, "table:style-name": "shown"})
    return Element.from_tag(f"<table:table{told}>{columns}{lines}{_empty_rows(len(titles))}</table:table>")


def _column(document: Document, written: Sequence[str]) -> str:
    told = {"table:style-name": column_style(document, written), "table:default-cell-style-name": "typed"}
    return f"<table:table-column{attributes(told)}/>"


def _row(texts: Sequence[str], style: str) -> str:
    return f"<table:table-row>{''.join(_cell(text, style) for text in texts)}</table:table-row>"


def _cell(text: str, style: str) -> str:
    told = {"table:style-name": style}
    return cell_markup(told | ({"office:value-type": "string"} if text else {}), text)


def _empty_rows(width: int) -> str:
    cell = {"table:style-name": "typed", "table:number-columns-repeated": str(width)}
    repeated = attributes({"table:number-rows-repeated": str(ROOM)})
    return f"<table:table-row{repeated}><table:table-cell{attributes(cell)}/></table:table-row>"
