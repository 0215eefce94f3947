"""Spreadsheets that work nothing out: any text comes back as the text that it was."""

import csv
import io
import zipfile

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from odfdo import Document

from exam_server.exports.csv_table import csv_table
from exam_server.exports.spreadsheet import Sheet, legible, workbook
from exam_server.imports.plain_table import read_plain_table

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ANY_TEXT = st.text(max_size=60)
"""Every sign but half characters, which no text of ours has; formulas more often than by chance."""

TEXTS = st.lists(ANY_TEXT | ANY_TEXT.map(lambda text: f"={text}"), min_size=1, max_size=8)


def values(octets: bytes, sheet: int = 0) -> list[list[object]]:
    found: list[list[object]] = Document(io.BytesIO(octets)).body.get_table(sheet).get_values()
    return found


@given(TEXTS)
def test_any_text_comes_back_from_a_spreadsheet_as_text(texts: list[str]) -> None:
    octets = workbook([Sheet("Feuille", ["titre", "fin"], [[text, "."] for text in texts])])
    assert [row[0] or "" for row in values(octets)[1:]] == [legible(text) for text in texts]
    content = fromstring(zipfile.ZipFile(io.BytesIO(octets)).read("content.xml"))
    kinds = {cell.get(f"{OFFICE}value-type") for cell in content.iter(f"{TABLE}table-cell")}
    assert kinds <= {"string", None}
    assert not [cell for cell in content.iter() if cell.get(f"{TABLE}formula") is not None]


@given(TEXTS)
def test_any_text_comes_back_from_a_table_with_an_apostrophe_at_most(texts: list[str]) -> None:
    written = csv_table(["titre", "fin"], [[text, "."] for text in texts]).decode("utf-8-sig")
    read = [row[0] for row in csv.reader(io.StringIO(written, newline=""), delimiter=";")][1:]
    for given_text, found in zip(texts, read, strict=True):
        plain = given_text.replace("\0", "")
        assert found in (plain, f"'{plain}")
        assert not found.lstrip().startswith(("=", "+", "-", "@"))


@given(ANY_TEXT.filter(lambda text: "\n" not in legible(text) and legible(text).strip()))
def test_our_own_imports_read_the_same(text: str) -> None:
    """Imports trim what stands around a text and fold its blanks; control signs are for them to refuse."""
    octets = workbook([Sheet("Feuille", ["Nom", "Fin"], [[text, "."]])])
    found = read_plain_table("resultats.ods", octets, ("Nom", "Fin"), ("Fin",))
    if found.ok:
        (row,) = found.rows
        assert row.cells["Nom"].split() == legible(text).split()


def test_a_number_is_a_number_and_nothing_is_nothing() -> None:
    octets = workbook([Sheet("Feuille", ["a", "b", "c"], [[-1, None, 0]])])
    assert values(octets)[1] == [-1, None, 0]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["3E A", "3e a", "3E A"], ["3E A", "3e a (2)", "3E A (3)"]),
        (["'[1]*?:/\\'", ""], ["1", "–"]),
        (["L" * 60, "L" * 61], ["L" * 31, "L" * 27 + " (2)"]),
        (["=1+1\n\0x", "🦄"], ["=1+1 x", "🦄"]),
    ],
)
def test_a_sheet_has_a_name_that_a_sheet_can_have_and_no_other_has(
    wanted: list[str], names: list[str]
) -> None:
    octets = workbook([Sheet(name, ["a"], []) for name in wanted])
    assert [one.name for one in Document(io.BytesIO(octets)).body.tables] == names


def test_the_same_sheets_give_the_same_octets() -> None:
    sheet = Sheet("Feuille", ["a"], [["é’…"], [3]])
    assert workbook([sheet]) == workbook([sheet])
