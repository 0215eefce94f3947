"""The operator's table of levels: whom it means, what a cell may be, and what costs which line."""

import pytest

from exam_server.imports.codes import ImportCode
from exam_server.imports.livret_levels import LONGEST_TEXT, TITLES, read_level_table
from question_bank.framework import COMPETENCE_CODES

HEAD = ";".join(TITLES)


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode()


def line(pupil: str, *levels: str, text: str = "") -> str:
    cells = [*levels, *[""] * (len(COMPETENCE_CODES) - len(levels))]
    return ";".join([pupil, "Démo Zoé", "6E 1", *cells, text])


def test_a_line_is_a_pupil_with_sixteen_levels_and_an_empty_cell_is_none() -> None:
    found = read_level_table("niveaux.csv", table(line("1234501", "0", "8", "", "3.0", text="Bien.")))
    assert found.ok
    (row,) = found.rows
    assert (row.siecle_id, row.name, row.class_name, row.line) == ("1234501", "Démo Zoé", "6E 1", 2)
    assert row.levels == (0, 8, None, 3, *[None] * 12)
    assert row.appreciation == "Bien."


def test_only_the_identifier_is_needed_and_columns_come_in_any_order() -> None:
    found = read_level_table("n.csv", table("2;7;1", head="5.2;eleve_id;1.1"))
    (row,) = found.rows
    assert (row.siecle_id, row.levels[0], row.levels[15], row.class_name) == ("7", 1, 2, "")


def test_a_spreadsheet_s_apostrophe_before_an_identifier_is_none_of_it() -> None:
    assert read_level_table("n.csv", table("'007;1", head="ELEVE_ID;1.1")).rows[0].siecle_id == "007"


@pytest.mark.parametrize("level", ["9", "-1", "1,5", "A", "١", "12"])
def test_a_cell_that_is_no_level_costs_its_line(level: str) -> None:
    found = read_level_table("n.csv", table(line("1", level), line("2", "1")))
    assert [row.siecle_id for row in found.rows] == ["2"]
    (problem,) = found.problems
    assert (problem.code, problem.line, problem.field) == (ImportCode.LEVEL_INVALID, 2, "1.1")


def test_two_lines_for_one_pupil_are_both_left_out() -> None:
    found = read_level_table("n.csv", table(line("1", "1"), line("2", "1"), line("1", "2")))
    assert [row.siecle_id for row in found.rows] == ["2"]
    assert [problem.line for problem in found.problems] == [2, 4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ImportCode.FILE_EMPTY),
        (table(), ImportCode.NO_ROWS),
        (table("1", head="Nom"), ImportCode.COLUMN_MISSING),
        (table(line("", "1")), ImportCode.IDENTIFIER_REQUIRED),
        (table(line("1", text="x" * (LONGEST_TEXT + 1))), ImportCode.TEXT_TOO_LONG),
    ],
)
def test_what_cannot_be_taken_is_named(content: bytes, code: ImportCode) -> None:
    found = read_level_table("n.csv", content)
    assert found.rows == ()
    assert [problem.code for problem in found.problems] == [code]
    assert found.problem_count == 1
