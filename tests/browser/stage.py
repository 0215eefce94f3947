"""One school in every state at once, and its people at their screens, for tests that visit every page."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Playwright, expect

from exam_server.demo.school import PUPILS_FILE
from exam_server.domain.roles import Role
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.web.language import COOKIE
from tests.browser.backstage import Backstage, Card
from tests.browser.server import Server

LONG = "Longuevigne-Démonstration de la Très-Haute-Vallée"
LONG_GIVEN = ("Marie-Philippine-Gwenaëlle", "Jean-Maximilien-Démosthène", "Anne-Bergamote-Clémentine")
READER = "a second author"
TECHNICAL = {"code": "technical"}


@dataclass
class Stage:
    """The school; `sessions` by what they are, `people` of the full room by how each stands."""

    server: Server
    backstage: Backstage
    screens: Mapping[Role | str | None, Page]
    sessions: dict[str, str] = field(default_factory=dict)
    people: dict[str, Card] = field(default_factory=dict)
    language: str = ""

    def speak(self, language: str) -> None:
        """Everybody reads this language from the next page on."""
        self.language = language
        for page in self.screens.values():
            page.context.add_cookies([{"name": COOKIE, "value": language, "url": self.server.url}])
            page.goto("about:blank")

    def visit(self, role: Role | str | None, path: str, session: str = "", *, afresh: bool = True) -> Page:
        """The page at this address; one that is open already is loaded again only where asked to."""
        page = self.screens[role]
        address = path.replace("{id}", self.sessions.get(session, "0" * 32))
        page.keyboard.press("Escape")
        if afresh or urlsplit(page.url).path != address:
            page.goto(address)
        return page

    def board(self, session: str, layout: str = "list") -> Page:
        """The board, live, in one of its layouts."""
        page = self.visit(Role.HEAD, "/sessions/{id}/board", session, afresh=False)
        expect(page.locator("[data-board=link]")).to_have_attribute("data-link", "live")
        page.locator("[data-board=layout]").select_option(layout)
        return page

    def say(self, page: Page, key: str) -> str:
        """A word of the page's own, in its language."""
        return str(page.evaluate("key => JSON.parse(document.getElementById('texts').textContent)[key]", key))

    def act(self, person: str, key: str) -> Page:
        """Chooses what may be done for somebody of the full room."""
        page = self.board("full")
        page.locator(".tile").filter(has_text=self.people[person].name).locator(".tile__menu").click()
        page.get_by_role("menuitem", name=self.say(page, key), exact=True).click()
        return page

    def room(self, session: str, button: str) -> Page:
        """Presses a button for the whole room."""
        page = self.board(session)
        page.locator(f".board__room-actions [data-board={button}]").click()
        return page


def with_long_names(folder: Path) -> Path:
    """The invented school's files, in which three pupils now have names as long as people have them."""
    pupils = (folder / PUPILS_FILE).read_text(encoding="iso-8859-15")
    pupils = re.sub(r"(<NOM_DE_FAMILLE>)[^<]*", rf"\g<1>{LONG}", pupils, count=len(LONG_GIVEN))
    given = iter(LONG_GIVEN)
    pupils = re.sub(r"(<PRENOM>)[^<]*", lambda m: m[1] + next(given), pupils, count=len(LONG_GIVEN))
    (folder / PUPILS_FILE).write_text(pupils, encoding="iso-8859-15")
    return folder


