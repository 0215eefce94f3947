"""CSV files and spreadsheets hold exactly what their author wrote, for readers that are not ours."""

import csv
import io
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.files.formulas import BadFormula, open_formula
from tests.question_bank.files.authored import one, part_of, problems_of, read, tag, words_in

LATIN = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"])
WORDS = st.text(LATIN, max_size=12)
NUMBERS = st.decimals(-(10**6), 10**6, places=2).map(lambda number: f"{number:f}")
TABLE = {"columns": ["Ville", "Note"], "rows": [["Brest", "x"], ["Lyon", "y"]]}


def rows_in(octets: bytes, encoding: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode(encoding), newline=""), delimiter=separator))


def sheets_in(octets: bytes) -> dict[str, Element]:
    found = part_of(octets, "content.xml").iter(tag("table:table"))
    return {sheet.get(tag("table:name"), ""): sheet for sheet in found}


def cells_in(sheet: Element) -> list[list[str]]:
    """What is shown, line under line within a cell."""
    return [
        ["\n".join(words_in(line) for line in cell.iter(tag("text:p"))) for cell in row]
        for row in sheet.iter(tag("table:table-row"))
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
    st.sampled_from([";", ",", "tab"]),
)
def test_a_csv_file_is_read_again_as_it_was_written(
    rows: list[tuple[str, str, str]], encoding: str, separator: str
) -> None:
    columns = [{"name": name, "kind": "text"} for name in ("a", "b", "c")]
    content = {"columns": columns, "rows": rows, "encoding": encoding, "separator": separator}
    octets = one("x.csv", "csv", content).generate()
    found = rows_in(octets, encoding, "\t" if separator == "tab" else separator)
    assert found == [["a", "b", "c"], *map(list, rows)]


@settings(max_examples=60, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=8), st.sampled_from(["comma", "point"]))
def test_decimals_are_written_exactly_with_the_sign_that_is_asked_for(numbers: list[str], sign: str) -> None:
    content = {
        "columns": [{"name": "n", "kind": "decimal"}],
        "rows": [[number] for number in numbers],
        "decimal": sign,
        "header": False,
    }
    found = [row[0] for row in rows_in(one("x.csv", "csv", content).generate(), "utf-8", ";")]
    assert all(("." not in number) if sign == "comma" else ("," not in number) for number in found)
    assert [Decimal(number.replace(",", ".")) for number in found] == list(map(Decimal, numbers))


def test_rows_may_name_their_columns_and_leave_some_out() -> None:
    content = {"columns": ["Ville", "Note"], "rows": [{"Note": 12, "Ville": "Brest"}, {"Ville": "Lyon"}]}
    assert rows_in(one("x.csv", "csv", content).generate(), "utf-8", ";")[1:] == [
        ["Brest", "12"],
        ["Lyon", ""],
    ]


def test_a_bare_number_is_a_number_and_a_quoted_one_is_a_text() -> None:
    (file,), problems = read(
        'files: [{name: x.csv, csv: {columns: [a, b], rows: [[1.50, "1.50"], [007, x]]}}]'
    )
    assert problems == []
    assert rows_in(file.generate(), "utf-8", ";")[1:] == [["1,50", "1.50"], ["007", "x"]]


def test_dates_are_written_the_french_way_or_the_iso_way() -> None:
    content = {"columns": [{"name": "d", "kind": "date"}], "rows": [["2024-05-03"], ["2024-05-03 14:25"]]}
    french, iso = (
        one("x.csv", "csv", {**content, "dates": dates}).generate().decode().split("\r\n")[1:3]
        for dates in ("french", "iso")
    )
    assert french == ["03/05/2024", "03/05/2024 14:25"]
    assert iso == ["2024-05-03", "2024-05-03 14:25"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rows": [["Brest"]]}, "rows[1]"),
        ({"rows": [{"Pays": "x"}]}, "rows[1]"),
        ({"rows": []}, "rows"),
        ({"rows": [["x", "y"]] * 2001}, "rows"),
        ({"rows": [["x", ["y"]]]}, "rows[1].Note"),
        ({"rows": [["x", "y" * 1001]]}, "rows[1].Note"),
        ({"rows": [["x", "y\u0007"]]}, "rows[1].Note"),
        ({"rows": [["x", {"formula": "=A1"}]]}, "rows[1].Note"),
        ({"columns": ["a", "a"]}, "columns"),
        ({"columns": []}, "columns"),
        ({"columns": ["Ville", {"name": "Note", "hidden": True}]}, "columns[2].hidden"),
        ({"columns": ["Ville", {"name": "Note", "kind": "whole"}]}, "rows[1].Note"),
        ({"columns": ["Ville", {"name": "Note", "kind": "date"}]}, "rows[1].Note"),
        ({"separator": "|"}, "separator"),
        ({"encoding": "latin-1", "rows": [["l’eau", "x"]]}, "encoding"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_table_that_cannot_be_is_told(change: dict[str, object], field: str) -> None:
    assert field in problems_of("x.csv", "csv", {**TABLE, **change})


def test_a_wrong_column_is_not_told_for_every_row() -> None:
    content = {"columns": [{"name": "n", "kind": "whole"}], "rows": [["x"]] * 500}
    assert len(problems_of("x.csv", "csv", content)) == 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, NUMBERS), min_size=1, max_size=6), st.booleans())
