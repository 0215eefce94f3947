"""Spreadsheets read as tables: what each kind of cell says, and which row of the sheet a line is."""

import pytest

from exam_server.imports.open_document import MAX_TEXT, column_letters
from exam_server.imports.plain_table import read_plain_table
from exam_server.imports.report import Import, ImportCode
from exam_server.imports.sheet import MAX_REPEATED
from exam_server.imports.table import MAX_ROWS
from tests.exam_server.imports.sheets import cell, content_xml, ods, row, sheet_of, workbook

TITLES = ("A", "B", "C")
HEADER = row(*TITLES)


def read(content: bytes) -> Import[object]:
    return read_plain_table("liste.ods", content, TITLES, ("A",))


def lines(content: bytes) -> list[tuple[int, str, str, str]]:
    found = read_plain_table("liste.ods", content, TITLES, ("A",))
    assert found.problems == ()
    return [(one.line, one.cells["A"], one.cells["B"], one.cells["C"]) for one in found.rows]


def text_of(markup: str) -> str:
    ((_line, text, _b, _c),) = lines(ods(HEADER, row(markup, "x")))
    return text


def problem_of(content: bytes) -> tuple[ImportCode, int | None, str]:
    found = read(content)
    assert found.rows == ()
    (problem,) = found.problems
    assert problem.message()
    return problem.code, problem.line, problem.given


def repeated(count: object, of: str = "rows") -> str:
    return f'table:number-{of}-repeated="{count}"'


# -- cells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (cell("  Démo  "), "Démo"),
        (cell("deux\nlignes"), "deux\nlignes"),
        (cell("5,00", "float", 'office:value="5"'), "5"),
        (cell("5", "float", 'office:value="5.0"'), "5"),
        (cell("1,5", "float", 'office:value="1.5"'), "1,5"),
        (cell(" 1/3", "float", 'office:value="0.333333333333333"'), "1/3"),
        (cell("", "float", 'office:value="0.5"'), "0.5"),
        (cell("1 234 567 890", "float", 'office:value="1234567890"'), "1234567890"),
        (cell("1,2E+019", "float", 'office:value="1.2E+019"'), "1,2E+019"),
        (cell("0012", "float", 'office:value="12"'), "0012"),
        (cell("#DIV/0!", "float", 'office:value="0"'), "#DIV/0!"),
        (cell("#N/A", "string", 'office:string-value=""'), "#N/A"),
        (cell("Err:508", "float", 'office:value="0"'), "Err:508"),
        (cell("25,00 %", "percentage", 'office:value="0.25"'), "25,00 %"),
        (cell("", "percentage", 'office:value="0.25"'), "0.25 × 100 %"),
        (cell("12,00 €", "currency", 'office:value="12" office:currency="EUR"'), "12,00 €"),
        (cell("14:30", "time", 'office:time-value="PT14H30M00S"'), "14:30"),
        (cell("01/09/26", "date", 'office:date-value="2026-09-01"'), "2026-09-01"),
        (cell("01/09/26 14:30", "date", 'office:date-value="2026-09-01T14:30:00"'), "2026-09-01"),
        (cell("hier", "date", 'office:date-value="hier"'), "hier"),
        (cell("VRAI", "boolean", 'office:boolean-value="true"'), "oui"),
        (cell("FAUX", "boolean", 'office:boolean-value="false"'), "non"),
        ("<table:table-cell><text:p>sans type</text:p></table:table-cell>", "sans type"),
        (cell("", "string", 'office:string-value="sans paragraphe"'), "sans paragraphe"),
    ],
)
def test_a_cell_says_what_was_meant(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<text:p>a<text:s/>b</text:p>", "a b"),
        ('<text:p>a <text:s text:c="2"/>b</text:p>', "a   b"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p>\n   a\n   b\n</text:p>", "a b"),
        ("<text:p>un <text:span>mot <text:a>gras</text:a></text:span></text:p>", "un mot gras"),
        ("<text:p>a</text:p><text:p/><text:p>b</text:p>", "a\n\nb"),
        ("<office:annotation><text:p>un commentaire</text:p></office:annotation><text:p>a</text:p>", "a"),
        ("<text:p>a<office:annotation><text:p>non</text:p></office:annotation>b</text:p>", "ab"),
        (
            "<draw:frame><draw:text-box><text:p>non</text:p></draw:text-box></draw:frame><text:p>a</text:p>",
            "a",
        ),
        ("<text:p>a<text:note><text:p>non</text:p></text:note></text:p>", "a"),
        ("<text:p>&lt;b&gt; &#233;</text:p>", "<b> é"),
    ],
)
def test_the_words_of_a_cell_are_those_that_are_shown(inner: str, text: str) -> None:
    assert text_of(f'<table:table-cell office:value-type="string">{inner}</table:table-cell>') == text


def test_merged_cells_are_one_with_words_and_others_without() -> None:
    covered = "<table:covered-table-cell><text:p>caché</text:p></table:covered-table-cell>"
    merged = cell("x", more='table:number-columns-spanned="2"')
    assert lines(ods(HEADER, row(merged, covered, "z"))) == [(2, "x", "", "z")]


# -- rows and columns ----------------------------------------------------------------------------------------


def test_rows_have_the_numbers_that_a_person_sees() -> None:
    sheet = ods(
        row(more=repeated(3)),
        HEADER,
        row("1"),
        row("", "", more=repeated(7)),
        row("2", more=repeated(3)),
        row("3"),
    )
    numbers = [(line, text) for line, text, _b, _c in lines(sheet)]
    assert numbers == [(5, "1"), (13, "2"), (14, "2"), (15, "2"), (16, "3")]


