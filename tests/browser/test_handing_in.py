"""The last question ends the test: that is asked first; the last page has the receipt of what was saved."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exam_server.signing.receipts import is_fingerprint_of
from tests.browser.accessibility import violations
from tests.browser.backstage import Card
from tests.browser.candidate_page import HAND_IN, QUESTIONS, CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import Server

BACK = "Revenir à la question"
Picture = Callable[[Page, str], None]


@pytest.fixture
def sitting(window: Window, card: Card) -> CandidatePage:
    """At the first question."""
    page = CandidatePage(window())
    page.enter(card.code)
    page.start()
    return page


def to_the_last(sitting: CandidatePage, *, passing: int) -> None:
    """Passes over as many questions on the page, the others are answered or passed behind it."""
    state = sitting.state()
    while state["progress"]["position"] < QUESTIONS - passing:
        body = {"position": state["progress"]["position"], "revision": 1, "final": True}
        options = state["item"].get("options") if state["item"]["type"] == "single_choice" else None
        content = {"option": options[0]["id"]} if options else {"skip": True}
        sent = {**body, "content": content, "answered_at": state["now"]}
        state = sitting.page.context.request.post("/exam/responses", data=sent).json()["state"]
    sitting.page.reload()
    for _ in range(passing):
        sitting.skip()
    expect(sitting.heading(f"Question {QUESTIONS} sur {QUESTIONS}")).to_be_visible()


def test_the_last_question_asks_before_the_test_is_handed_in_and_says_what_is_left_out(
    sitting: CandidatePage, picture: Picture
) -> None:
    page = sitting.page
    to_the_last(sitting, passing=2)
    passed = sitting.state()["progress"]["passed"]
    assert passed >= 2
    sitting.give()
    page.get_by_role("button", name="Valider et terminer").click()
    asked = page.get_by_role("group", name=re.compile("^Rendre votre test"))
    expect(asked).to_contain_text(f"{passed} questions restent sans réponse.")
    expect(page.get_by_role("button", name=BACK)).to_be_focused()
    assert violations(page) == []
    picture(page, "handing-in")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Valider et terminer")).to_be_focused()
    assert sitting.state()["phase"] == "test"
    page.get_by_role("button", name="Passer", exact=True).click()
    expect(asked).to_contain_text(f"{passed + 1} questions restent sans réponse.")
    page.get_by_role("button", name=BACK).click()
    expect(page.get_by_role("button", name="Passer", exact=True)).to_be_focused()
    page.get_by_role("button", name="Valider et terminer").click()
    page.get_by_role("button", name=HAND_IN).click()
    expect(sitting.heading("Vous avez terminé")).to_be_focused()
    assert sitting.state()["progress"]["passed"] == passed


def test_the_last_page_has_the_receipt_of_what_was_saved(
    sitting: CandidatePage, card: Card, server: Server, picture: Picture
) -> None:
    """Its letters, and a code that says the whole digest; a reload changes nothing."""
    page = sitting.page
    to_the_last(sitting, passing=0)
    sitting.give()
    sitting.validate()
    letters = page.locator("[data-slot=receipt]")
    expect(letters).to_have_text(re.compile(r"^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$"))
    shown = letters.inner_text()
    code = page.locator("[data-part=receipt-code]")
    expect(code).to_be_visible()
    assert code.evaluate("(picture) => picture.complete && picture.naturalWidth > 0")
    assert violations(page) == []
    picture(page, "receipt")
    page.reload()
    expect(letters).to_have_text(shown)
    (digest,) = server.rows("SELECT receipt FROM attempt WHERE id = ?", card.id)[0]
    assert is_fingerprint_of(shown, digest)