def test_a_sheet_shows_what_was_written_and_knows_what_is_a_number(
    rows: list[tuple[str, str]], header: bool
) -> None:
    columns = [{"name": "Nom", "kind": "text"}, {"name": "Note", "kind": "decimal"}]
    sheet = {"name": "Notes", "columns": columns, "rows": rows, "header": header}
    octets = one("x.ods", "ods", {"sheets": [sheet]}).generate()
    drawn = sheets_in(octets)["Notes"]
    expected = [[name, note.replace(".", ",")] for name, note in rows]
    assert cells_in(drawn) == [["Nom", "Note"]] * header + expected
    numbers = [cell.get(tag("office:value")) for cell in drawn.iter(tag("table:table-cell"))]
    assert [number for number in numbers if number is not None] == [note for _name, note in rows]


def test_formulas_dates_and_hidden_parts_are_real() -> None:
    notes = {
        "name": "Notes",
        "columns": ["Nom", {"name": "Note", "hidden": True}, {"name": "Le", "kind": "date"}],
        "rows": [
            ["Lina", 12, "2024-05-03"],
            ["Moyenne", {"formula": "=AVERAGE(B2:B2)", "value": "12.5"}, ""],
        ],
    }
    other = {"name": "Été", "columns": ["a"], "rows": [[{"formula": "=SUM(Notes!B2;$A$3)"}]], "hidden": True}
    octets = one("x.ods", "ods", {"sheets": [notes, other]}).generate()
    content = part_of(octets, "content.xml")
    formulas = [cell.get(tag("table:formula")) for cell in content.iter(tag("table:table-cell"))]
    assert [each for each in formulas if each] == ["of:=AVERAGE([.B2:.B2])", "of:=SUM([$'Notes'.B2];[.$A$3])"]
    columns = sheets_in(octets)["Notes"].iter(tag("table:table-column"))
    assert [column.get(tag("table:visibility")) for column in columns] == [None, "collapse", None]
    dates = [cell.get(tag("office:date-value")) for cell in content.iter(tag("table:table-cell"))]
    assert [date for date in dates if date] == ["2024-05-03"]
    styles = {style.get(tag("style:name")): style for style in content.iter(tag("style:style"))}
    style = styles[sheets_in(octets)["Été"].get(tag("table:style-name"))]
    assert style[0].get(tag("table:display")) == "false"


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("=1+2", "of:=1+2"),
        ('=IF(A1>=10;"oui";"non")', 'of:=IF([.A1]>=10;"oui";"non")'),
        ("='Ma feuille'!$B$2*2%", "of:=[$'Ma feuille'.$B$2]*2%"),
        ("=ROUND(A1/3;2)&C4", "of:=ROUND([.A1]/3;2)&[.C4]"),
    ],
)
def test_a_formula_is_turned_into_open_formula(written: str, opened: str) -> None:
    assert open_formula(written) == opened


@pytest.mark.parametrize(
    "written",
    [
        "",
        "=",
        "A1",
        "=WEBSERVICE(A1)",
        "=TODAY()",
        "=HYPERLINK(A1)",
        "=SUM(A1",
        "=A1)",
        "=)(",
        "=A1:",
        "='x]y'!A1",
        "=DDE(A1)",
        '=SUM("a)',
        "=A1|b",
        "=[x.ods]A1",
        "=a1",
        "=AAA1",
        "=A0",
        "=1.2.3",
    ],
)
def test_a_formula_that_reaches_outside_or_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(BadFormula):
        open_formula(written)


@pytest.mark.parametrize(
    ("sheets", "field"),
    [
        ([], "sheets"),
        ([{"name": "a", **TABLE}, {"name": "A", **TABLE}], "sheets"),
        ([{"name": "a", **TABLE, "hidden": True}], "sheets[1].hidden"),
        ([{"name": "a/b", **TABLE}], "sheets[1].name"),
        ([{"name": "a" * 32, **TABLE}], "sheets[1].name"),
        ([{"name": "a", **TABLE, "rows": [["x", {"formula": "=NOW()"}]]}], "sheets[1].rows[1].Note.formula"),
        ([{"name": n, "columns": list("abcdef"), "rows": [list("abcdef")] * 2000} for n in "ab"], "sheets"),
    ],
)
def test_a_spreadsheet_that_cannot_be_is_told(sheets: list[object], field: str) -> None:
    assert field in problems_of("x.ods", "ods", {"sheets": sheets})