def test_the_rest_of_an_empty_sheet_is_passed_over() -> None:
    nothing = f"<table:table-cell {repeated(16384, 'columns')}/>"
    sheet = ods(HEADER, row("1"), row(nothing, more=repeated(1_048_574)))
    assert lines(sheet) == [(2, "1", "", "")]


def test_repeated_cells_stand_beside_one_another() -> None:
    again = cell("x", more=repeated(2, "columns"))
    skipped = f"<table:table-cell {repeated(2, 'columns')}/>"
    assert lines(ods(HEADER, row(again), row(skipped, "z"))) == [(2, "x", "x", ""), (3, "", "", "z")]


def test_hidden_filtered_and_grouped_rows_are_read_like_the_others() -> None:
    sheet = ods(
        f"<table:table-header-rows>{HEADER}</table:table-header-rows>",
        row("1", more='table:visibility="collapse"'),
        row("2", more='table:visibility="filter"'),
        f"<table:table-row-group><table:table-row-group>{row('3')}</table:table-row-group></table:table-row-group>",
    )
    assert [text for _line, text, _b, _c in lines(sheet)] == ["1", "2", "3"]


def test_only_the_first_sheet_is_read() -> None:
    xml = content_xml(HEADER + row("1"), after=f"<table:table>{row('2')}</table:table>")
    assert lines(workbook(xml)) == [(2, "1", "", "")]


def test_columns_are_found_by_their_titles_in_any_order() -> None:
    found = read(sheet_of([("b", "Autre", " A "), ("2", "9", "1")]))
    assert [(one.code, one.field, one.line) for one in found.warnings] == [
        (ImportCode.COLUMN_UNKNOWN, "Autre", 1)
    ]
    assert found.ok


def test_the_name_of_the_file_does_not_matter() -> None:
    found = read_plain_table("liste.csv", sheet_of([("A",), ("1",)]), TITLES, ("A",))
    assert [dict(one.cells) for one in found.rows] == [{"A": "1", "B": "", "C": ""}]


def test_a_cell_to_the_right_of_the_table_costs_its_row_alone() -> None:
    found = read(sheet_of([TITLES, ("1", "", "", "", "x"), ("2",)]))
    (problem,) = found.problems
    assert (problem.code, problem.line) == (ImportCode.CELL_OUTSIDE, 2)
    assert (problem.given, problem.expected) == ("E", "C")
    assert len(found.rows) == 1


def test_a_text_that_is_too_long_is_named_by_its_row_and_title() -> None:
    found = read(sheet_of([TITLES, ("1", "x" * (MAX_TEXT + 1)), ("2", "x" * MAX_TEXT)]))
    (problem,) = found.problems
    assert (problem.code, problem.line, problem.field) == (ImportCode.TEXT_TOO_LONG, 2, "B")
    assert len(found.rows) == 1


def test_a_header_out_of_order_leaves_nothing_to_read() -> None:
    code, line, _given = problem_of(sheet_of([("x" * (MAX_TEXT + 1),), ("A",), ("1",)]))
    assert (code, line) == (ImportCode.TEXT_TOO_LONG, 1)
    assert read(sheet_of([("B",), ("1",)])).problems[0].code is ImportCode.COLUMN_MISSING


@pytest.mark.parametrize("rows", [[], [row(more=repeated(9))], [HEADER]])
def test_a_sheet_without_rows_says_so(rows: list[str]) -> None:
    assert problem_of(ods(*rows))[0] is ImportCode.NO_ROWS


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")]
)
def test_columns_are_named_as_spreadsheets_name_them(number: int, letters: str) -> None:
    assert column_letters(number) == letters


# -- limits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [MAX_REPEATED + 1, 10**9, "9" * 5_000])
def test_a_row_with_words_is_not_unrolled_without_end(count: object) -> None:
    code, line, given = problem_of(ods(HEADER, row("1"), row("2", more=repeated(count))))
    assert (code, line) == (ImportCode.ODS_REPEATED, 3)
    assert int(given) > MAX_REPEATED


def test_a_cell_with_words_is_not_unrolled_without_end() -> None:
    code, line, given = problem_of(ods(HEADER, row(cell("x", more=repeated(10**9, "columns")))))
    assert (code, line, given) == (ImportCode.CELL_OUTSIDE, 2, column_letters(10**9))


@pytest.mark.parametrize("count", [0, "", "-1", "1.5", "x", "٣"])
@pytest.mark.parametrize("of", ["rows", "columns"])
def test_a_count_that_is_none_is_damage(count: object, of: str) -> None:
    more = repeated(count, of)
    broken = row("1", more=more) if of == "rows" else row(cell("1", more=more))
    assert problem_of(ods(HEADER, broken))[:2] == (ImportCode.ODS_DAMAGED, 2)


def test_more_rows_than_a_school_has_are_refused() -> None:
    times, rest = divmod(MAX_ROWS, MAX_REPEATED)
    full = [row("1", more=repeated(MAX_REPEATED))] * times
    assert rest == 0
    assert len(read(ods(HEADER, *full)).rows) == MAX_ROWS
    assert problem_of(ods(HEADER, *full, row("1")))[:2] == (ImportCode.TOO_MANY_ROWS, MAX_ROWS + 2)
