"""The candidate’s page as a candidate meets it: by what is written on it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

QUESTION = re.compile(r"Question (\d+) sur (\d+)")
QUESTIONS = 32
VALIDATE = re.compile(r"^Valider et (continuer|terminer)$")
HAND_IN = "Rendre mon test"


class CandidatePage:
    """One candidate at one screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enter(self, code: str) -> None:
        """Types the access card’s code."""
        self.page.goto("/")
        self.page.get_by_label("Tapez les 8 caractères de votre carte").fill(code)
        self.page.get_by_role("button", name="Entrer").click()
        self.page.wait_for_url("**/exam")

    def heading(self, text: "str | re.Pattern[str]") -> Locator:
        """The one heading that says where the candidate is."""
        return self.page.get_by_role("heading", level=1, name=text)

    def start(self) -> None:
        """Presses the one button."""
        self.page.get_by_role("button", name="Commencer").click()
        expect(self.heading(QUESTION)).to_be_visible()

    @property
    def position(self) -> int:
        """The number of the question on the screen."""
        found = QUESTION.search(self.heading(QUESTION).inner_text())
        assert found is not None
        return int(found[1])

    @property
    def kind(self) -> str:
        """The type of the question on the screen."""
        return str(self.state()["item"]["type"])

    @property
    def stem(self) -> str:
        """The text of the question on the screen."""
        return self.page.locator("[data-slot=stem]").inner_text()

    @property
    def answer(self) -> Locator:
        """The group where a response is given."""
        return self.page.locator("fieldset")

    def give(self) -> None:
        """Gives some response of the type that is asked for."""
        down = self.answer.get_by_role("button", name=re.compile("^Descendre"))
        if down.count():
            down.first.click()
            return
        for group in self.answer.get_by_role("radiogroup").all() or [self.answer]:
            choices = group.get_by_role("radio").or_(group.get_by_role("checkbox"))
            if choices.count():
                choices.nth(1).check()
        for place, choice in enumerate(self.answer.get_by_role("combobox").all(), 1):
            options = choice.locator("option").count() - 1
            choice.select_option(index=(place - 1) % options + 1)
        for box in self.answer.get_by_role("textbox").all():
            box.fill("12")

    def validate(self) -> None:
        """Validates, and waits for the next question or the end."""
        before = self.position
        self.page.get_by_role("button", name=VALIDATE).click()
        if before == QUESTIONS:
            self.page.get_by_role("button", name=HAND_IN).click()
        expect(self.heading(f"Question {before} sur 32")).to_be_hidden()

    def respond(self, times: int = 1) -> None:
        """Gives and validates as many responses."""
        for _ in range(times):
            self.give()
            self.validate()

    def skip(self) -> None:
        """Passes over the question, and says so again when asked."""
        before = self.position
        self.page.get_by_role("button", name="Passer", exact=True).click()
        self.page.get_by_role("button", name=HAND_IN if before == QUESTIONS else "Oui, passer").click()
        expect(self.heading(f"Question {before} sur 32")).to_be_hidden()

    def saved(self) -> Locator:
        """The line that says when the response was kept."""
        return self.page.get_by_text(re.compile(r"^(Enregistré|Question \d+ enregistrée) à"))

    def state(self) -> dict[str, Any]:
        """What the server tells this browser."""
        reply = self.page.context.request.get("/exam/state")
        assert reply.ok
        found: dict[str, Any] = reply.json()
        return found

    @property
    def answered(self) -> int:
        """How many responses the server counts."""
        return int(self.state()["progress"]["answered"])
