"""The board of more than forty: layouts, keyboard, the order, another computer, a console that is offline."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import ARTIFACTS, LAPTOP, ZOOMED, Window, scrolls_sideways
from tests.browser.office import CARD_CODE
from tests.browser.server import Server

SignIn = Callable[[Role], Page]
FULL = 40
CLASSES = ("3E A", "3E B", "3E C")
OFFLINE = 15
"""Seconds without the network: longer than the silence after which a page gives a socket up."""


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """The head without a screen, whose school is imported."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def session(backstage: Backstage) -> str:
    """An open session of more than forty, each in some state of the check-in."""
    session = backstage.plan("Salle polyvalente", *CLASSES)
    backstage.open(session)
    seats = ((row, column) for row in range(1, 7) for column in range(1, 9))
    for number, card in enumerate(backstage.cards(session)):
        if number % 6 == 1:
            backstage.post(f"/attempts/{card.id}/absent")
        elif number % 6 == 2:
            backstage.post(f"/attempts/{card.id}/identity", {"document": "carte_scolaire"})
            row, column = next(seats)
            backstage.post(f"/attempts/{card.id}/seat", {"row": row, "column": column})
        elif number % 6 in {3, 4}:
            backstage.check_in(card.id, *next(seats))
    return session


@pytest.fixture
def board(signed_in: SignIn, session: str) -> BoardPage:
    """The invigilator’s board of that session, live."""
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.goto(f"/sessions/{session}/board")
    expect(board.page.get_by_text("En direct")).to_be_visible()
    return board


@pytest.fixture
def admitted(backstage: Backstage, session: str) -> Iterator[Card]:
    """Somebody who may start."""
    rows = {row["id"]: row for row in backstage.board(session)["candidates"]}
    yield next(
        card
        for card in backstage.cards(session)
        if rows[card.id]["state"] == "admitted" and rows[card.id]["attempt"] is None
    )


def rows_of(board: BoardPage) -> Locator:
    """The candidates as they lie on the screen."""
    return board.page.locator(".tile")


def lay_out(board: BoardPage, layout: str) -> None:
    """Chooses how the rows lie."""
    board.page.get_by_label("Présentation").select_option(label=layout)


# -- layouts -------------------------------------------------------------------------------------------


def test_forty_candidates_fit_on_a_laptop_s_screen_in_the_compact_layout(board: BoardPage) -> None:
    """Each row and its menu whole on 1366 by 768, large enough to press, and the choice is remembered."""
    lay_out(board, "Compacte")
    assert rows_of(board).count() >= FULL
    heights = []
    for row in rows_of(board).all():
        expect(row).to_be_in_viewport(ratio=1)
        box = row.locator(".tile__menu").bounding_box()
        assert box is not None
        heights.append(box["height"])
    assert min(heights) >= 24
    assert board.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    board.page.screenshot(path=ARTIFACTS / "board-compact.png")
    board.page.reload()
    expect(board.page.get_by_label("Présentation")).to_have_value("compact")
    expect(board.page.locator(".board--compact")).to_be_visible()


def test_the_plan_shows_everybody_at_their_seat_with_words(board: BoardPage, backstage: Backstage) -> None:
    """As the room lies: a row at one height, a column one under the other; the seatless below."""
    lay_out(board, "Plan de salle")
    people = backstage.board(board.session)["candidates"]
    at = {}
    for person in people:
        tile = board.tile(f"{person['family_name']} {person['given_name']}").first
        box = tile.bounding_box()
        assert box is not None
        at[person["id"]] = box
        expect(tile.locator(".badge")).not_to_be_empty()
    seated = [person for person in people if person["seat"]]
    for coordinate, edge in (("row", "y"), ("column", "x")):
        for one in seated:
            for other in seated:
                same = one["seat"][coordinate] == other["seat"][coordinate]
                assert same == (abs(at[one["id"]][edge] - at[other["id"]][edge]) < 2)
    lowest = max(at[person["id"]]["y"] for person in seated)
    assert all(at[person["id"]]["y"] > lowest for person in people if not person["seat"])
    board.page.screenshot(path=ARTIFACTS / "board-plan.png")


@pytest.mark.parametrize("layout", ["Liste", "Compacte", "Plan de salle"])
def test_at_200_percent_no_layout_scrolls_sideways(board: BoardPage, layout: str) -> None:
    lay_out(board, layout)
    board.page.set_viewport_size(ZOOMED)
    assert scrolls_sideways(board.page) == 0
    board.page.screenshot(path=ARTIFACTS / f"board-{layout[:4].lower()}-zoom.png")
    board.page.set_viewport_size(LAPTOP)


# -- order and keyboard ----------------------------------------------------------------------------------


