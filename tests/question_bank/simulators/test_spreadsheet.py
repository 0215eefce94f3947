"""The sheet's machine: spreadsheets' own results, exact arithmetic, rows kept whole, bounded work."""

import json
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode
from question_bank.simulators.acts import replay
from question_bank.simulators.spreadsheet import MOST_WORK_IN_ALL, Scene, Sheet, apply
from question_bank.simulators.spreadsheet_calculation import MOST_WORK
from question_bank.simulators.spreadsheet_criteria import matches
from question_bank.simulators.spreadsheet_formula import Area, column_name, column_number, moved
from question_bank.simulators.spreadsheet_values import Fault, Number, Value, clean, shown, typed
from tests.simulators.spreadsheet_cases import CASES, read_formulas, shown_in_e1, written

CELLS, BY_HAND = read_formulas()
WHOLES = st.integers(-1000, 1000)
FORMULA_TEXT = st.text(alphabet='=+-*/^&%()<>;:$"ABZ129,. é#REF!SOMESI', max_size=60)


def sheet(cells: dict[str, str], columns: int = 6, rows: int = 8) -> Sheet:
    scene = Scene(columns, rows)
    return Sheet(scene, {scene.place(name): clean(raw) for name, raw in cells.items()})


def value_of(formula: str, **cells: str) -> Value:
    return sheet({**cells, "F8": formula}).value((6, 8))


@pytest.mark.parametrize(("formula", "expected"), BY_HAND, ids=[formula[:40] for formula, _ in BY_HAND])
def test_a_formula_shows_what_spreadsheets_show(formula: str, expected: str) -> None:
    assert shown_in_e1(CELLS, formula).replace("\u00a0", " ") == expected


def test_the_shared_cases_are_those_that_the_script_makes_now() -> None:
    assert CASES.read_text("utf-8") == written()


def test_the_shared_cases_are_many() -> None:
    cases = json.loads(CASES.read_text("utf-8"))
    assert len(cases["formulas"]) >= 150
    assert len(cases["sequences"]) >= 40
    assert any(sequence["refused"] is not None for sequence in cases["sequences"])


@given(WHOLES, st.lists(st.tuples(st.sampled_from("+-*/"), WHOLES.filter(bool)), max_size=8))
def test_arithmetic_is_exact(first: int, steps: list[tuple[str, int]]) -> None:
    expected, formula = Fraction(first), f"({first})"
    for sign, operand in steps:
        results = {"+": expected + operand, "-": expected - operand, "*": expected * operand}
        expected = results.get(sign, expected / operand)
        formula = f"({formula}{sign}{operand})"
    assert value_of("=" + formula) == Number(expected)


@given(st.integers(1, 702))
def test_the_name_of_a_column_gives_the_column(column: int) -> None:
    assert column_number(column_name(column)) == column


@given(st.integers(0, 20), st.integers(0, 50))
def test_a_formula_moved_there_and_back_is_the_same(across: int, down: int) -> None:
    formula = '=SOMME(B2:$C4)+D$5*$E$6&"A1"'
    assert moved(moved(formula, across, down), -across, -down) == formula


def test_a_reference_moved_out_of_the_sheet_is_an_error() -> None:
    assert moved("=A1+B2", -1, 0) == "=#REF!+A2"
    assert moved("=A1:B2", 0, -1) == "=#REF!:B1"
    assert value_of(moved("=SOMME(A1:B2)", 0, -1)) is Fault.REFERENCE


@given(FORMULA_TEXT)
def test_any_text_is_worth_something_and_can_be_moved(text: str) -> None:
    found = sheet({"A1": "5", "B2": "x", "F8": "=" + text})
    assert isinstance(shown(found.value((6, 8))), str)
    assert isinstance(moved("=" + text, 1, 1), str)


@given(
    st.lists(st.sampled_from(["3", "1", "b", "A", "é", "", "VRAI", "=1/0", "2,5"]), min_size=7, max_size=7)
)
def test_sorting_keeps_rows_together_and_twice_is_once(values: list[str]) -> None:
    cells = {f"A{row}": value for row, value in enumerate(values, 2)}
    names = {f"B{row}": f"n{row}" for row in range(2, 9)}
    start = sheet({"A1": "T", "B1": "N", **cells, **names})
    act = ("sort", "A1:B8", "A", "asc", "header")
    once = apply(start, act)

    def pairs(one: Sheet) -> Counter[tuple[str, str]]:
        return Counter((one.raw((1, row)), one.raw((2, row))) for row in range(1, 9))

    assert pairs(once) == pairs(start)
    assert apply(once, act) == once
    filled = [bool(once.raw((1, row))) for row in range(2, 9)]
    assert filled == sorted(filled, reverse=True)


