"""The question read aloud, block by block and word by word; and told where there is no voice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Window

Picture = Callable[[Page, str], None]
VOICE = """() => {
  const said = [];
  const voice = { lang: "fr-FR", name: "Essai", localService: true };
  const synthesis = {
    getVoices: () => window.__voices ?? [voice],
    cancel: () => { said.length = 0; },
    speak: (utterance) => said.push(utterance),
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  const Utterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
  window.__said = said;
}"""
"""A voice of the test's own, in the place of the computer's: Chromium without a screen has none."""


@pytest.fixture
def page(window: Window) -> Page:
    """The practice page, at its first question."""
    page = window()
    page.add_init_script(f"({VOICE})()")
    page.goto("/practice")
    page.get_by_role("button", name="Voir les questions").click()
    return page


def said(page: Page) -> list[str]:
    return list(page.evaluate("() => window.__said.map(({ text }) => text)"))


def test_a_question_is_read_block_by_block_and_the_word_is_marked(page: Page, picture: Picture) -> None:
    stem = page.locator("[data-slot=stem] p").first.inner_text()
    page.get_by_role("button", name="Lire à voix haute").click()
    assert said(page) == [stem]
    page.evaluate("() => window.__said[0].onboundary({ charIndex: 0 })")
    marked = page.evaluate("() => [...CSS.highlights.get('spoken')].map((range) => range.toString())")
    assert marked == [stem.split()[0]]
    picture(page, "read-aloud")
    assert violations(page) == []
    page.evaluate("() => window.__said[0].onend()")
    assert said(page)[0] == stem
    assert len(said(page)) == 2
    page.get_by_role("button", name="Arrêter la lecture").click()
    assert said(page) == []
    assert page.evaluate("() => CSS.highlights.has('spoken')") is False


def test_another_question_ends_the_reading(page: Page) -> None:
    page.get_by_role("button", name="Lire à voix haute").click()
    page.get_by_role("button", name="Passer").click()
    page.get_by_role("button", name="Oui, passer").click()
    expect(page.get_by_role("button", name="Lire à voix haute")).to_be_visible()
    assert said(page) == []


def test_a_computer_without_a_french_voice_says_so(page: Page) -> None:
    page.evaluate("() => { window.__voices = [{ lang: 'en-GB', localService: true }]; }")
    page.get_by_role("button", name="Lire à voix haute").click()
    expect(page.get_by_text("Cet ordinateur n’a pas de voix française")).to_be_visible()