def test_who_waits_for_admission_is_on_top_and_says_why(board: BoardPage) -> None:
    expect(rows_of(board).first).to_contain_text("à admettre")
    expect(rows_of(board).first.get_by_role("button", name="Admettre")).to_be_visible()


def test_no_row_moves_under_a_hand_and_the_new_order_comes_when_it_leaves(
    board: BoardPage, backstage: Backstage, session: str
) -> None:
    """With the focus on a row the list stands still and says that an order waits; Escape lets it come."""
    names = rows_of(board).locator(".tile__name")
    before = names.all_inner_texts()
    rows_of(board).nth(5).locator(".tile__menu").focus()
    expected = next(row for row in backstage.board(session)["candidates"] if row["state"] == "registered")
    name = f"{expected['family_name']} {expected['given_name']}"
    backstage.post(f"/attempts/{expected['id']}/identity", {"document": "carte_scolaire"})
    backstage.post(f"/attempts/{expected['id']}/seat", {"row": 6, "column": 8})
    board.shows(name, "à admettre")
    assert names.all_inner_texts() == before
    waits = board.page.get_by_role("button", name="Nouvel ordre prêt")
    expect(waits).to_be_visible()
    board.page.screenshot(path=ARTIFACTS / "board-order-waits.png")
    board.page.keyboard.press("Escape")
    expect(waits).to_be_hidden()
    assert names.all_inner_texts() != before
    first = int(rows_of(board).filter(has_text="à admettre").count())
    assert name in names.all_inner_texts()[:first]


def test_a_menu_opened_right_after_a_step_that_scrolled_stays_open(board: BoardPage) -> None:
    """The browser tells a scroll a moment late, when a quick hand has opened the menu already."""
    board.page.keyboard.press("ArrowDown")
    board.page.keyboard.press("End")
    expect(rows_of(board).last.locator(".tile__menu")).to_be_focused()
    board.page.evaluate(
        """async () => {
          for (const key of ["Home", "m"]) {
            const press = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(press);
          }
          for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        }"""
    )
    expect(board.page.get_by_role("menuitem").first).to_be_focused()


def test_the_board_is_walked_by_arrows_and_a_menu_opens_by_one_key(board: BoardPage) -> None:
    """Down enters the list and goes on; M opens the row's menu; the question mark opens the help."""
    keys = board.page.keyboard
    keys.press("ArrowDown")
    expect(rows_of(board).nth(0).locator(".tile__menu")).to_be_focused()
    keys.press("ArrowDown")
    expect(rows_of(board).nth(1).locator(".tile__menu")).to_be_focused()
    keys.press("End")
    expect(rows_of(board).last.locator(".tile__menu")).to_be_focused()
    keys.press("Home")
    keys.press("m")
    expect(board.page.get_by_role("menuitem").first).to_be_focused()
    keys.press("Escape")
    keys.press("Escape")
    keys.press("?")
    help_box = board.page.get_by_role("dialog", name="Aide et réglages")
    expect(help_box).to_be_visible()
    expect(help_box.get_by_label("Un son bref quand quelqu’un a besoin de moi")).not_to_be_checked()
    board.page.screenshot(path=ARTIFACTS / "board-help.png")
    help_box.get_by_label("Raccourcis d’une seule touche").uncheck()
    keys.press("Escape")
    board.page.evaluate("document.activeElement.blur()")
    keys.press("?")
    expect(help_box).to_be_hidden()


# -- live ------------------------------------------------------------------------------------------------


def test_a_console_that_is_offline_says_how_old_its_news_are_and_comes_back_without_a_gap(
    board: BoardPage, backstage: Backstage, admitted: Card, window: Window
) -> None:
    """The age grows second by second; everything that happened meanwhile comes by number, each once."""
    first = min(board.events, default=0) or backstage.board(board.session)["number"] + 1
    board.page.context.set_offline(True)
    news = board.page.get_by_text(re.compile(r"^Dernières nouvelles il y a \d+\ss"))
    expect(news).to_be_visible(timeout=2_000)
    expect(board.page.get_by_role("status").filter(has_text="Connexion perdue")).to_be_visible()
    candidate = CandidatePage(window())
    candidate.enter(admitted.code)
    candidate.start()
    candidate.respond(2)
    until = time.monotonic() + OFFLINE
    ages = []
    while time.monotonic() < until:
        ages.append(int(re.findall(r"\d+", news.inner_text())[0]))
        board.page.wait_for_timeout(1_000)
    assert ages == sorted(ages)
    assert ages[-1] >= OFFLINE - 3
    expect(board.tile(admitted.name)).not_to_contain_text("/32")
    board.page.screenshot(path=ARTIFACTS / "board-offline.png")
    board.page.context.set_offline(False)
    expect(board.page.get_by_role("status").filter(has_text="Connexion rétablie.")).to_be_visible(
        timeout=10_000
    )
    board.shows(admitted.name, "2/32", within=10_000)
    expect(board.page.get_by_text("En direct")).to_be_visible()
    last = backstage.board(board.session)["number"]
    board.wait_for(lambda: [event for event in board.events.values() if event["number"] >= last], 3_000)
    assert [n for n in range(first, last + 1) if n not in board.events] == []


