"""A third more time, two breaks, read aloud, large text: right to the second on page, board and bundle."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Playwright, expect

from exam_server.domain.finalisation import fold
from exam_server.domain.replay import replays_of
from exam_server.domain.roles import Role
from exam_server.exports.bundle import Bundle
from exam_server.exports.bundle_facts import facts_in
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import verify_bundle
from exam_server.signing.keys import KeyStore, Purpose
from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import Server

pytestmark = pytest.mark.alone

BASE_MS = 60_000
EXTRA = Fraction(1, 3)
SECOND = 1_000
MOST_WRONG = 1.25
"""Seconds: one, and the quarter after which the page draws again."""
LEFT = re.compile(r"^Il reste (?:(\d+)\Wmin\W)?(\d+)\Ws$")
Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose tests last a minute, which signs results."""
    running = Server(tmp_path_factory.mktemp("breaks"))
    running.invite_staff()
    KeyStore(running.folder / "keys").create(Purpose.DOCUMENTS, datetime.now(UTC))
    running.start(PASSATION_DURATION_MINUTES="1")
    yield running
    running.stop()
    assert "Traceback" not in running.log and " ERROR " not in running.log, running.log[-4000:]


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


@pytest.fixture
def session(backstage: Backstage) -> str:
    session = backstage.plan("Salle C3", "3E C")
    backstage.open(session)
    return session


def decide(officer: Page, head: Page, name: str) -> None:
    """One third more time, two breaks of a minute, read aloud and large text, for this pupil."""
    officer.goto("/accommodations/pupils?class=3E%20C")
    address = officer.get_by_role("link", name=name, exact=True).get_attribute("href")
    measures = ["read_aloud", "large_text"]
    body = {"extra": str(EXTRA), "breaks": 2, "break_minutes": 1, "measures": measures}
    why = {
        "valid_from": "2026-01-01",
        "valid_until": "",
        "basis": "pap",
        "reference": "",
        "decided_by": "Ocre",
    }
    reply = officer.request.post(f"{address}/decisions", data={**body, **why, "reference": ""})
    assert reply.ok, reply.text()
    approved = head.request.post(f"{reply.json()['next']}/approve")
    assert approved.ok, approved.text()


def test_a_candidate_with_extra_time_two_breaks_read_aloud_and_large_text(
    backstage: Backstage, session: str, signed_in: SignIn, window: Window, picture: Picture
) -> None:
    officer, head = signed_in(Role.ACCOMMODATIONS), signed_in(Role.HEAD)
    head.goto(f"/sessions/{session}/board")
    board = BoardPage(head)
    card = backstage.cards(session)[0]
    backstage.check_in(card.id, 1, 1)
    page = CandidatePage(window())
    page.enter(card.code)
    page.start()
    began = page.state()["time"]
    assert began["deadline"] - began["started_at"] == BASE_MS
    decide(officer, head, card.name)
    # At once, and without a reload: the voice, the breaks, the large text, the time.
    expect(page.page.get_by_role("button", name="Lire à voix haute")).to_be_visible()
    expect(page.page.locator("html")).to_have_attribute("data-text", "150")
    assert page.state()["time"]["deadline"] == began["deadline"] + BASE_MS * EXTRA
    shows_the_right_time(page, board, card)
    rests = [rest(page, picture if turn == 1 else None) for turn in (1, 2)]
    expect(page.page.locator("[data-action=break]")).to_be_hidden()
    shows_the_right_time(page, board, card)
    deadline = page.state()["time"]["deadline"]
    stopped = sum(rests)
    assert deadline == began["deadline"] + BASE_MS * EXTRA + stopped
    over = runs_out(page, deadline)
    assert abs(over - deadline) <= SECOND
    bundle = signed_bundle(backstage, head, session)
    assert_the_bundle_says_the_same(bundle, card, began["started_at"], deadline, stopped)