def set_up(stage: Stage, playwright: Playwright) -> None:
    """Plans, opens, closes and signs until there is a session in every state."""
    planned = {
        "planned": ("Salle B12", "3E A"),
        "nobody": ("Salle vide",),
        "cancelled": ("Salle B13", "3E A"),
        "arriving": ("Salle de conférences Marguerite-Démonstration", "3E A", "3E B", "3E C"),
        "late": ("Salle C3", "TG 1"),
        "closing": ("Salle C4", "TG 1"),
        "closed": ("Salle C5", "TG 1"),
        "finalised": ("Salle C6", "TG 1"),
        "full": ("Salle polyvalente du premier étage", "3E A", "3E B", "3E C", "TG 1"),
    }
    post, sessions = stage.backstage.post, stage.sessions
    for name, (room, *classes) in planned.items():
        sessions[name] = stage.backstage.plan(room, *classes)
        if name not in {"planned", "nobody", "cancelled"}:
            stage.backstage.open(sessions[name])
    post(f"/sessions/{sessions['cancelled']}/cancel")
    _fill(stage, playwright)
    _arrive(stage)
    _come_late(stage)
    for name in ("closed", "finalised"):
        reasons = {card.id: TECHNICAL for card in stage.backstage.cards(sessions[name])}
        post(f"/sessions/{sessions[name]}/close", {"reasons": reasons})
    KeyStore(stage.server.folder / "keys").create(Purpose.DOCUMENTS, datetime.now(UTC))
    stage.backstage.sign(sessions["finalised"])
    for body in ({"category": "room_noise"}, {"category": "candidate_left_room", "candidate": ""}):
        if "candidate" in body:
            body["candidate"] = stage.people["running"].id
        post(f"/sessions/{sessions['full']}/incidents", {**body, "description": "Vu de la porte. " * 20})


def _fill(stage: Stage, playwright: Playwright) -> None:
    """The full room: somebody in each state, the others in the middle of their test."""
    session = stage.sessions["full"]
    post, cards = stage.backstage.post, stage.backstage.cards(session)
    kinds = ("registered", "registered too", "present", "seated", "absent", "refused", "admitted")
    kinds += ("running", "calling", "coming", "paused", "extended", "terminated")
    kinds += ("suspected", "suspected by the head")
    cards.sort(key=lambda card: LONG in card.name)
    stage.people.update(zip(kinds, cards, strict=False))
    seats = ((row, column) for row in range(1, 7) for column in range(1, 9))
    people = stage.people
    post(f"/attempts/{people['absent'].id}/absent")
    post(f"/attempts/{people['refused'].id}/refuse", {"reason": "no_document"})
    post(f"/attempts/{people['present'].id}/identity", {"document": "carte_scolaire"})
    post(f"/attempts/{people['seated'].id}/identity", {"document": "carte_scolaire", "seat": True})
    next(seats)
    post(f"/attempts/{people['extended'].id}/extra-time", {"fraction": "1/3"})
    for card in (people["admitted"], *cards[kinds.index("running") :]):
        stage.backstage.check_in(card.id, *next(seats))
    for card in cards[kinds.index("running") :]:
        browser = playwright.request.new_context(base_url=stage.server.url)
        words: list[tuple[str, dict[str, str]]] = [("enter", {"code": card.code}), ("start", {})]
        if card in (people["calling"], people["coming"]):
            words.append(("help", {"kind": "technical"}))
        for path, body in words:
            reply = browser.post(f"/exam/{path}", data=body)
            assert reply.ok, f"{card.name}: {path}: {reply.text()}"
        browser.dispose()
    call = stage.backstage.row(session, people["coming"].id)["help"]["call"]
    post(f"/attempts/{people['coming'].id}/help/come", {"call": call})
    post(f"/attempts/{people['paused'].id}/pause", {"reason": "infirmerie"})
    post(f"/attempts/{people['terminated'].id}/terminate", {"reason": TECHNICAL})
    seen = {"note": "Un téléphone allumé sur les genoux. " * 10}
    post(f"/attempts/{people['suspected by the head'].id}/fraud", seen)
    other = stage.screens[Role.INVIGILATOR].request
    reply = other.post(f"/attempts/{people['suspected'].id}/fraud", data=seen)
    assert reply.ok, reply.text()


def _arrive(stage: Stage) -> None:
    """A class at the door: most are awaited, some wait to be admitted."""
    for card in stage.backstage.cards(stage.sessions["arriving"])[:5]:
        stage.backstage.post(f"/attempts/{card.id}/identity", {"document": "carte_scolaire", "seat": True})


def _come_late(stage: Stage) -> None:
    """Somebody has a seat after the end of check-in: the phase is moved into the past, as no page can."""
    session = stage.sessions["late"]
    card = stage.backstage.cards(session)[0]
    stage.backstage.post(f"/attempts/{card.id}/identity", {"document": "carte_scolaire", "seat": True})
    with closing(sqlite3.connect(stage.server.folder / "passation.sqlite")) as database:
        moved = "UPDATE session SET check_in_ends_at = opened_at - 600000000 WHERE id = ?"
        database.execute(moved, (session,))
        database.commit()