def test_a_console_that_is_offline_for_a_minute_says_so_and_catches_up_by_number(
    signed_in: SignIn, backstage: Backstage, session: str, window: Window, admitted: Card
) -> None:
    """The page’s own clock is moved on, the network is really cut; afterwards no number is missing."""
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.clock.install()
    board.page.goto(f"/sessions/{session}/board")
    expect(board.page.get_by_text("En direct")).to_be_visible()
    known = backstage.board(session)["number"]
    board.page.context.set_offline(True)
    expect(board.page.get_by_text(re.compile(r"^Dernières nouvelles il y a \d+\ss"))).to_be_visible()
    board.page.clock.fast_forward(12_000 - 1_000)
    expect(board.page.get_by_text(re.compile(r"^Dernières nouvelles il y a 1[1-4]\ss$"))).to_be_visible()
    board.page.screenshot(path=ARTIFACTS / "board-offline-12s.png")
    candidate = CandidatePage(window())
    candidate.enter(admitted.code)
    candidate.start()
    candidate.respond(3)
    board.page.clock.fast_forward(50_000)
    expect(board.page.get_by_text(re.compile(r"^Dernières nouvelles il y a 1\smin"))).to_be_visible()
    expect(board.tile(admitted.name)).not_to_contain_text("/32")
    board.page.context.set_offline(False)
    board.page.clock.fast_forward(10_000)
    board.shows(admitted.name, "3/32", within=10_000)
    expect(board.page.get_by_text("En direct")).to_be_visible()
    last = backstage.board(session)["number"]
    board.wait_for(lambda: [event for event in board.events.values() if event["number"] >= last], 3_000)
    assert [n for n in range(known + 1, last + 1) if n not in board.events] == []


def test_a_page_that_was_left_is_told_before_and_shown_as_a_fact(
    board: BoardPage, admitted: Card, window: Window
) -> None:
    """One calm sentence before the start; on the board a count and a length, nothing else changes."""
    candidate = CandidatePage(window())
    candidate.enter(admitted.code)
    expect(candidate.page.get_by_text("Pendant le test, restez sur cette page.")).to_be_visible()
    candidate.start()
    board.shows(admitted.name, "En cours")
    candidate.page.evaluate("document.hasFocus = () => false; dispatchEvent(new Event('blur'))")
    candidate.page.wait_for_timeout(2_100)
    candidate.page.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    board.shows(admitted.name, re.compile(r"page quittée 1 fois, 2\ss"), "En cours", within=3_000)
    board.act(admitted.name, "Voir les détails")
    details = board.page.get_by_role("dialog", name="Détails")
    expect(details).to_contain_text(re.compile(r"Chrome, écran \d+\s×\s\d+"))
    expect(details).to_contain_text("page quittée 1 fois")
    board.page.screenshot(path=ARTIFACTS / "board-facts.png")


def test_a_test_goes_on_at_another_computer(board: BoardPage, admitted: Card, window: Window) -> None:
    """The old page says so within five seconds; the new one has the same item, the draft and the time."""
    old = CandidatePage(window())
    old.enter(admitted.code)
    old.start()
    old.respond()
    old.give()
    expect(old.page.get_by_text(re.compile(r"^Enregistré à"))).to_be_visible()
    old.page.wait_for_timeout(1_000)  # a draft that the last touch has changed is saved as well
    before = old.state()
    stem = old.stem
    board.act(admitted.name, "Changer d’ordinateur")
    board.page.get_by_role("dialog").get_by_role("button", name="Donner une nouvelle carte").click()
    code = board.page.get_by_role("dialog").get_by_text(CARD_CODE).inner_text()
    expect(old.heading("Ce test continue sur un autre ordinateur")).to_be_visible(timeout=5_000)
    old.page.screenshot(path=ARTIFACTS / "candidate-taken-over.png")
    board.page.get_by_role("button", name="C’est noté").click()
    new = CandidatePage(window())
    new.enter(code)
    expect(new.heading("Question 2 sur 32")).to_be_visible()
    after = new.state()
    assert new.stem == stem
    assert after["draft"] == before["draft"]
    assert after["draft"] is not None
    assert (after["item"], after["time"]) == (before["item"], before["time"])
    new.validate()
    board.shows(admitted.name, "2/32")
