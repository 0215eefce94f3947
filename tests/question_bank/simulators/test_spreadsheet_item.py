"""Spreadsheet items: the goal is what scores, authors are told what is wrong, browsers what they may send."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.jsonvalues import Json, JsonObject, canonical
from question_bank.item_types.responses import SKIPPED, Acted, Answered
from question_bank.item_types.spreadsheet import Spreadsheet
from question_bank.item_types.table import BadResponse, BadResponseCode, ItemType
from question_bank.items import ItemVersion
from question_bank.loading import BankErrors, load_bank

HEAD = """\
competence: "1.3"
skill: tableur
title: Tableur
items:
  - id: 1.3-tableur-a
    level: 3
    type: spreadsheet
    time: 90
    stem: Calculez.
    rationale: Parce que.
"""
SHEET = """\
    sheet:
      rows: 8
      columns: 4
      table: |
        Article | Prix | Nombre | Total
        Pied | 24,90 € | 2 | =B2*C2
        Carte | 12,50 € | 4 |
        Lampe | 18 € | 3 |
      cells: {C6: Total}
      formats: {"D2:D6": "0,00 €"}
      locked: [A1:C4]
"""
TOTAL = """\
    goal:
      cells: {"D2:D4": ["49,80", "50", "54"], D6: "153,8"}
      formulas: [D6]
      trials: [{set: {C2: "5", B4: "20"}, expect: {D6: "234,5"}}]
      unchanged: [A1:C4]
    solution: [[fill, D2, D3:D4], [set, D6, "=SOMME(D2:D4)"]]
"""
LIST = """\
    editable: none
    sheet:
      table: |
        Titre | Ville | Jours
        Germinal | Lyon | 12
        Candide | Paris | 31
        Le Horla | Lyon | 27
"""
SORTED = """\
    goal:
      order: {range: A2:C4, column: A, values: [Candide, Le Horla, Germinal]}
      visible: {range: A2:C4, column: A, values: [Le Horla, Germinal]}
    answer: {accept: [Le Horla]}
    solution: [[filter, A1:C4, B, "=", Lyon], [sort, A1:C4, C, desc, header]]
"""
ASKED = """\
    answer: {value: "31", tolerance: "0", unit: jours}
