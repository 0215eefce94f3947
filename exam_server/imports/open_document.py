"""OpenDocument spreadsheets: what an archive is, and the first sheet of a workbook as lines of a table."""

from collections.abc import Iterator, Mapping, Set
from typing import Final

from exam_server.imports.archive import MAX_ZIP, MIB, Archive, Refusals, is_too_large, look_into, mebibytes
from exam_server.imports.codes import ImportCode
from exam_server.imports.report import Findings
from exam_server.imports.sheet import MAX_COLUMNS, SheetRow, rows_of
from exam_server.imports.table import Line
from exam_server.imports.xml_stream import MAX_STRETCH

SPREADSHEET: Final = "application/vnd.oasis.opendocument.spreadsheet"
MAX_MIMETYPE: Final = 1_000
MAX_MANIFEST: Final = MIB
MAX_SHEETS: Final = 30 * MIB
MAX_RATIO: Final = 1_000
"""Rows much like one another shrink 140 times in an honest file; what bounds the sheets is their size."""
MAX_TEXT: Final = 4_000

_MIMETYPE, _MANIFEST, _SHEETS = "mimetype", "META-INF/manifest.xml", "content.xml"
_OF_EXCEL = "xl/"
# With a password, LibreOffice encrypts each part and says how in the manifest; lately, all parts as one.
_ENCRYPTION = b":encryption-data"
_ENCRYPTED_WHOLE = "encrypted-package"
_CODES: Final = Refusals(
    ImportCode.ODS_DAMAGED, ImportCode.ODS_ENCRYPTED, ImportCode.ODS_FORBIDDEN, ImportCode.ODS_TOO_LARGE
)
# The line of the XML is no row of the sheet: of these only what is wrong is said, not where.
_OF_THE_XML: Final[Mapping[ImportCode, ImportCode]] = {
    ImportCode.XML_MALFORMED: ImportCode.ODS_DAMAGED,
    ImportCode.XML_TRUNCATED: ImportCode.ODS_DAMAGED,
    ImportCode.ENCODING_NOT_SUPPORTED: ImportCode.ODS_DAMAGED,
    ImportCode.XML_DTD_FORBIDDEN: ImportCode.ODS_FORBIDDEN,
    ImportCode.XML_TOO_COMPLEX: ImportCode.ODS_TOO_LARGE,
}
_NAMED: Final[Mapping[ImportCode, str]] = {
    ImportCode.XML_DTD_FORBIDDEN: "DOCTYPE",
    ImportCode.XML_TOO_COMPLEX: f"> {mebibytes(MAX_STRETCH)}",
}


def lines_of_sheet(content: bytes, findings: Findings) -> Iterator[Line]:
    """The rows of the first sheet that have something in them, all as wide as the first one, the header."""
    header: tuple[str, ...] | None = None
    for row in _rows(content, findings):
        if not _is_in_order(row, header, findings):
            if header is None:
                return
            continue
        header = header or row.cells
        missing = len(header) - len(row.cells)
        yield Line(row.number, row.number, (*row.cells, *[""] * missing))


def column_letters(number: int) -> str:
    """What spreadsheets write above the column: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _rows(content: bytes, findings: Findings) -> list[SheetRow]:
    if is_too_large(content, MAX_ZIP, findings):
        return []
    xml = look_into(content, findings, _CODES, _first_sheets, MAX_RATIO)
    if xml is None:
        return []
    rows, fault = rows_of(xml)
    if fault is None:
        return rows
    if fault.code in _OF_THE_XML:
        findings.refuse(_OF_THE_XML[fault.code], given=_NAMED.get(fault.code, ""))
    else:
        findings.refuse(fault.code, fault.line, given=fault.given, expected=fault.expected)
    return []


def _first_sheets(archive: Archive) -> bytes | None:
    """The part of a workbook that holds its sheets, or None with the reason in the findings."""
    names = {entry.filename for entry in archive.entries}
    if not _is_workbook(archive, names):
        return None
    manifest = _part(archive, _MANIFEST, MAX_MANIFEST) if _MANIFEST in names else b""
    if manifest is not None and (_ENCRYPTION in manifest or _ENCRYPTED_WHOLE in names):
        archive.findings.refuse(ImportCode.ODS_ENCRYPTED)
        return None
    return None if manifest is None else _part(archive, _SHEETS, MAX_SHEETS)


def _is_workbook(archive: Archive, names: Set[str]) -> bool:
    """Whether it says so of itself; otherwise what it is instead is in the findings."""
    if any(name.startswith(_OF_EXCEL) for name in names):
        archive.findings.refuse(ImportCode.EXCEL_WORKBOOK)
    elif _MIMETYPE not in names:
        archive.findings.refuse(ImportCode.NO_SPREADSHEET)
    elif (kind := _part(archive, _MIMETYPE, MAX_MIMETYPE)) is not None:
        written = kind.decode("ascii", "replace").strip()
        if written == SPREADSHEET:
            return True
        archive.findings.refuse(ImportCode.OTHER_DOCUMENT, given=written)
    return False


def _part(archive: Archive, name: str, most: int) -> bytes | None:
    """What two entries of one name would say depends on who reads: such an archive is refused."""
    entries = [entry for entry in archive.entries if entry.filename == name]
    if len(entries) != 1:
        archive.findings.refuse(ImportCode.ODS_DAMAGED)
        return None
    return archive.octets(entries[0], most)


def _is_in_order(row: SheetRow, header: tuple[str, ...] | None, findings: Findings) -> bool:
    width = MAX_COLUMNS if header is None else len(header)
    if row.width > width:
        given, expected = column_letters(row.width), column_letters(width)
        findings.refuse(ImportCode.CELL_OUTSIDE, row.number, given=given, expected=expected)
        return False
    for place, cell in enumerate(row.cells):
        if len(cell) > MAX_TEXT:
            title = column_letters(place + 1) if header is None else header[place]
            limit = str(MAX_TEXT)
            findings.refuse(ImportCode.TEXT_TOO_LONG, row.number, title, given=cell, expected=limit)
            return False
    return True
