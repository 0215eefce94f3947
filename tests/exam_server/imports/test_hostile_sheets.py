"""Files that are no honest spreadsheet: each is refused for what it is, and none makes the import fail."""

import csv
import io
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.imports.archive import MAX_ENTRIES, MAX_ZIP
from exam_server.imports.open_document import MAX_SHEETS, SPREADSHEET
from exam_server.imports.plain_table import PlainRow, read_plain_table
from exam_server.imports.report import Import, ImportCode
from exam_server.imports.sheet import MAX_CELLS, MAX_COLUMNS, MAX_DEPTH, MAX_ELEMENTS
from exam_server.imports.xml_stream import MAX_STRETCH
from question_bank.files.form import form
from tests.exam_server.imports.sheets import cell, content_xml, ods, packed, row, workbook
from tests.exam_server.imports.test_hostile_files import answers, damaged, hostile

TITLES = ("Nom", "Temps majoré", "Note")
GOOD = ods(row(*TITLES), row("Démo", "1/3", ""), row(cell("", more='table:number-columns-repeated="9"')))
XML = content_xml(row(*TITLES) + row("Démo"))


def read(content: bytes, name: str = "liste.ods") -> Import[PlainRow]:
    return read_plain_table(name, content, TITLES, ("Nom",))


def code_of(content: bytes) -> ImportCode:
    result = read(content)
    assert result.rows == ()
    (problem,) = result.problems
    assert problem.message()
    assert problem.remedy()
    return problem.code


def within_a_table(rows: str) -> str:
    return content_xml(row(*TITLES) + rows)


# -- what it is instead --------------------------------------------------------------------------------------


def test_a_workbook_of_excel_is_told_apart() -> None:
    parts = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    assert code_of(packed(*((name, "<x/>") for name in parts))) is ImportCode.EXCEL_WORKBOOK


@pytest.mark.parametrize(
    "mimetype",
    ["application/vnd.oasis.opendocument.text", f"{SPREADSHEET}-template", "application/epub+zip", ""],
)
def test_another_document_is_named(mimetype: str) -> None:
    content = workbook(XML, mimetype=mimetype)
    assert code_of(content) is ImportCode.OTHER_DOCUMENT
    assert read(content).problems[0].given == mimetype


@pytest.mark.parametrize("names", [(), ("lisez-moi.txt",), ("content.xml",), ("word/document.xml",)])
def test_an_archive_of_something_else_is_no_spreadsheet(names: tuple[str, ...]) -> None:
    assert code_of(packed(*((name, "<x/>") for name in names))) is ImportCode.NO_SPREADSHEET


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7"])
def test_what_is_neither_text_nor_archive_is_refused(content: bytes) -> None:
    assert code_of(content) is ImportCode.NOT_A_TEXT_TABLE


def test_a_workbook_with_a_password_is_told_apart() -> None:
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    assert code_of(workbook("\x00", ("META-INF/manifest.xml", manifest))) is ImportCode.ODS_ENCRYPTED
    whole = packed(("mimetype", SPREADSHEET), ("encrypted-package", b"\x00"))
    assert code_of(whole) is ImportCode.ODS_ENCRYPTED


def test_an_encrypted_archive_is_told_apart() -> None:
    content = bytearray(GOOD)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark, content.index(mark) + 1)
        content[at + flags] |= 1
    assert code_of(bytes(content)) is ImportCode.ODS_ENCRYPTED


# -- archives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "..\\x", "C:x"])
def test_an_archive_with_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    assert code_of(workbook(XML, (name, "x"))) is ImportCode.ODS_FORBIDDEN


def test_a_workbook_that_unfolds_without_end_is_refused_before_it_does() -> None:
    bomb = workbook(within_a_table(" " * (MAX_SHEETS + 1)))
    assert len(bomb) < MAX_SHEETS // 100
    started = time.perf_counter()
    assert code_of(bomb) is ImportCode.ODS_TOO_LARGE
    assert time.perf_counter() - started < 1


def test_a_size_that_lies_is_damage() -> None:
    content = bytearray(workbook(within_a_table(" " * 200_000)))
    at = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    assert code_of(bytes(content)) is ImportCode.ODS_DAMAGED


def test_a_crowd_of_entries_is_refused() -> None:
    crowd = ((f"x{number}", "") for number in range(MAX_ENTRIES))
    assert code_of(workbook(XML, *crowd)) is ImportCode.ODS_TOO_LARGE


def test_a_workbook_without_sheets_or_with_two_contents_is_damaged() -> None:
    assert code_of(packed(("mimetype", SPREADSHEET))) is ImportCode.ODS_DAMAGED
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = workbook(XML, ("content.xml", XML))
    assert code_of(twice) is ImportCode.ODS_DAMAGED


