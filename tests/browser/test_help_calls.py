"""A candidate calls for help: the clock stands still, the question is replaced, the page follows."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.conftest import Window
from tests.browser.deadlines import MINUTE, expected_deadline
from tests.browser.knowing_candidate import KnowingCandidate
from tests.browser.server import Server

BASE = 105 * MINUTE
ROUNDING = 5
Picture = Callable[[Page, str], None]


def call(candidate: KnowingCandidate, why: str) -> None:
    """The one calm button, the choice, the confirmation."""
    candidate.page.get_by_role("button", name="Demander de l’aide").click()
    candidate.page.get_by_label(why).check()
    candidate.page.get_by_role("button", name="Appeler").click()


def check_deadline(board: BoardPage, candidate: KnowingCandidate, card: Card) -> None:
    """Board, candidate and the reckoning from the events agree."""
    expected = expected_deadline(board.events.values(), card.id, BASE, Fraction(0))
    deadline = board.row(card.name)["attempt"]["deadline"]
    assert abs(deadline - expected) <= ROUNDING
    assert candidate.state()["time"]["deadline"] == deadline


@pytest.fixture
def backstage(playwright: Playwright, server: Server, school: Path) -> Backstage:
    """The head of school, who has imported everybody."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    return backstage


def test_a_call_stops_the_clock_and_the_question_is_replaced_in_place(
    server: Server,
    backstage: Backstage,
    window: Window,
    signed_in: Callable[[Role], Page],
    picture: Picture,
    tmp_path: Path,
) -> None:
    """From the first call to a bundle that anybody can verify."""
    session = backstage.plan("Salle H1", "3E A")
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.open_session(backstage.code_of(session))
    card = backstage.cards(session)[0]
    backstage.check_in(card.id, 1, 1)
    sitting = KnowingCandidate(window())
    sitting.enter(card.code)
    sitting.start()
    sitting.respond(2)

    a_technical_call_stops_the_clock(board, sitting, card, picture)
    the_question_is_replaced(board, sitting, card, picture)
    a_personal_call_is_nobody_else_s_business(board, sitting, card)
    a_message_stays_until_it_is_read(board, sitting, card, picture)
    while sitting.heading("Vous avez terminé").is_hidden():
        sitting.respond()
    expect(sitting.page.get_by_text("32 sur 32", exact=True)).to_be_visible()
    the_session_is_signed_and_verifies(backstage, session, card, tmp_path)
    backstage.leave()


def a_technical_call_stops_the_clock(
    board: BoardPage, sitting: KnowingCandidate, card: Card, picture: Picture
) -> None:
    """The test is out of sight while the clock stands; both screens say so."""
    sitting.page.get_by_role("button", name="Demander de l’aide").click()
    picture(sitting.page, "candidate-help-choice")
    sitting.page.get_by_role("button", name="Annuler").click()
    expect(sitting.page.get_by_role("button", name="Demander de l’aide")).to_be_focused()
    call(sitting, "Un problème technique")
    expect(sitting.heading("Votre temps est arrêté")).to_be_visible()
    expect(sitting.page.get_by_text("Votre appel est parti.")).to_be_visible()
    board.shows(card.name, "Appelle", "technique", "arrêté")
    expect(board.page.get_by_role("button", name=re.compile("^1 appel$"))).to_be_visible()
    picture(board.page, "board-help-open")
    board.act(card.name, "J’arrive")
    board.shows(card.name, "On arrive")
    expect(sitting.page.get_by_text("Quelqu’un arrive.")).to_be_visible()
    picture(sitting.page, "candidate-help-answered")
    sitting.page.wait_for_timeout(1_200)
    board.act(card.name, "Redonner du temps")
    board.confirm("Redonner et classer l’appel", "Panne du poste")
    expect(sitting.heading("Question 3 sur 32")).to_be_visible()
    board.last("TimeExtended", card.id)
    check_deadline(board, sitting, card)


