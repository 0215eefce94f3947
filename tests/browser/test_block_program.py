"""A program of blocks in a browser: built by keyboard alone, run step by step, marked by the server."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from exam_server.preview.app import preview_app
from exam_server.preview.shelf import Shelf
from question_bank.loading import load_items
from tests.browser.accessibility import violations
from tests.browser.conftest import LAPTOP, WAITS, ZOOMED, scrolls_sideways
from tests.browser.server import free_port

BANK = """\
competence: "3.4"
skill: robot
title: Programmer
items:
  - id: 3.4-robot-a
    level: 3
    type: block_program
    time: 150
    stem: Le robot doit aller jusqu'au but.
    rationale: Parce que.
    world: grid
    worlds:
      - map: |
          #####
          #>.*#
          #####
      - map: |
          #####
          #>..#
          ###*#
          #####
      - map: |
          ######
          #>...#
          ####*#
        hidden: true
    goal: [at_goal]
    blocks: [until, forward, right, if]
    tests: [goal, wall_ahead]
    solution:
      - {do: until, test: goal, body: [{do: if, test: wall_ahead, body: [{do: right}]}, {do: forward}]}
  - id: 3.4-robot-b
    level: 5
    type: block_program
    time: 150
    stem: Le programme doit écrire la somme des notes.
    rationale: Parce que.
    world: variables
    trials:
      - {inputs: {notes: [8, 12]}, output: [20]}
    variables: [total, note]
    operators: [plus]
    blocks: [add, write]
    start:
      - {do: set, name: total, value: "?", fixed: true}
      - {do: for_each, name: note, list: notes, fixed: true}
    solution:
      - {do: set, name: total, value: 0, fixed: true}
      - {do: for_each, name: note, list: notes, fixed: true, body: [{do: add, name: total, value: note}]}
      - {do: write, value: total}
"""


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local page of the bank above, where the server marks what is tried."""
    folder = tmp_path_factory.mktemp("bank")
    (folder / "3.4").mkdir()
    (folder / "3.4" / "robot.yaml").write_text(BANK, encoding="utf-8")
    port = free_port()
    app = preview_app(Shelf(load_items(folder)))
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=running.run)
    thread.start()
    until = time.monotonic() + 10
    while not running.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture(autouse=True)
def answering() -> None:
    """These journeys need no exam room."""