def test_more_bytes_than_are_read_are_refused() -> None:
    assert code_of(GOOD + b"\x00" * MAX_ZIP) is ImportCode.FILE_TOO_LARGE


# -- what the XML says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_declaration_of_types_or_entities_is_refused(doctype: str) -> None:
    assert code_of(workbook(XML.replace("?>\n", f"?>{doctype}"))) is ImportCode.ODS_FORBIDDEN


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "Nom;Note\nDémo;1\n",
        "<x/>",
        XML[:-30],
        XML.replace("Démo", "Dé\x01mo"),
        XML.replace("UTF-8", "no-such-encoding"),
        XML.replace("<table:table-row >", "<autre:table-row >", 1),
        XML.replace(":spreadsheet", ":text"),
        XML.replace("xmlns:table=", "xmlns:tables="),
    ],
)
def test_what_is_no_content_of_a_spreadsheet_is_damage(xml: str) -> None:
    if xml == XML[:-30]:
        assert read(workbook(xml)).ok  # the sheet itself is whole, and nothing behind it is read
    else:
        assert code_of(workbook(xml)) is ImportCode.ODS_DAMAGED


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("<a>" * MAX_DEPTH, ImportCode.ODS_FORBIDDEN),
        ("<table:table-row-group>" * 1_000, ImportCode.ODS_FORBIDDEN),
        (row(f"<table:table-cell><text:p>{'<text:span>' * 500}"), ImportCode.ODS_FORBIDDEN),
        ("<a/>" * MAX_ELEMENTS, ImportCode.ODS_TOO_LARGE),
        (f'<a b="{"x" * MAX_STRETCH}"/>', ImportCode.ODS_TOO_LARGE),
        ("<a " + " ".join(f"b{number}=''" for number in range(200_000)) + "/>", ImportCode.ODS_TOO_LARGE),
    ],
    ids=["deep", "groups", "spans", "elements", "long-attribute", "many-attributes"],
)
def test_what_no_sheet_has_is_refused(rows: str, code: ImportCode) -> None:
    assert code_of(workbook(within_a_table(rows))) is code


def test_more_cells_than_are_kept_are_refused() -> None:
    wide = f'<table:table-cell table:number-columns-repeated="{MAX_COLUMNS - 1}"/>'
    rows = row(wide, "x") * (MAX_CELLS // MAX_COLUMNS + 1)
    assert code_of(workbook(content_xml(rows))) is ImportCode.ODS_TOO_LARGE


def test_blanks_are_not_unrolled_without_end() -> None:
    blanks = '<table:table-cell><text:p>a<text:s text:c="999999999"/>b</text:p></table:table-cell>'
    assert code_of(workbook(within_a_table(row(blanks)))) is ImportCode.TEXT_TOO_LONG
    assert code_of(workbook(within_a_table(row(blanks) * 5_000))) is ImportCode.ODS_TOO_LARGE


# -- whatever the bytes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 7])
def test_a_workbook_cut_anywhere_is_refused(step: int) -> None:
    for length in range(4, len(GOOD), step):
        assert code_of(GOOD[:length]) is ImportCode.ODS_DAMAGED


@hostile
@given(damaged(GOOD))
def test_a_damaged_workbook_is_answered(content: bytes) -> None:
    answers(read(content))


@hostile
@given(damaged(XML.encode()))
def test_a_damaged_content_is_answered(xml: bytes) -> None:
    answers(read(packed(("mimetype", SPREADSHEET), ("content.xml", xml))))


@hostile
@given(st.binary(max_size=300))
def test_any_bytes_in_place_of_a_part_are_answered(octets: bytes) -> None:
    answers(read(b"PK\x03\x04" + octets))
    answers(read(packed(("mimetype", octets), ("content.xml", XML))))
    answers(read(workbook(XML, ("META-INF/manifest.xml", octets))))


# -- the same table twice ------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\n  "), max_size=12)


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL).writerows([TITLES, *rows])
    return written.getvalue().encode()


@hostile
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=6))
def test_a_table_says_the_same_as_text_and_as_a_spreadsheet(rows: list[tuple[str, ...]]) -> None:
    of_text = read(as_csv(rows), "liste.csv")
    of_sheet = read(form("A", TITLES, rows))
    assert of_sheet.warnings == of_text.warnings == ()
    filled = [one.cells for one in of_text.rows if any(one.cells.values())]
    assert [one.cells for one in of_sheet.rows] == filled
    numbers = [2 + at for at, cells in enumerate(rows) if any(text.strip() for text in cells)]
    assert [one.line for one in of_sheet.rows] == numbers
