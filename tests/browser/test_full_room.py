"""A full room of simulated candidates on one board: every state at once, on one screen, and its picture."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Playwright, expect

from exam_server.domain.roles import Role
from exam_server.simulation.browser import Browser
from exam_server.simulation.candidate import Conduct, SimulatedCandidate, sit
from exam_server.simulation.mind import Mind, drawn_ability
from exam_server.simulation.report import Tally
from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.conftest import ARTIFACTS, LAPTOP, ZOOMED, Window, scrolls_sideways
from tests.browser.server import Server

pytestmark = pytest.mark.alone

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "board.png"
KEEP = "PASSATION_KEEP_PICTURE"
"""Where this is set, the picture in the documents is made anew; else a run leaves the tree as it was."""

FAST = 60
COLOUR = "node => getComputedStyle(node).color"
CANDIDATES = 24
SITTING = 17
QUICK, VANISHING = 2, 3
"""Of those who sit: the first are done early, the third loses the connection for good."""


@contextmanager
def sitting(server: Server, cards: list[Card]) -> Iterator[list[str]]:
    """While this lasts, the candidates of these cards work; what goes wrong for them is in the list."""
    failures: list[str] = []
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    work = asyncio.run_coroutine_threadsafe(_sit_all(server.url, cards, failures), loop)
    yield failures
    work.cancel()
    asyncio.run_coroutine_threadsafe(_rest(), loop).result(timeout=10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


async def _sit_all(url: str, cards: list[Card], failures: list[str]) -> None:
    tally = Tally()
    people = []
    for number, card in enumerate(cards):
        chance = Random(number)
        mind = Mind(None, drawn_ability(chance), chance)
        conduct = Conduct(
            pace=chance.uniform(0.5, 1.0),
            drafts=0,
            hurry=12.0 if number < QUICK else 1.0,
            away=(8, 36_000.0) if number == VANISHING else None,
        )
        browser = Browser(url, tally, seed=number)
        people.append(sit(SimulatedCandidate(browser, card.code, mind, conduct), failures.append))
    await asyncio.gather(*people)


async def _rest() -> None:
    """Lets the cancelled candidates put their things away."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """A head whose school is imported."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


def test_a_full_room_fits_on_one_screen_with_every_state(
    backstage: Backstage, server: Server, window: Window
) -> None:
    """Who works, who waits, who is lost, stopped, absent or done: nobody out of sight."""
    server.stop()
    server.start(PASSATION_ADMISSION_MINUTES="0")  # else it lapses in seconds at this speed
    session = backstage.plan("Salle B12", "3E A", "3E B")
    backstage.open(session)
    cards = backstage.cards(session)
    for card in cards[CANDIDATES:]:
        backstage.post(f"/attempts/{card.id}/absent")
    seats = ((row, column) for row in range(1, 7) for column in range(1, 9))
    chosen = Random(4).sample(cards[:CANDIDATES], CANDIDATES)
    working, waiting = chosen[:SITTING], chosen[SITTING:]
    for card in working:
        backstage.check_in(card.id, *next(seats))
    backstage.post(f"/attempts/{working[5].id}/extra-time", {"fraction": "1/3"})
    backstage.post(f"/attempts/{working[9].id}/extra-time", {"fraction": "1/4"})
    _prepare_waiting(backstage, waiting, seats)
    server.stop()
    server.start(PASSATION_DEMO_SPEED=str(FAST), PASSATION_DEMO_EPOCH=str(int(time.time() * 1000)))
    page = window()
    page.goto(server.fresh_link(Role.INVIGILATOR))
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url("**/invigilate")
    board = BoardPage(page)
    page.goto(f"/sessions/{session}/board")
    with sitting(server, working) as failures:
        _until_mixed(board, working)
        board.act(working[4].name, "Suspendre")
        board.confirm("Suspendre", reason="Malaise ou besoin médical")
        board.act(working[6].name, "Arrêter le test")
        board.confirm("Arrêter le test", reason="Le candidat s’arrête ou est parti")
        expect(page.get_by_text("0 terminés")).to_be_hidden()
        board.shows(working[4].name, "Suspendu")
        _picture(board)
    assert failures == []


def _prepare_waiting(backstage: Backstage, waiting: list[Card], seats: Iterator[tuple[int, int]]) -> None:
    """Absent, identified, seated, admitted, and three who are only expected."""
    absent, identified, seated, *admitted = waiting[:5]
    backstage.post(f"/attempts/{absent.id}/absent")
    for card in (identified, seated):
        backstage.post(f"/attempts/{card.id}/identity", {"document": "carte_scolaire"})
    row, column = next(seats)
    backstage.post(f"/attempts/{seated.id}/seat", {"row": row, "column": column})
    for card in admitted:
        backstage.check_in(card.id, *next(seats))


def _until_mixed(board: BoardPage, working: list[Card]) -> None:
    """Until the quick ones are done, the unlucky one is lost, and the others are well under way."""
    for card in working[:QUICK]:
        board.shows(card.name, "A terminé", within=40_000)
    board.shows(working[VANISHING].name, "Hors ligne", within=30_000)
    board.shows(working[8].name, re.compile(r"1[3-9]/32"), within=40_000)


def _picture(board: BoardPage) -> None:
    page = board.page
    page.mouse.move(683, 760)
    expect(page.locator("#said")).to_be_empty(timeout=12_000)
    rows = page.get_by_role("list", name="Candidats").get_by_role("listitem")
    for row in rows.all():
        expect(row).to_be_in_viewport(ratio=1)
    assert violations(page) == []  # every state at once, a lost connection among them
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "board.png")
    if os.environ.get(KEEP):
        page.screenshot(path=PICTURE)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=ARTIFACTS / "board-dark.png")
    assert page.locator(".tile__name").first.evaluate(COLOUR) == page.locator("body").evaluate(COLOUR)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(ZOOMED)
    assert scrolls_sideways(page) == 0
    page.screenshot(path=ARTIFACTS / "board-zoom.png")
    page.set_viewport_size(LAPTOP)
