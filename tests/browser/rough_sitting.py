"""A candidate over a rough line: what was validated and acknowledged is written down, to be compared."""

import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as BrowserError

from tests.browser.backstage import Card
from tests.browser.candidate_page import HAND_IN, QUESTIONS, VALIDATE

Content = Mapping[str, Any]

PATIENT = 90_000
ON_ITS_WAY = "Envoi de votre réponse…"
TOLD = """
const plain = window.fetch;
window.fetch = async (...asked) => {
  const reply = await plain(...asked);
  if (String(asked[0]).endsWith("/exam/responses")) {
    reply.clone().json().then(({ saved }) => saved && window.noteAcknowledged(saved)).catch(() => {});
  }
  return reply;
};
"""
"""Tells the test what the page has heard to be saved."""

SHOWN = """() => {
  const fields = document.querySelector("[data-slot=fields]");
  const type = /answer__fields--(\\w+)/.exec(fields.className)?.[1];
  const typed = fields.querySelector("input[type=text]")?.value;
  const checked = [...fields.querySelectorAll("input:checked")].map((one) => one.value);
  const order = [...fields.querySelectorAll(".order__text")].map((one) => one.textContent);
  const title = document.querySelector("[data-slot=title]").textContent;
  return { title, type, typed, checked, order };
}"""
"""What the answer's fields hold, and of which question, in one look."""

STANDING = """() => ({
  phase: document.body.dataset.phase,
  kept: document.body.dataset.kept,
  title: document.querySelector("[data-slot=title]").textContent,
  validate: document.querySelector("[data-action=validate]").textContent,
})"""