@pytest.fixture
def page(browser: Browser, preview: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=LAPTOP, locale="fr-FR", base_url=preview, reduced_motion="reduce", has_touch=False
    )
    context.set_default_timeout(WAITS)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def focus_name(page: Page) -> str:
    return str(
        page.evaluate(
            "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        )
    )


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Goes on with the Tab key until the thing of this name has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if focus_name(page).startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached, the focus is on {focus_name(page)}")


def press(page: Page, name: str, key: str = "Tab") -> None:
    tab_to(page, name, key)
    page.keyboard.press("Enter")


def test_a_program_is_built_run_and_marked_by_keyboard_alone(page: Page) -> None:
    page.goto("/items/3.4-robot-a")
    said, result = page.locator(".sim__said"), page.locator(".bp__result")
    page.locator('[data-slot="title"]').focus()
    press(page, "Répéter jusqu’à")
    expect(said).to_have_text("Ajouté : Répéter jusqu’à : … (ligne 1).")
    press(page, "Si")
    press(page, "Tourner à droite", "Shift+Tab")
    press(page, "Avancer", "Shift+Tab")
    expect(said).to_have_text("Ajouté : Avancer (ligne 4, dans « Si … »).")
    press(page, "Actions, ligne 4")
    press(page, "Faire sortir")
    expect(said).to_have_text("Déplacé : Avancer (ligne 4, dans « Répéter jusqu’à : … »).")
    assert focus_name(page) == "Faire sortir"
    page.keyboard.press("Escape")
    page.locator(".bp__menu").nth(0).select_option("goal")
    page.locator(".bp__menu").nth(1).select_option("wall_ahead")
    press(page, "Monde 2")
    press(page, "Exécuter")
    expect(result).to_have_text("Programme terminé. Le robot est sur le but.")
    expect(page.locator(".bp__log li")).to_have_count(12)
    assert violations(page) == []
    press(page, "Valider et continuer")
    expect(page.locator('[data-slot="verdict"]')).to_contain_text("juste")


def test_each_step_is_told_and_a_wall_ends_the_run(page: Page) -> None:
    page.goto("/items/3.4-robot-a")
    result = page.locator(".bp__result")
    for _ in range(3):
        page.locator(".bp__palette").get_by_role("button", name="Avancer").click()
    step = page.get_by_role("button", name="Un pas")
    step.click()
    expect(result).to_have_text("Avancer → Robot : ligne 2, colonne 3, tourné vers la droite.")
    expect(page.locator(".bp__line--now .bp__words")).to_have_text("Avancer")
    expect(page.locator(".bp__described")).to_contain_text("Devant : libre ; à gauche : mur")
    step.click()
    expect(page.locator(".bp__described")).to_contain_text("Sous lui : but.")
    step.click()
    expect(result).to_have_text("Arrêt : il y a un mur devant le robot.")
    page.get_by_role("button", name="Revenir au départ").click()
    expect(result).to_have_text("De retour au départ.")
    expect(page.get_by_role("cell", name="robot tourné vers la droite")).to_have_count(1)


def test_a_program_is_completed_and_its_holes_are_asked_for(page: Page) -> None:
    page.goto("/items/3.4-robot-b")
    page.locator(".bp__line").nth(1).get_by_role("button", name="Actions, ligne 2").click()
    expect(page.get_by_role("button", name="Supprimer")).to_have_count(0)
    page.get_by_role("button", name="Ajouter dedans").click()
    page.locator(".bp__palette").get_by_role("button", name="Ajouter").click()
    line = page.locator(".bp__line").nth(2)
    line.get_by_label("Valeur", exact=True).select_option("note")
    line.get_by_label("Variable", exact=True).select_option("total")
    page.get_by_role("button", name="Actions, ligne 2").click()
    page.get_by_role("button", name="Ajouter après").click()
    page.locator(".bp__palette").get_by_role("button", name="Écrire").click()
    page.locator(".bp__line").nth(3).get_by_label("Valeur", exact=True).select_option("total")
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.locator('[data-slot="problem"]')).to_contain_text("Il reste quelque chose à choisir")
    page.locator(".bp__line").nth(0).get_by_label("Valeur", exact=True).select_option("#number")
    page.get_by_role("button", name="Exécuter").click()
    expect(page.locator(".bp__result")).to_contain_text("C’est ce qui est attendu dans cet essai.")
    assert violations(page) == []
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.locator('[data-slot="verdict"]')).to_contain_text("juste")


@pytest.mark.parametrize("item", ["3.4-robot-a", "3.4-robot-b"])
def test_a_program_fits_a_page_at_200_percent(page: Page, item: str) -> None:
    page.set_viewport_size(ZOOMED)
    page.goto(f"/items/{item}")
    block = page.locator(".bp__palette").get_by_role("button").last
    for _ in range(3):
        block.click()
    page.locator(".bp__more").last.click()
    assert scrolls_sideways(page) == 0
    assert violations(page) == []


def test_with_motion_a_run_takes_its_time_and_can_be_stopped(browser: Browser, preview: str) -> None:
    context = browser.new_context(viewport=LAPTOP, locale="fr-FR", base_url=preview)
    page = context.new_page()
    page.goto("/items/3.4-robot-a")
    for name in ("Avancer", "Avancer"):
        page.locator(".bp__palette").get_by_role("button", name=name).click()
    page.get_by_label("Vitesse").select_option("slow")
    page.get_by_role("button", name="Exécuter").click()
    expect(page.get_by_role("button", name="Un pas")).to_have_attribute("aria-disabled", "true")
    expect(page.locator(".bp__result")).to_have_text("Le programme s’exécute.")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator(".bp__result")).to_contain_text("Arrêté.")
    page.get_by_label("Vitesse").select_option("fast")
    page.get_by_role("button", name="Exécuter").click()
    expect(page.locator(".bp__result")).to_have_text("Programme terminé. Le robot est sur le but.")
    context.close()