"""
SHOW: list[Json] = ["filter", "A1:C4", "B", "=", "lyon"]
SORT: list[Json] = ["sort", "A1:C4", "C", "desc", "header"]
FILL: list[Json] = ["fill", "D2", "D3:D4"]


def load(folder: Path, body: str) -> ItemVersion:
    (folder / "1.3").mkdir()
    (folder / "1.3" / "tableur.yaml").write_text(HEAD + body, "utf-8")
    return load_bank(folder).items[0]


def body_of(folder: Path, body: str) -> Spreadsheet:
    found = load(folder, body).body
    assert isinstance(found, Spreadsheet)
    return found


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Spreadsheet]:
    texts = {"total": SHEET + TOTAL, "sorted": LIST + SORTED, "asked": LIST + ASKED}
    return {name: body_of(tmp_path_factory.mktemp(name), text) for name, text in texts.items()}


@pytest.mark.parametrize("name", ["total", "sorted", "asked"])
def test_the_right_content_scores_and_passing_does_not(bodies: dict[str, Spreadsheet], name: str) -> None:
    body = bodies[name]
    for seed in (0, 1, 2**64 - 1):
        assert body.is_correct(seed, body.right_content(seed))
    assert not body.is_correct(0, {"skip": True})
    assert body.parse(0, {"skip": True}) is SKIPPED


@pytest.mark.parametrize("name", ["total", "sorted", "asked"])
def test_a_body_is_stored_and_read_again_as_it_was(bodies: dict[str, Spreadsheet], name: str) -> None:
    body = bodies[name]
    again = Spreadsheet.from_json(body.to_json())
    assert again == body
    assert canonical(again.to_json()) == canonical(body.to_json())


@pytest.mark.parametrize("name", ["total", "sorted", "asked"])
def test_a_browser_gets_no_goal_no_solution_and_no_answer(bodies: dict[str, Spreadsheet], name: str) -> None:
    rendered = bodies[name].render(7, True)
    sheet = {"columns", "rows", "cells", "formats", "locked", "editable", "tools"}
    assert set(rendered) == {*sheet, "answer", "unit", "acts_needed"}
    said = canonical(rendered).decode()
    assert not any(secret in said for secret in ("153,8", "234,5", "SOMME", "accept", "tolerance"))


def answered(acts: list[list[Json]], answer: str) -> JsonObject:
    return {"acts": [list(act) for act in acts], "answer": answer}


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("=SOMME(D2:D4)", True),
        ("=D2+D3+D4", True),
        ("=sum(d2:d4)", True),
        ("=B2*C2+B3*C3+B4*C4", True),
        ("153,80", False),
        ("=153,80", False),
        ("=153,80+0*D2", False),
        ("=D2+D3+54", False),
        ("=SOMME(D2:D3)", False),
    ],
)
def test_only_a_formula_that_follows_its_inputs_scores(
    bodies: dict[str, Spreadsheet], formula: str, right: bool
) -> None:
    content = {"acts": [FILL, ["set", "D6", formula]]}
    assert bodies["total"].is_correct(0, content) is right


def test_order_visible_rows_and_answer_are_all_needed(bodies: dict[str, Spreadsheet]) -> None:
    body = bodies["sorted"]
    assert body.is_correct(0, answered([SORT, SHOW], "le horla"))
    for acts, answer in (([SORT], "Le Horla"), ([SHOW], "Le Horla"), ([SORT, SHOW], "Zadig")):
        assert not body.is_correct(0, answered(acts, answer))


def test_a_column_sorted_alone_tears_the_rows(bodies: dict[str, Spreadsheet]) -> None:
    torn: list[list[Json]] = [
        ["sort", "A1:B4", "B", "desc", "header"],
        ["sort", "A3:A4", "A", "desc", "no_header"],
        SHOW,
    ]
    assert not bodies["sorted"].is_correct(0, answered(torn, "Le Horla"))


def test_where_only_the_answer_counts_the_sheet_is_a_tool(bodies: dict[str, Spreadsheet]) -> None:
    body = bodies["asked"]
    assert body.is_correct(0, answered([], "31"))
    assert body.is_correct(0, answered([SORT], "31 jours"))
    assert not body.is_correct(0, answered([SORT], "27"))
    assert isinstance(body.parse(0, answered([SORT], "3")), Answered)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("total", [], BadResponseCode.NOT_AN_OBJECT),
        ("total", {"acts": []}, BadResponseCode.EMPTY),
        ("total", {"acts": [FILL], "answer": "5"}, BadResponseCode.WRONG_FIELDS),
        ("total", {"acts": [["set", "A1", "x"]]}, BadResponseCode.UNKNOWN_OPTION),
        ("total", {"acts": [["set", "D9", "x"]]}, BadResponseCode.UNKNOWN_OPTION),
        ("total", {"acts": [["set", "D6"]]}, BadResponseCode.WRONG_FIELDS),
        ("total", {"acts": [["set", "D6", 5]]}, BadResponseCode.WRONG_TYPE),
        ("total", {"acts": [["set", "D6", ["x"]]]}, BadResponseCode.WRONG_TYPE),
        ("total", {"acts": [["set", "D6", "x" * 201]]}, BadResponseCode.TOO_LONG),
        ("total", {"acts": [["set", "D6", "x"]] * 201}, BadResponseCode.TOO_LONG),
        ("total", {"acts": [["set", "D6", "\x00"]]}, BadResponseCode.BAD_CHARACTER),
        ("sorted", {"acts": [SORT]}, BadResponseCode.WRONG_FIELDS),
        ("sorted", {"acts": [], "answer": "x"}, BadResponseCode.EMPTY),
        ("sorted", {"acts": [SORT], "answer": ""}, BadResponseCode.EMPTY),
        ("sorted", {"acts": [SORT], "answer": 5}, BadResponseCode.WRONG_TYPE),
        ("sorted", {"acts": [["set", "A1", "x"]], "answer": "x"}, BadResponseCode.UNKNOWN_OPTION),
        ("sorted", {"acts": [["fill", "A1", "A2"]], "answer": "x"}, BadResponseCode.UNKNOWN_OPTION),
        ("asked", {"acts": {}, "answer": "3"}, BadResponseCode.WRONG_TYPE),
        ("asked", {"acts": [], "answer": "trois"}, BadResponseCode.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_a_response_is_refused(
    bodies: dict[str, Spreadsheet], name: str, content: object, code: BadResponseCode
) -> None:
    with pytest.raises(BadResponse) as caught:
        bodies[name].parse(0, content)
    assert caught.value.code is code


PARTS = st.sampled_from(
    ["set", "fill", "sort", "filter", "A1", "D6", "A1:D4", "B", "asc", "header", "=A1", ""]
)
ANY_ACTS = st.lists(st.lists(PARTS | st.integers() | st.none() | st.floats(), max_size=6), max_size=5)


@given(st.sampled_from(["total", "sorted", "asked"]), ANY_ACTS, st.text(max_size=5) | st.none())
def test_any_content_is_a_response_or_refused(
    bodies: dict[str, Spreadsheet], name: str, acts: list[list[object]], answer: str | None
) -> None:
    content = {"acts": acts} if answer is None else {"acts": acts, "answer": answer}
    try:
        response = bodies[name].parse(0, content)
    except BadResponse:
        return
    assert isinstance(response, Acted | Answered)


ORDER = "order: {range: A2:C4, column: "
# A trial that changes nothing that the results depend on.
IDLE_TRIAL = '{C2: "5", B4: "20"}, expect: {D6: "234,5"', '{A2: "5"}, expect: {D6: "153,8"'


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("solution", lambda: replaced(SHEET + TOTAL, "SOMME(D2:D4)", "SOMME(D2:D3)")),
        ("solution[1]", lambda: replaced(SHEET + TOTAL, "D3:D4]", "C3:D4]")),
        ("goal", lambda: SHEET + '    goal: {cells: {D2: "49,8"}}\n    solution: [[set, D6, x]]\n'),
        ("goal", lambda: replaced(SHEET + TOTAL.replace("formulas: [D6]", ""), *IDLE_TRIAL)),
        ("goal", lambda: replaced(SHEET + TOTAL, "D6: \"153,8\"", "D9: \"153,8\"")),
        ("goal.cells.D2:D4", lambda: replaced(SHEET + TOTAL, '"50", ', "")),
        ("goal.formulas[1]", lambda: replaced(SHEET + TOTAL, "formulas: [D6]", "formulas: [Z6]")),
        ("goal.trials[1].expect", lambda: replaced(SHEET + TOTAL, ', expect: {D6: "234,5"}', "")),
        ("goal.order.values", lambda: replaced(LIST + SORTED, "[Candide, ", "[")),
        ("goal.order.column", lambda: replaced(LIST + SORTED, ORDER + "A", ORDER + "D")),
        ("sheet.formats.D2:D6", lambda: replaced(SHEET + TOTAL, '"0,00 €"', '"0.00"')),
        ("sheet.locked[1]", lambda: replaced(SHEET + TOTAL, "locked: [A1:C4]", "locked: [C4:A1]")),
        ("sheet.rows", lambda: replaced(SHEET + TOTAL, "rows: 8", "rows: 5")),
        ("sheet.colour", lambda: replaced(SHEET + TOTAL, "rows: 8", "rows: 8\n      colour: red")),
        ("goal.colour", lambda: replaced(SHEET + TOTAL, "formulas: [D6]", "colour: red")),
        ("goal", lambda: SHEET),
        ("answer.value", lambda: replaced(LIST + ASKED, '"31"', "trente")),
        ("editable", lambda: replaced(LIST + ASKED, "editable: none", "editable: no way")),
    ],
)  # fmt: skip
def test_authors_are_told_what_is_wrong(tmp_path: Path, field: str, change: Callable[[], str]) -> None:
    with pytest.raises(BankErrors) as caught:
        load(tmp_path, change())
    assert f"items[1].{field}" in [error.field for error in caught.value.errors]


def test_a_sheet_as_large_as_written_gets_a_margin(bodies: dict[str, Spreadsheet]) -> None:
    scene = bodies["sorted"].start.scene
    assert (scene.columns, scene.rows) == (4, 6)
    assert not scene.editable


def test_a_tolerance_forgives_a_rounded_result(tmp_path: Path) -> None:
    goal = '    goal: {cells: {B1: "0,333"}, tolerance: "0.001"}\n    solution: [[set, B1, "=1/A1"]]\n'
    body = body_of(tmp_path, '    sheet: {cells: {A1: "3"}}\n' + goal)
    assert body.is_correct(0, {"acts": [["set", "B1", "0,333"]]})
    assert body.is_correct(0, {"acts": [["set", "B1", "=ARRONDI(1/A1;3)"]]})
    assert not body.is_correct(0, {"acts": [["set", "B1", "0,33"]]})


def test_an_emptied_cell_and_an_error_can_be_asked_for(tmp_path: Path) -> None:
    goal = '    goal: {empty: [A1], cells: {B1: "#DIV/0!"}}\n    solution: [[set, A1, ""]]\n'
    body = body_of(tmp_path, '    sheet: {cells: {A1: "3", B1: "=1/A1"}}\n' + goal)
    assert body.is_correct(0, {"acts": [["set", "A1", ""]]})
    assert not body.is_correct(0, {"acts": [["set", "A1", "0"]]})


def test_the_type_is_known_by_its_name(tmp_path: Path) -> None:
    assert load(tmp_path, SHEET + TOTAL).type is ItemType.SPREADSHEET