def the_question_is_replaced(
    board: BoardPage, sitting: KnowingCandidate, card: Card, picture: Picture
) -> None:
    """The page goes on at the same number with another question, without a refresh."""
    before = sitting.stem
    sitting.page.evaluate("window.stayed = true")
    sitting.give()
    call(sitting, "Un problème avec la question")
    expect(sitting.page.get_by_text("Vous pouvez continuer")).to_be_visible()
    board.shows(card.name, "Appelle", "question")
    picture(sitting.page, "candidate-help-open")
    board.act(card.name, "Remplacer la question")
    picture(board.page, "board-help-replace")
    board.confirm("Remplacer", "Image ou document absent")
    expect(sitting.page.get_by_text("Cette question remplace la précédente")).to_be_visible()
    expect(sitting.heading("Question 3 sur 32")).to_be_visible()
    picture(sitting.page, "candidate-help-replaced")
    assert sitting.stem != before
    expect(sitting.saved()).to_be_hidden()
    assert sitting.page.evaluate("window.stayed") is True
    assert sitting.answered == 2
    board.shows(card.name, "En cours", "2/32")
    sitting.respond()
    expect(sitting.page.get_by_text("Question 3 enregistrée")).to_be_visible()
    expect(sitting.page.get_by_text("Cette question remplace")).to_be_hidden()
    assert sitting.position == 4
    check_deadline(board, sitting, card)


def a_personal_call_is_nobody_else_s_business(
    board: BoardPage, sitting: KnowingCandidate, card: Card
) -> None:
    """The board says it, the candidate’s screen does not; the candidate takes it back."""
    call(sitting, "Une raison personnelle")
    expect(sitting.page.get_by_text("Votre appel est parti.")).to_be_visible()
    board.shows(card.name, "personnel")
    expect(sitting.page.get_by_text("personnelle").filter(visible=True)).to_have_count(0)
    sitting.page.get_by_role("button", name="Je n’ai plus besoin d’aide").click()
    expect(sitting.page.get_by_role("button", name="Demander de l’aide")).to_be_focused()
    board.shows(card.name, "En cours")


def a_message_stays_until_it_is_read(
    board: BoardPage, sitting: KnowingCandidate, card: Card, picture: Picture
) -> None:
    """To one and to all: both banners are there at once, and what is being answered is not disturbed."""
    before = sitting.stem
    board.act(card.name, "Envoyer un message")
    write(board, "Parlez moins fort, s’il vous plaît.")
    expect(sitting.page.get_by_text("Parlez moins fort")).to_be_visible()
    board.room("Message à tous")
    picture(board.page, "board-message")
    write(board, "Il reste une heure à chacun. <b>Bon courage</b>")
    expect(sitting.page.get_by_text("<b>Bon courage</b>")).to_be_visible()
    picture(sitting.page, "candidate-messages")
    sitting.page.reload()
    expect(sitting.page.get_by_text("Parlez moins fort")).to_be_visible()
    sitting.page.get_by_role("button", name="J’ai lu").first.click()
    expect(sitting.page.get_by_text("Parlez moins fort")).to_have_count(0)
    sitting.page.get_by_role("button", name="J’ai lu").click()
    expect(sitting.page.get_by_text("Bon courage")).to_have_count(0)
    assert sitting.stem == before


def write(board: BoardPage, text: str) -> None:
    """Fills in the open dialog and sends it."""
    box = board.page.get_by_role("dialog")
    box.get_by_label("Message").fill(text)
    box.get_by_role("button", name="Envoyer").click()
    expect(box).to_be_hidden()


def the_session_is_signed_and_verifies(
    backstage: Backstage, session: str, card: Card, tmp_path: Path
) -> None:
    """32 responses count, the replaced question for nothing; the bundle says the same offline."""
    others = {one.id: {"code": "absent", "note": ""} for one in backstage.cards(session) if one.id != card.id}
    backstage.post(f"/sessions/{session}/close", {"reasons": others})
    backstage.sign(session)
    bundle, keys = tmp_path / "bundle.zip", tmp_path / "jwks.json"
    bundle.write_bytes(backstage.requests.get(f"/sessions/{session}/bundle").body())
    keys.write_text(json.dumps(backstage.requests.get("/.well-known/passation/jwks.json").json()))
    verified = subprocess.run(
        [sys.executable, "-m", "exam_server", "verify", str(bundle), "--keys", str(keys)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
