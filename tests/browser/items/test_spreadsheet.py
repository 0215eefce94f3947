"""The spreadsheet on the candidate's page: by keyboard, by mouse, in small forms, for axe and at 200 %."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, expect

from question_bank.items import ItemVersion
from question_bank.loading import load_bank
from tests.browser.examining import faults, picture
from tests.browser.items.conftest import Shown

ITEMS = """\
competence: "1.3"
skill: tableur
title: Tableur
items:
  - id: 1.3-tableur-a
    level: 3
    type: spreadsheet
    time: 90
    stem: En D5, faites calculer le total de la commande.
    rationale: Parce que.
    sheet:
      rows: 8
      columns: 6
      table: |
        Article | Prix | Nombre | Total
        Pied | 24,90 € | 2 | =B2*C2
        Carte | 12,50 € | 4 | =B3*C3
        Lampe | 18 € | 3 | =B4*C4
      locked: [A1:D4]
    goal: {formulas: [D5], trials: [{set: {C2: "5"}, expect: {D5: "228,5"}}]}
    solution: [[set, D5, "=SOMME(D2:D4)"]]
  - id: 1.3-tableur-b
    level: 3
    type: spreadsheet
    time: 90
    stem: Quel est le titre du plus long prêt de Lyon ?
    rationale: Parce que.
    editable: none
    sheet:
      table: |
        Titre | Ville | Jours
        Germinal | Lyon | 12
        Candide | Paris | 31
        Le Horla | Lyon | 27
    goal: {visible: {range: A2:C4, column: A, values: [Germinal, Le Horla]}}
    answer: {accept: [Le Horla]}
    solution: [[filter, A1:C4, B, "=", Lyon]]
  - id: 1.3-tableur-c
    level: 3
    type: spreadsheet
    time: 90
    stem: En A2, faites calculer le double de A1.
    rationale: Parce que.
    sheet:
      rows: 60
      columns: 12
      table: |
        21
      locked: [A1]
    goal: {formulas: [A2], trials: [{set: {A1: "4"}, expect: {A2: "8"}}]}
    solution: [[set, A2, "=A1*2"]]
