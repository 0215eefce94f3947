"""A candidate at a screen who knows the bank: every response that is given is the right one."""

import re

from playwright.sync_api import Page

from exam_server.simulation.answers import AnswerBook, Known
from question_bank.item_types.jsonvalues import Json, JsonObject, elements
from tests.browser.candidate_page import CandidatePage
from tests.support.house import shipped_bank

BOOK = AnswerBook(shipped_bank().items)
TYPE = re.compile(r"answer__fields--(\w+)")
TEXTS = "nodes => nodes.map(node => node.textContent)"
# A line of a list with the mark that styles write before it.
MARKED = "nodes => nodes.map(node => (node.dataset.mark ?? '') + node.textContent)"
# What stands around the gaps of a text, without what is in them.
AROUND_GAPS = """nodes => nodes.flatMap(node => [...node.children])
  .filter(node => !node.matches(".gap")).map(node => node.textContent)"""
OPTION = ".choice > span, .order__text"
# Where the texts of an answer stand, by type; of lists that are alike, in the first one.
SHOWN = {
    "matching": (".match__left", ".match__row:first-child option:not([value=''])"),
    "categorising": (".sort__thing", ".sort__row:first-child .choice > span"),
    "fill_in": (".gap option:not([value=''])",),
}


class KnowingCandidate(CandidatePage):
    """Recognises the question by the texts on the screen, and needs no network for it."""

    def __init__(self, page: Page, book: AnswerBook = BOOK) -> None:
        super().__init__(page)
        self.book = book

    def give(self) -> None:
        """Gives the right response, by the texts of the options."""
        shown = self._on_screen()
        known = self.book.find(shown)
        assert known is not None, f"not in the bank: {shown}"
        match shown["type"]:
            case "single_choice" | "multiple_choice" | "point":
                self._choose(known.right_texts)
            case "ordering":
                self._put_in_order(known.right_texts)
            case "matching":
                for left, right in in_texts(known, "pairs").items():
                    self.answer.get_by_label(left, exact=True).select_option(label=right)
            case "categorising":
                for thing, category in in_texts(known, "places").items():
                    group = self.answer.get_by_role("radiogroup", name=thing, exact=True)
                    group.get_by_role("radio", name=category, exact=True).check()
            case "fill_in":
                self._fill_in(known)
            case _:
                self.answer.get_by_role("textbox").fill(_typed(known))

    def _on_screen(self) -> JsonObject:
        named = TYPE.search(self.answer.locator("[data-slot=fields]").get_attribute("class") or "")
        assert named is not None
        lines = self.page.locator("[data-slot=stem] :is(p, pre, li)").evaluate_all(MARKED)
        stem: list[Json] = [{"text": text} for text in lines]
        found = [text for where in SHOWN.get(named[1], (OPTION,)) for text in self._texts(where)]
        found += self.page.locator(".fill__line, .fill__lines").evaluate_all(AROUND_GAPS)
        options: list[Json] = [{"id": text, "text": text} for text in found]
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

    def _fill_in(self, known: Known) -> None:
        for number, value in enumerate(elements(known.right["gaps"]), 1):
            gap = self.answer.get_by_label(f"Trou {number}", exact=True)
            label = known.labels.get(str(value))
            if label is None:
                gap.fill(str(value))
            else:
                gap.select_option(label=label.text)


def in_texts(known: Known, name: str) -> dict[str, str]:
    """A mapping of the key from names to names, as texts."""
    given = known.right[name]
    assert isinstance(given, dict)
    return {known.labels[one].text: known.labels[str(other)].text for one, other in given.items()}


def _typed(known: Known) -> str:
    """What is typed where there are no options: a number, or a few words."""
    return str(known.right.get("number") or known.right["text"])