def shows_the_right_time(page: CandidatePage, board: BoardPage, card: Card) -> None:
    """The seconds on the candidate's page and the end on the board are the server's."""
    deadline = page.state()["time"]["deadline"]
    # The page draws its seconds four times a second: a change is on it within one second, and then right.
    until = time.monotonic() + 1
    while (wrong := _seconds_wrong(page, deadline)) > MOST_WRONG and time.monotonic() < until:
        page.page.wait_for_timeout(50)
    assert wrong <= MOST_WRONG
    assert board.row(card.name)["attempt"]["deadline"] == deadline
    end = datetime.fromtimestamp(deadline / 1000, ZoneInfo("Europe/Paris"))
    board.shows(card.name, re.compile(rf"fin (à )?{end.hour}\Wh\W{end.minute:02d}"))


def _seconds_wrong(page: CandidatePage, deadline: int) -> float:
    """By how much the time shown, which is rounded up, differs from what is left now."""
    shown, now = page.page.locator(".time__left").inner_text(), time.time()
    found = LEFT.match(shown)
    assert found is not None, shown
    return abs(int(found[1] or 0) * 60 + int(found[2]) - (deadline / 1000 - now))


def rest(page: CandidatePage, picture: Picture | None) -> int:
    """A break, ended early; for how many milliseconds it moved the deadline."""
    screen, before = page.page, page.state()["time"]["deadline"]
    screen.locator("[data-action=break]").click()
    if picture:
        picture(screen, "break-asked")
        assert violations(screen) == []
    screen.get_by_role("button", name="Oui, faire une pause").click()
    expect(screen.get_by_text("Vous êtes en pause.")).to_be_visible()
    since = page.state()["time"]["stopped"]["since"]
    expect(screen.get_by_text("La pause se termine à")).to_be_visible()
    if picture:
        picture(screen, "break-under-way")
        assert violations(screen) == []
    screen.wait_for_timeout(1500)
    screen.get_by_role("button", name="Reprendre maintenant").click()
    expect(screen.get_by_role("button", name="Valider et continuer")).to_be_visible()
    moved = int(page.state()["time"]["deadline"]) - int(before)
    assert abs(since + moved - time.time() * 1000) <= SECOND
    return moved


def runs_out(page: CandidatePage, deadline: int) -> float:
    """Waits for the end, and says when the page said that the time was over."""
    over = page.page.get_by_role("button", name="Le temps est écoulé")
    expect(over).to_be_visible(timeout=deadline - time.time() * 1000 + 5 * SECOND)
    said = time.time() * 1000
    expect(page.heading("Le temps est écoulé")).to_be_visible(timeout=20 * SECOND)
    return said


def signed_bundle(backstage: Backstage, head: Page, session: str) -> Bundle:
    """Closes, signs, downloads and verifies."""
    reasons = {card.id: {"code": "absent"} for card in backstage.cards(session)[1:]}
    backstage.post(f"/sessions/{session}/close", {"reasons": reasons})
    backstage.sign(session)
    octets = head.request.get(f"/sessions/{session}/bundle").body()
    return verify_bundle(octets, None, recompute).bundle


def assert_the_bundle_says_the_same(
    bundle: Bundle, card: Card, started: int, deadline: int, stopped: int
) -> None:
    """The end, the measures that were decided in the middle, and the account of the deadline."""
    facts = [one for one in facts_in(bundle) if one.candidate == card.id]
    (over,) = (one for one in facts if one.kind == "TimeRanOut")
    assert over.content["deadline"] == deadline
    (decided,) = (one for one in facts if one.kind == "AccommodationsSet")
    assert decided.content["accommodations"] == {
        "extra": "1/3",
        "breaks": {"most": 2, "each_s": 60, "total_s": 120},
        "measures": ["large_text", "read_aloud"],
    }
    rules = fold(facts_in(bundle)).rules
    assert rules is not None
    account = replays_of(facts_in(bundle), rules, deadline)[card.id].account
    assert account is not None
    assert (account.start_ms, account.deadline_ms, account.extra) == (started, deadline, EXTRA)
    assert (account.stopped_ms, account.agrees) == (stopped, True)
    assert account.left_ms <= 1, "a deadline between two milliseconds is told as the first of them"
