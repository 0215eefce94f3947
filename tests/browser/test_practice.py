"""The practice page: comfort settings on questions that do not count, every theme, the calculator."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.comfort_panel import out_of_sight, practising, small_targets
from tests.browser.conftest import Window
from tests.browser.keyboard import Keyboard

TEXT, COLOURS = "Taille du texte", "Couleurs"
PRACTISED = 6


def test_the_calculator_reckons_by_keyboard_and_by_its_keys(window: Window) -> None:
    """It is there for the one question that allows it, and it is empty for the next."""
    page = window()
    page.goto("/practice")
    practising(page)
    keys = Keyboard(page)
    keys.push(page.get_by_role("button", name="Voir les questions"))
    button, line = page.get_by_role("button", name="Calculatrice"), page.get_by_label("Calcul, par exemple")
    result = page.locator("[data-slot=result]")
    expect(button).to_be_hidden()
    skip(keys, page)
    keys.push(button)
    expect(line).to_be_focused()
    keys.type("12*7.5+3*24")
    keys.press("Enter")
    expect(result).to_have_text("12 × 7,5 + 3 × 24 = 162")
    keys.type("/4")
    keys.press("=")
    expect(result).to_have_text("162 ÷ 4 = 40,5")
    keys.type("7")
    expect(line).to_have_value("7")
    for name in ("divisé par", "0"):
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("button", name="égale").click()
    expect(result).to_have_text("On ne peut pas diviser par zéro.")
    for name in ("Effacer le dernier signe", "3", "égale"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(result).to_have_text("7 ÷ 3 ≈ 2,3333333333")
    assert small_targets(page.locator(".calculator")) == []
    page.get_by_role("button", name="Tout effacer").click()
    expect(line).to_have_value("")
    line.focus()
    keys.press("Escape")
    expect(button).to_be_focused()
    expect(line).to_be_hidden()
    skip(keys, page)
    expect(button).to_be_hidden()


def skip(keys: Keyboard, page: Page) -> None:
    """Passes over a practice question."""
    title = page.locator("[data-slot=title]").inner_text()
    keys.push(page.get_by_role("button", name="Passer", exact=True))
    keys.push(page.get_by_role("button", name="Oui, passer"))
    expect(page.locator("[data-slot=title]").get_by_text(title, exact=True)).to_be_hidden()


@pytest.mark.parametrize("theme", ["Claires", "Sombres", "Contraste fort"])
def test_axe_finds_nothing_in_any_theme(window: Window, theme: str) -> None:
    """The panel, and every practice question, with the widest text and then with masks."""
    page = window()
    page.goto("/practice")
    practice = practising(page)
    practice.open()
    practice.choose(COLOURS, theme)
    found = violations(page)
    practice.close()
    found += violations(page)
    page.get_by_role("button", name="Voir les questions").click()
    for number in range(1, PRACTISED + 1):
        expect(page.get_by_role("heading", name=f"Question {number} sur {PRACTISED}")).to_be_visible()
        if page.get_by_role("button", name="Calculatrice").is_visible():
            page.get_by_role("button", name="Calculatrice").click()
        found += [f"question {number}: {fault}" for fault in violations(page)]
        if number == PRACTISED:
            practice.open()
            practice.switch("Masquer le reste")
            practice.switch("Guide de lecture")
            practice.choose(TEXT, "200 %")
            practice.close()
            found += [f"large and masked: {fault}" for fault in violations(page)]
        page.get_by_role("button", name="Passer", exact=True).click()
        page.get_by_role("button", name="Oui, passer").click()
    expect(page.get_by_role("heading", name="L’essai est fini")).to_be_focused()
    found += violations(page)
    assert found == [], "\n".join(found)


def test_the_practice_page_sends_nothing_and_speaks_both_languages(window: Window) -> None:
    page = window()
    page.goto("/practice")
    practising(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.get_by_role("button", name="Voir les questions").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Valider et continuer").click()
    expect(page.get_by_role("heading", name=f"Question 2 sur {PRACTISED}")).to_be_visible()
    assert asked == []
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Reading comfort")).to_be_visible()
    assert out_of_sight(page) == []


@pytest.mark.parametrize("text", ["100 %", "200 %"])
def test_every_practice_question_fits_a_window_of_320_pixels(window: Window, text: str) -> None:
    page = window()
    page.goto("/practice")
    practice = practising(page)
    practice.open()
    practice.choose(TEXT, text)
    practice.close()
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Voir les questions").click()
    for number in range(1, PRACTISED + 1):
        expect(page.get_by_role("heading", name=f"Question {number} sur {PRACTISED}")).to_be_visible()
        if page.get_by_role("button", name="Calculatrice").is_visible():
            page.get_by_role("button", name="Calculatrice").click()
        assert out_of_sight(page) == [], number
        page.get_by_role("button", name="Passer", exact=True).click()
        assert out_of_sight(page) == [], number
        page.get_by_role("button", name="Oui, passer").click()
