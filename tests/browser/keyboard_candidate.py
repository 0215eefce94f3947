"""A candidate who knows the bank and has no mouse, from the card's code to the end of the test."""

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from exam_server.simulation.answers import AnswerBook
from tests.browser.candidate_page import HAND_IN, QUESTIONS
from tests.browser.keyboard import Keyboard
from tests.browser.keyboard_answers import ANSWERS, Content
from tests.browser.keyboard_programs import PROGRAMS

ASKED_FOR = re.compile(r"^(Faites|\S+ez) ")
WAYS = {**ANSWERS, **PROGRAMS}
# The acts of a simulated program; of a program of blocks the blocks, where they are not those of the start.
DONE = """node => {
  if (node.done) return node.done.acts;
  return JSON.stringify(node.program) === JSON.stringify(node.item.start) ? [] : node.program;
}"""


class KeyboardCandidate:
    """Reads what the server shows, answers it right by keys alone, notes the types in the order they came."""

    def __init__(self, page: Page, book: AnswerBook) -> None:
        self.page = page
        self.keys = Keyboard(page)
        self.book = book
        self.met: list[str] = []

    def button(self, name: str) -> Locator:
        """The button with these words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def enter(self, code: str) -> None:
        """Types the card's code where the page puts the focus."""
        self.keys.counting = "entry"
        self.page.goto("/")
        expect(self.page.get_by_label("Tapez les 8 caractères de votre carte")).to_be_focused()
        self.keys.type(code)
        self.page.keyboard.press("Enter")  # another page comes: its focus is looked at when it is there
        self.page.wait_for_url("**/exam")

    def start(self) -> None:
        """Goes from the heading to the one button."""
        expect(self._heading("Vous pouvez commencer")).to_be_focused()
        self.keys.push(self.button("Commencer"))

    def at_question(self, number: int) -> None:
        """The page has led to the question by its heading; from here on presses count for its type."""
        expect(self._heading(f"Question {number} sur {QUESTIONS}")).to_be_focused()
        self.shown: dict[str, Any] = self.page.context.request.get("/exam/state").json()["item"]
        self.met.append(str(self.shown["type"]))
        self.keys.counting = self.kind
        self.keys.look(f"question {number - 1}")

    @property
    def kind(self) -> str:
        """The type of the question on the screen."""
        return self.met[-1]

    def answer(self) -> None:
        """Gives the right response, as its type wants it."""
        known = self.book.find(self.shown)
        assert known is not None, f"not in the bank: {self.shown['stem']}"
        right: Content = {**self.book.right_response(self.shown, known), "shown": self.shown}
        WAYS[self.kind](self.keys, right)

    def validate(self) -> None:
        """Goes to the button and presses it."""
        self.keys.push(self.validating)
        if self.is_last and not self.page.locator(".answer__problem").inner_text():
            expect(self.button("Revenir à la question")).to_be_focused()
            self.keys.push(self.button(HAND_IN))

    @property
    def validating(self) -> Locator:
        """The button of the next step; of the last question it says what it ends."""
        return self.button("Valider et terminer" if self.is_last else "Valider et continuer")

    @property
    def is_last(self) -> bool:
        """The question on the screen ends the test."""
        return len(self.met) == QUESTIONS

    def is_refused(self) -> None:
        """Something is missing: validating says so, as an alert, and the focus stays on the button."""
        self.validate()
        problem = self.page.locator("[data-slot=problem]").and_(self.page.get_by_role("alert"))
        expect(problem).to_have_text(ASKED_FOR)
        expect(problem).to_be_in_viewport()
        expect(self.validating).to_be_focused()

    def stays(self) -> None:
        """« Passer » asks back; the way back has the focus, and it and Escape lead back to « Passer »."""
        for way in ("Enter", "Escape"):
            self.keys.push(self.button("Passer"))
            expect(self.button("Revenir à la question" if self.is_last else "Rester")).to_be_focused()
            self.keys.press(way)
            expect(self.button("Passer")).to_be_focused()

    def skip(self) -> None:
        """Asked, and confirmed."""
        self.keys.push(self.button("Passer"))
        expect(self.button("Revenir à la question" if self.is_last else "Rester")).to_be_focused()
        self.keys.push(self.button(HAND_IN if self.is_last else "Oui, passer"))

    def begins_again(self) -> None:
        """« Recommencer » asks first; kept at first, then everything is as it was at the beginning."""
        before = self._acts()
        self.keys.push(self.button("Recommencer"))
        expect(self.button("Non, garder")).to_be_focused()
        self.keys.press("Enter")
        expect(self.button("Recommencer")).to_be_focused()
        assert self._acts() == before != []
        self.keys.press("Enter")
        self.keys.push(self.button("Oui, recommencer"))
        expect(self.button("Recommencer")).to_be_focused()
        assert self._acts() == []
        expect(self.page.locator(".sim__said")).to_have_text("Tout est de nouveau comme au début.")

    def empties_the_answer(self) -> None:
        """Beginning again leaves what was typed beside the program."""
        for field in self.page.locator("#answer").all():
            self.keys.to(field)
            self.keys.type_over("")

    def _acts(self) -> Sequence[Any]:
        """What was done in the simulated program so far."""
        done: Sequence[Any] = self.page.locator(".sim").evaluate(DONE)
        return done

    def _heading(self, words: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=words, exact=True)
