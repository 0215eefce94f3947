"""The invigilator’s board as an invigilator meets it, and the events that reach it."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, WebSocket, expect

SOON = 1_000
"""Milliseconds within which what happens elsewhere is on the board."""

Event = dict[str, Any]


class BoardPage:
    """One board; it keeps every event that its socket heard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.events: dict[int, Event] = {}
        page.on("websocket", self._listen)

    def open_session(self, code: str) -> None:
        """Opens a session by its code, from the page where an invigilator lands."""
        self.page.get_by_label("Code de la session").fill(code)
        self.page.get_by_role("button", name="Ouvrir").click()
        self.page.wait_for_url("**/board")
        expect(self.page.get_by_text("En direct")).to_be_visible()

    @property
    def session(self) -> str:
        """The session’s identifier, from the address."""
        found = re.search(r"/sessions/([^/]+)/board", self.page.url)
        assert found is not None
        return found[1]

    def tile(self, name: str) -> Locator:
        """A candidate’s row."""
        return self.page.get_by_role("list", name="Candidats").get_by_role("listitem").filter(has_text=name)

    def shows(self, name: str, *texts: "str | re.Pattern[str]", within: int = SOON) -> None:
        """The candidate’s row says so, soon."""
        for text in texts:
            expect(self.tile(name)).to_contain_text(text, timeout=within)

    def verify_identity(self, name: str, document: str = "Carte scolaire ou carnet") -> None:
        """The row’s one next step: who is it. The choice of a seat follows by itself."""
        self.tile(name).get_by_role("button", name="Vérifier l’identité").click()
        self.page.get_by_role("button", name=document).click()

    def take_proposed_seat(self) -> None:
        """The seat that the open dialog proposes."""
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Donner le rang")).click()
        expect(self.page.get_by_role("dialog")).to_be_hidden()

    def admit(self, name: str) -> None:
        """Lets a candidate start."""
        self.tile(name).get_by_role("button", name="Admettre").click()
        self.shows(name, "Admis")

    def check_in(self, name: str) -> None:
        """Identity, seat, admission."""
        self.verify_identity(name)
        self.take_proposed_seat()
        self.admit(name)

    def act(self, name: str, verb: str) -> None:
        """Chooses a verb from a candidate’s menu."""
        self.tile(name).get_by_role("button", name=re.compile("^Actions pour")).click()
        self.page.get_by_role("menuitem", name=verb).click()

    def room(self, verb: str) -> None:
        """Presses one of the buttons for the whole room."""
        self.page.get_by_role("group", name="Toute la salle").get_by_role("button", name=verb).click()

    def confirm(self, verb: str, reason: str | None = None) -> None:
        """Fills in the open dialog and confirms it."""
        box = self.page.get_by_role("dialog")
        if reason is not None:
            box.get_by_label("Raison").filter(visible=True).select_option(label=reason)
        box.get_by_role("button", name=verb, exact=True).click()
        expect(box).to_be_hidden()

    def row(self, name: str) -> dict[str, Any]:
        """A candidate as the board’s JSON has it now."""
        reply = self.page.context.request.get(f"/sessions/{self.session}/board.json")
        rows: list[dict[str, Any]] = reply.json()["candidates"]
        return next(row for row in rows if f"{row['family_name']} {row['given_name']}" == name)

    def last(self, kind: str, candidate: str | None = None) -> Event:
        """The newest event of this kind that the board has heard, waiting a moment for it."""
        return self.wait_for(
            lambda: [
                event
                for event in self.events.values()
                if event["kind"] == kind and candidate in {None, event["candidate"]}
            ]
        )[-1]

    def wait_for(self, find: Callable[[], list[Event]], within: int = SOON) -> list[Event]:
        """What `find` finds, as soon as it finds something."""
        until = time.monotonic() + within / 1000
        while not (found := find()):
            assert time.monotonic() < until, sorted({e["kind"] for e in self.events.values()})
            self.page.wait_for_timeout(20)
        return found

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        came = [message["event"]] if message.get("type") == "event" else message.get("events", [])
        self.events.update((event["number"], event) for event in came)
