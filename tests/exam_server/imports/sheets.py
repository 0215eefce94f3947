"""Small spreadsheets as programs write them, in pieces, so that a test shows only what it changes."""

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from exam_server.imports.open_document import SPREADSHEET

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in {"office": "office", "text": "text", "table": "table", "draw": "drawing"}.items()
)


def cell(written: str, kind: str = "string", more: str = "") -> str:
    """A cell whose paragraphs are the lines of `written`."""
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in written.split("\n")) if written else ""
    return f'<table:table-cell office:value-type="{kind}" {more}>{lines}</table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    """A row; a cell that is no markup is one of text."""
    inner = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<table:table-row {more}>{inner}</table:table-row>"


def content_xml(sheet: str, after: str = "") -> str:
    """The part that holds the sheets: one, and what comes after it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMES}><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{sheet}</table:table>{after}'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def packed(*parts: tuple[str, bytes | str]) -> bytes:
    """An archive with these parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, octets in parts:
            archive.writestr(name, octets)
    return out.getvalue()


def workbook(xml: str, *more: tuple[str, bytes | str], mimetype: str = SPREADSHEET) -> bytes:
    """A workbook with this content.xml."""
    return packed(("mimetype", mimetype), ("content.xml", xml), *more)


def ods(*rows: str) -> bytes:
    """A workbook of one sheet with these rows."""
    return workbook(content_xml("".join(rows)))


def sheet_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet with these texts."""
    return ods(*(row(*cells) for cells in rows))
