"""A candidate at a screen who knows the bank: every response that is given is the right one."""

import re

from exam_server.simulation.answers import AnswerBook, Known
from question_bank.item_types.jsonvalues import Json, JsonObject
from tests.browser.candidate_page import CandidatePage
from tests.support.house import shipped_bank

BOOK = AnswerBook(shipped_bank().items)
TYPE = re.compile(r"answer__fields--(\w+)")
TEXTS = "nodes => nodes.map(node => node.textContent)"
OPTION = ".choice > span, .order__text"


class KnowingCandidate(CandidatePage):
    """Recognises the question by the texts on the screen, and needs no network for it."""

    def give(self) -> None:
        """Gives the right response, by the texts of the options."""
        shown = self._on_screen()
        known = BOOK.find(shown)
        assert known is not None, f"not in the bank: {shown}"
        match shown["type"]:
            case "single_choice" | "multiple_choice":
                self._choose(known.right_texts)
            case "ordering":
                self._put_in_order(known.right_texts)
            case _:
                self.answer.get_by_role("textbox").fill(_typed(known))

    def _on_screen(self) -> JsonObject:
        named = TYPE.search(self.answer.locator("[data-slot=fields]").get_attribute("class") or "")
        assert named is not None
        stem: list[Json] = [{"text": text} for text in self._texts("[data-slot=stem] > *")]
        options: list[Json] = [{"id": text, "text": text} for text in self._texts(OPTION)]
        return {"type": named[1], "stem": stem, "options": options}

    def _texts(self, what: str) -> list[str]:
        return list(self.page.locator(what).evaluate_all(TEXTS))

    def _choose(self, right: tuple[str, ...]) -> None:
        """Only what is right stays chosen, whatever was before."""
        choices = self.answer.locator(".choice")
        for number, text in enumerate(self._texts(OPTION)):
            choice = choices.nth(number).locator("input")
            if text in right:
                choice.check()
            elif choice.get_attribute("type") == "checkbox":
                choice.uncheck()

    def _put_in_order(self, right: tuple[str, ...]) -> None:
        """Each thing goes up to its place; the first move is one in any case, so that a response is given."""
        rows = self.answer.get_by_role("listitem")
        rows.first.get_by_role("button", name=re.compile("^Descendre")).click()
        for place, text in enumerate(right):
            for stands in range(self._texts(OPTION).index(text), place, -1):
                rows.nth(stands).get_by_role("button", name=re.compile("^Monter")).click()


def _typed(known: Known) -> str:
    """What is typed where there are no options: a number, or a few words."""
    assert known.right_typed is not None
    return str(known.right_typed.get("number") or known.right_typed["text"])