@dataclass
class RoughSitting:
    """One candidate's whole test; `truth` is the server's address without the line between."""

    context: BrowserContext
    card: Card
    chance: Random
    truth: str
    validated: dict[int, Content] = field(default_factory=dict)
    acknowledged: list[tuple[int, int, bool]] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.context.expose_binding("noteAcknowledged", lambda _, saved: self._note(saved))
        self.context.add_init_script(TOLD)
        self.page = self._new_page()

    def _note(self, saved: Mapping[str, Any]) -> None:
        self.acknowledged.append((saved["position"], saved["revision"], saved["final"]))

    def _new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENT)
        return page

    def begin(self) -> None:
        """Enters and starts, and waits until the browser has the page for a cut."""
        self.page.goto("/")
        self.page.get_by_label("Tapez les 8 caractères de votre carte").fill(self.card.code)
        self.page.get_by_role("button", name="Entrer").click()
        self.page.wait_for_url("**/exam")
        self.page.get_by_role("button", name="Commencer").click()
        self._until_there()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def sit(self) -> None:
        """Answers every question, whatever happens to line and page meanwhile."""
        while self._standing()["phase"] != "ended":
            self._answer(self._item())

    def _item(self) -> Content:
        """The item in hand, from the server; the page shows the same one."""
        reply = self.context.request.get(f"{self.truth}/exam/state")
        item: Content = reply.json()["item"]
        return item

    def _answer(self, item: Content) -> None:
        title, position = self._standing()["title"], int(item["position"])
        self._give(item["type"], partly=self.chance.random() < 0.3)
        self._may_break("typed", title)
        self._give(item["type"], partly=False)
        given = self._given(item, self._look())
        self.page.get_by_role("button", name=VALIDATE).click()
        if position == QUESTIONS:
            self.page.get_by_role("button", name=HAND_IN).click()
        self._wait(lambda now: _is_past(now, title) or now["validate"] == ON_ITS_WAY, "kept")
        self.validated[position] = given
        while self.chance.random() < 0.35 and self._standing()["title"] == title:
            self._may_break("validated", title)
        self._wait(lambda now: _is_past(now, title), f"past {title}")

    def _give(self, kind: str, *, partly: bool) -> None:
        fields = self.page.locator("[data-slot=fields]")
        if kind == "ordering":
            for _ in range(self.chance.randint(1, 3)):
                fields.get_by_role("button", name=re.compile("^Descendre")).nth(
                    self.chance.randrange(2)
                ).click()
        elif kind in {"numeric", "short_text"}:
            text = "-" if partly and kind == "numeric" else str(self.chance.randrange(10**6))
            fields.get_by_role("textbox").fill(text)
        else:
            boxes = fields.get_by_role("radio").or_(fields.get_by_role("checkbox"))
            boxes.nth(self.chance.randrange(boxes.count())).check()

    def _look(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.page.evaluate(SHOWN)
        return found

    def _given(self, item: Content, shown: Mapping[str, Any]) -> Content:
        """What the fields hold, as the server would be told."""
        match item["type"]:
            case "single_choice":
                return {"option": shown["checked"][0]}
            case "multiple_choice":
                return {"options": sorted(shown["checked"])}
            case "numeric":
                return {"number": shown["typed"]}
            case "short_text":
                return {"text": shown["typed"]}
        names = {option["text"]: option["id"] for option in item["options"]}
        return {"order": [names[text] for text in shown["order"]]}

    def _may_break(self, when: str, title: str) -> None:
        """Perhaps the page is loaded again, or crashes, or is closed; then it must come back as it was."""
        how = self.chance.choices(["nothing", "reload", "crash", "close"], [6, 2, 2, 1])[0]
        if how == "nothing":
            return
        if when == "typed":
            self._wait(lambda now: now.get("kept") != "false", "kept")
        before = self._look()
        if before["title"] != title:
            return
        self.events[f"{how}, {when}"] += 1
        if how == "reload":
            self.page.reload(wait_until="domcontentloaded")
        else:
            if how == "crash":
                with suppress(BrowserError):
                    self.page.goto("chrome://crash", timeout=5_000)
            self.page.close()
            self.page = self._new_page()
            self.page.goto("/exam", wait_until="domcontentloaded")
        self._until_there()
        after = self._look()
        if after["title"] == title:
            assert after == before, f"{how} at {title}: another response than before"
        else:
            assert when == "validated", f"{how}: the page went on by itself"

    def _until_there(self) -> None:
        """Waits through whatever cut there is; what a browser shows of its own is a fault."""
        assert self.page.evaluate("location.protocol") == "http:", "a page of the browser's own"
        assert self.page.locator("[data-view]").count() > 0
        expect(self.page.locator("body")).to_have_attribute(
            "data-phase", re.compile("^(test|ended)$"), timeout=PATIENT
        )

    def _wait(self, is_so: Callable[[Mapping[str, Any]], bool], what: str) -> None:
        """Looks until it is so; by hand, since the page's policy lets no test wait inside of it."""
        until = time.monotonic() + PATIENT / 1000
        while not is_so(self._standing()):
            assert time.monotonic() < until, f"never {what}: {self._standing()}"
            self.page.wait_for_timeout(20)

    def _standing(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.page.evaluate(STANDING)
        return found

    def compare(self, database: Path) -> None:
        """What the page validated and what it heard to be saved, against what the server has."""
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(
                "SELECT position, revision, final, content FROM response WHERE attempt_id = ?"
                " ORDER BY position",
                (self.card.id,),
            ).fetchall()
            told = connection.execute(
                "SELECT content FROM log_entry WHERE candidate = ? AND kind = 'ResponseSaved'"
                " ORDER BY number",
                (self.card.id,),
            ).fetchall()
        facts = [json.loads(content) for (content,) in told]
        finals = [fact["position"] for fact in facts if fact["final"]]
        numbers = [(fact["position"], fact["revision"]) for fact in facts]
        assert finals == sorted(self.validated) == list(range(1, len(finals) + 1)), (
            "lost, doubled or out of order"
        )
        assert numbers == sorted(set(numbers)), "a revision came in twice, or late"
        assert {position: _plain(json.loads(text)) for position, _, _, text in rows} == self.validated
        kept = {position: (revision, bool(final)) for position, revision, final, _ in rows}
        for position, revision, final in self.acknowledged:
            assert kept[position] >= (revision, final), "acknowledged, and not there"


def _is_past(now: Mapping[str, Any], title: str) -> bool:
    """Whether the question of this title is no longer the one in hand."""
    return now["phase"] == "ended" or (now["phase"] == "test" and bool(now["title"] != title))


def _plain(content: Content) -> Content:
    """Without the order of what has none."""
    return {name: sorted(value) if name == "options" else value for name, value in content.items()}