"""


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Sequence[ItemVersion]:
    folder = tmp_path_factory.mktemp("items") / "1.3"
    folder.mkdir()
    (folder / "tableur.yaml").write_text(ITEMS, "utf-8")
    return load_bank(folder.parent).items


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'td[aria-label^="{name},"]')


def pressed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_formula_is_written_by_keyboard_alone(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    page.get_by_role("textbox", name="Contenu de la cellule").focus()
    pressed(page, "Tab")
    expect(cell(page, "A1")).to_be_focused()
    pressed(
        page, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"
    )
    expect(cell(page, "D5")).to_be_focused()
    page.keyboard.type("=SOMME(D2:D4")
    pressed(page, "Enter")
    expect(cell(page, "D6")).to_be_focused()
    expect(cell(page, "D5")).to_have_text("153,80\u00a0€")
    label = "D5, 153,80\u00a0€, formule SOMME(D2:D4"
    expect(cell(page, "D5")).to_have_attribute("aria-label", label)
    assert question.given == {"acts": [["set", "D5", "=SOMME(D2:D4"]]}
    pressed(page, "ArrowUp", "F2", "End", "Backspace", "Escape")
    expect(cell(page, "D5")).to_be_focused()
    assert question.given == {"acts": [["set", "D5", "=SOMME(D2:D4"]]}
    pressed(page, "Delete")
    expect(cell(page, "D5")).to_have_text("")


def test_tab_leads_through_and_out_of_the_cells(shown: Shown, items: Sequence[ItemVersion]) -> None:
    page = shown(items[0]).page
    cell(page, "E5").click()
    pressed(page, "Tab")
    assert page.evaluate("() => document.activeElement.closest('table')") is None
    pressed(page, "Shift+Tab", "Shift+Tab", "Shift+Tab")
    expect(page.get_by_role("button", name="Recopier")).to_be_focused()
    cell(page, "E5").click()
    page.keyboard.type("7")
    pressed(page, "Tab")
    expect(cell(page, "F5")).to_be_focused()
    expect(cell(page, "E5")).to_have_text("7")


def test_a_number_typed_over_a_cell_is_ended_by_an_arrow(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "E2").click()
    page.keyboard.type("12")
    pressed(page, "ArrowDown")
    expect(cell(page, "E3")).to_be_focused()
    page.keyboard.type("=E2")
    pressed(page, "ArrowLeft", "ArrowLeft", "Delete")
    page.keyboard.type("C")
    pressed(page, "Enter", "ArrowUp", "F2", "ArrowLeft", "Backspace")
    page.keyboard.type("B")
    pressed(page, "Enter")
    acts = [["set", "E2", "12"], ["set", "E3", "=C2"], ["set", "E3", "=B2"]]
    assert question.given == {"acts": acts}


def test_pressing_cells_writes_them_into_the_formula(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "D5").click()
    page.keyboard.type("=SOMME(")
    cell(page, "D2").hover()
    page.mouse.down()
    cell(page, "D4").hover()
    page.mouse.up()
    page.keyboard.type(")+")
    cell(page, "C2").click()
    page.get_by_role("button", name="OK").click()
    assert question.given == {"acts": [["set", "D5", "=SOMME(D2:D4)+C2"]]}


def test_what_is_typed_is_kept_when_the_candidate_goes_on(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "D5").click()
    page.keyboard.type("=D2+D3+D4")
    page.get_by_role("button", name="Valider et continuer").click()
    assert question.finished == {"acts": [["set", "D5", "=D2+D3+D4"]]}


def test_an_error_is_explained_and_a_protected_cell_says_so(
    shown: Shown, items: Sequence[ItemVersion]
) -> None:
    page = shown(items[0]).page
    cell(page, "D5").click()
    page.keyboard.type("=1/0")
    pressed(page, "Enter", "ArrowUp")
    expect(page.locator(".sheet__why")).to_have_text("#DIV/0!\u00a0: division par zéro")
    expect(page.locator(".sim__said")).to_contain_text("division par zéro")
    assert faults(page) == []
    cell(page, "A1").click()
    page.keyboard.type("x")
    expect(page.locator(".sim__said")).to_have_text("A1 est protégée.")
    picture(page, "spreadsheet-error")


def test_copying_sorting_and_filtering_by_their_forms(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "E2").click()
    page.keyboard.type("=C2*2")
    pressed(page, "Enter", "ArrowUp")
    page.get_by_role("button", name="Recopier").click()
    assert page.get_by_label("Vers les cellules").input_value() == "E3:E4"
    assert faults(page) == []
    pressed(page, "Enter")
    expect(cell(page, "E4")).to_have_text("6")
    page.get_by_role("button", name="Trier", exact=True).click()
    page.get_by_label("Trier selon").select_option("C")
    page.get_by_label("Plage").fill("A1:Z9")
    pressed(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="A1:Z9")).to_be_visible()
    assert faults(page) == []
    picture(page, "spreadsheet-sort")
    page.get_by_label("Plage").fill("a1:e4")
    page.get_by_label("Ordre").select_option("desc")
    pressed(page, "Enter")
    expect(page.get_by_role("button", name="Trier", exact=True)).to_be_focused()
    expect(cell(page, "A2")).to_have_text("Carte")
    assert question.given == {
        "acts": [
            ["set", "E2", "=C2*2"],
            ["fill", "E2", "E3:E4"],
            ["sort", "A1:E4", "C", "desc", "header"],
        ]
    }


def test_a_selection_is_copied_over_with_two_keys(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "E2").click()
    page.keyboard.type("=C2+1")
    pressed(page, "Enter", "ArrowUp", "Control+c", "ArrowDown", "Shift+ArrowDown", "Control+v")
    expect(cell(page, "E4")).to_have_text("4")
    assert question.given == {"acts": [["set", "E2", "=C2+1"], ["fill", "E2", "E3:E4"]]}


def test_a_filtered_sheet_and_its_question(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[1])
    page = question.page
    expect(page.get_by_role("button", name="Recopier")).to_be_hidden()
    page.get_by_role("button", name="Filtrer", exact=True).click()
    page.get_by_label("Colonne").select_option("B")
    page.get_by_label("Valeur").fill("lyon")
    picture(page, "spreadsheet-filter-form")
    pressed(page, "Enter")
    expect(cell(page, "A3")).to_be_hidden()
    expect(page.locator(".sheet__filtered")).to_contain_text("2 lignes affichées sur 3")
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_text("Tapez aussi votre réponse")).to_be_visible()
    page.get_by_label("Votre réponse à la question").fill("Le Horla")
    assert faults(page) == []
    picture(page, "spreadsheet-filtered")
    page.get_by_role("button", name="Valider et continuer").click()
    assert question.finished == {"acts": [["filter", "A1:C4", "B", "=", "lyon"]], "answer": "Le Horla"}


def test_a_draft_is_done_again_and_beginning_again_asks_first(
    shown: Shown, items: Sequence[ItemVersion]
) -> None:
    question = shown(items[0], {"acts": [["set", "E1", "5"], ["set", "A1", "never"]]})
    page = question.page
    expect(cell(page, "E1")).to_have_text("5")
    page.get_by_role("button", name="Recommencer", exact=True).click()
    page.get_by_role("button", name="Oui, recommencer").click()
    expect(cell(page, "E1")).to_have_text("")
    assert question.given == {"acts": []}


def test_a_large_sheet_scrolls_in_its_own_box(shown: Shown, items: Sequence[ItemVersion]) -> None:
    page = shown(items[2]).page
    cell(page, "A1").click()
    pressed(page, "Control+End")
    expect(cell(page, "L60")).to_be_focused()
    expect(cell(page, "L60")).to_be_in_viewport()
    assert faults(page) == []
    picture(page, "spreadsheet-large")


def test_nothing_changes_while_the_response_is_on_its_way(shown: Shown, items: Sequence[ItemVersion]) -> None:
    question = shown(items[0])
    page = question.page
    cell(page, "E1").click()
    question.lock()
    page.keyboard.type("5")
    pressed(page, "Enter", "Delete", "Control+v")
    assert question.given is None