def test_a_formula_moves_with_its_row() -> None:
    start = sheet({"A1": "2", "B1": "=A1*10", "A2": "1", "B2": "=A2*10"})
    after = apply(start, ("sort", "A1:B2", "A", "asc", "no_header"))
    assert [after.raw((2, row)) for row in (1, 2)] == ["=A1*10", "=A2*10"]
    assert [after.shown((2, row)) for row in (1, 2)] == ["10", "20"]


@pytest.mark.parametrize("formula", ["=SOMME(A1:L60)", "=NB.SI(A1:L60;1)+SOMME(A1:L60)"])
def test_a_sheet_of_huge_sums_ends_with_errors(formula: str) -> None:
    cells = {f"{column_name(1 + at % 12)}{1 + at // 12}": formula for at in range(720)}
    found = sheet(cells, 12, 60)
    assert found.cost <= MOST_WORK
    assert found.value((12, 60)) is Fault.COMPLEX


def test_texts_and_numbers_that_grow_end_with_errors() -> None:
    grows = {f"A{row}": f"=A{row - 1}&A{row - 1}" for row in range(2, 60)}
    found = sheet({"A1": "x" * 200, **grows}, 12, 60)
    assert found.value((1, 3)) is Fault.VALUE
    squares = {f"A{row}": f"=A{row - 1}*A{row - 1}" for row in range(2, 60)}
    assert sheet({"A1": "1000000", **squares}, 12, 60).value((1, 59)) is Fault.NUMBER
    assert value_of("=9^400^400") is Fault.NUMBER


def test_a_long_chain_of_cells_is_computed() -> None:
    cells = {"A1": "1"}
    names = [f"{column_name(1 + at // 60)}{1 + at % 60}" for at in range(720)]
    cells |= {name: f"={before}+1" for before, name in pairwise(names)}
    assert sheet(cells, 12, 60).value((12, 60)) == Number(Fraction(720))


def test_sums_of_many_fractions_stay_numbers() -> None:
    cells = {f"A{row}": f"=1/{row * 7919 + 1}" for row in range(1, 61)} | {"B1": "=SOMME(A1:A60)"}
    value = sheet(cells, 12, 60).value((2, 1))
    exact = sum(Fraction(1, row * 7919 + 1) for row in range(1, 61))
    assert isinstance(value, Number)
    assert abs(value.value - exact) < Fraction(1, 10**25)


@pytest.mark.parametrize("act", [("sort", "A1:A60", "A", "asc", "no_header"), ("fill", "B1", "B1:L60")])
def test_sorting_and_copying_for_ever_is_refused(act: Act) -> None:
    cells = {f"A{row}": "=SOMME($B$1:$L$40)" for row in range(1, 61)} | {"B1": "=1" + "+A1" * 50}
    with pytest.raises(BadResponse) as caught:
        replay(sheet(cells, 12, 60), (act,) * 200, apply)
    assert caught.value.code is BadResponseCode.TOO_LARGE
    assert MOST_WORK < MOST_WORK_IN_ALL


@pytest.mark.parametrize(
    ("text", "pattern", "same"),
    [
        ("lyon", "l*n", True),
        ("lyon", "lyon*", True),
        ("lyon", "ly*yon", False),
        ("aa", "a*a", True),
        ("a", "a*a", False),
        ("abcabc", "*c*b*", True),
        ("abc", "*b*b*", False),
        ("", "*", True),
    ],
)
def test_a_star_stands_for_any_characters(text: str, pattern: str, same: bool) -> None:
    assert matches(text, pattern) is same


@pytest.mark.parametrize("act", [("set", "B2", "5"), ("fill", "D4", "B2:C3"), ("fill", "A1", "A1:A2")])
def test_a_locked_cell_is_neither_typed_into_nor_filled_over(act: Act) -> None:
    start = Sheet(Scene(4, 4, locked=(Area(1, 1, 2, 2),)), {(1, 1): "1"})
    with pytest.raises(BadResponse):
        apply(start, act)


def test_a_locked_cell_can_be_copied_from() -> None:
    start = Sheet(Scene(4, 4, locked=(Area(1, 1, 2, 2),)), {(1, 1): "1"})
    assert apply(start, ("fill", "A1", "A3:A4")).raw((1, 4)) == "1"


@given(st.text(max_size=30))
def test_what_is_typed_is_cleaned_once(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)
    assert not isinstance(typed(clean(raw)), Fault)
