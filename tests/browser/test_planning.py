"""A planned session is changed, loses a candidate, or is cancelled: whoever looks at it sees it at once."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import SOON, BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.office import Head
from tests.browser.server import Server
from tests.browser.watch import Watch

CLASS = "3E C"
Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """The head without a screen, in a school whose pupils are known."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


@pytest.fixture
def session(backstage: Backstage) -> str:
    """A session of today, planned, with one class."""
    return backstage.plan("Salle C3", CLASS)


@pytest.fixture
def head(signed_in: SignIn, session: str) -> Head:
    """The head, at that session's page."""
    head = Head(signed_in(Role.HEAD))
    head.page.goto(f"/sessions/{session}")
    return head


def waiting(window: Window, card: Card) -> CandidatePage:
    """A candidate who has come early."""
    page = CandidatePage(window())
    page.enter(card.code)
    expect(page.page.get_by_text("La session n’est pas encore ouverte")).to_be_visible()
    return page


def rows(head: Head) -> Locator:
    """The candidates on the session's page."""
    return head.page.get_by_role("region", name="Candidats").get_by_role("row")


def refused(window: Window, watch: Watch, code: str, sentence: str) -> None:
    """A card that lets nobody in any more."""
    page = window()
    page.goto("/")
    page.get_by_label("Tapez les 8 caractères de votre carte").fill(code)
    with watch.allowing("40[49] POST /exam/enter"):
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_role("alert")).to_contain_text(sentence)


def opens_nothing(invigilator: Page, watch: Watch, code: str) -> None:
    """The code of a cancelled session, typed by its invigilator."""
    invigilator.goto("/invigilate")
    invigilator.get_by_label("Code de la session").fill(code)
    with watch.allowing("409 POST /sessions/open"):
        invigilator.get_by_role("button", name="Ouvrir").click()
        expect(invigilator.locator(".notice__title")).to_have_text("Cette session est annulée.")


def test_a_plan_is_changed_and_whoever_waits_sees_the_new_room(
    backstage: Backstage,
    head: Head,
    session: str,
    window: Window,
    signed_in: SignIn,
    watch: Watch,
    picture: Picture,
) -> None:
    """The form holds what was planned; a room that is too small is refused in a sentence."""
    candidate = waiting(window, backstage.cards(session)[0])
    board = signed_in(Role.INVIGILATOR)
    board.goto(f"/sessions/{session}/board")
    expect(board.get_by_role("heading", level=1)).to_have_text("Salle C3")
    picture(head.page, "session-page")
    head.page.get_by_role("link", name="Modifier").click()
    expect(head.page.get_by_label("Salle", exact=True)).to_have_value("Salle C3")
    picture(head.page, "session-change")
    head.page.get_by_label("Salle", exact=True).fill("Salle des Vergers")
    head.page.get_by_label("Heure de début").fill("14:30")
    head.page.get_by_label("Rangs").fill("1")
    head.page.get_by_label("Places par rang").fill("1")
    with watch.allowing("422 POST /sessions/[0-9a-z]+/change"):
        head.page.get_by_role("button", name="Enregistrer").click()
        expect(head.page.get_by_text("Ce plan a moins de places que d’élèves inscrits")).to_be_visible()
    picture(head.page, "session-change-too-small")
    head.page.get_by_label("Rangs").fill("4")
    head.page.get_by_label("Places par rang").fill("7")
    head.page.get_by_role("button", name="Enregistrer").click()
    expect(head.page.get_by_role("heading", level=1)).to_contain_text("Salle des Vergers")
    expect(head.page.get_by_role("main")).to_contain_text("14 h 30 · 4 rangs de 7 places")
    expect(board.get_by_role("heading", level=1)).to_have_text("Salle des Vergers", timeout=SOON)
    expect(board).to_have_title("Tableau, Salle des Vergers – Passation")
    expect(candidate.page.locator("[data-slot=room]")).to_have_text("Salle des Vergers", timeout=SOON)


def test_a_candidate_is_unregistered_and_can_be_registered_again(
    backstage: Backstage,
    head: Head,
    session: str,
    window: Window,
    signed_in: SignIn,
    watch: Watch,
    picture: Picture,
) -> None:
    """Asked about first; then row, card and device are gone; a new registration has a new card."""
    card = backstage.cards(session)[0]
    candidate = waiting(window, card)
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.goto(f"/sessions/{session}/board")
    board.shows(card.name, "Attendu")
    count = rows(head).count()
    button = head.page.get_by_role("button", name=f"Désinscrire {card.name}")
    button.click()
    dialog = head.page.get_by_role("dialog", name="Désinscrire de cette session")
    expect(dialog).to_contain_text(card.name)
    picture(head.page, "dialog-unregister")
    dialog.get_by_role("button", name="Garder l’inscription").click()
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="Désinscrire").click()
    expect(rows(head)).to_have_count(count - 1)
    expect(rows(head).filter(has_text=card.name)).to_have_count(0)
    picture(head.page, "session-unregistered")
    expect(candidate.heading("Vous n’êtes plus sur la liste")).to_be_visible(timeout=SOON)
    picture(candidate.page, "candidate-unregistered")
    expect(board.tile(card.name)).to_have_count(0, timeout=SOON)
    refused(window, watch, card.code, "Ce code n’est pas connu")
    head.page.get_by_label("Classe à inscrire").select_option(CLASS)
    head.page.get_by_role("button", name="Inscrire", exact=True).click()
    head.page.get_by_role("link", name="Mettre la liste à jour").click()
    expect(rows(head)).to_have_count(count)
    board.shows(card.name, "Attendu")
    again = next(one for one in backstage.cards(session) if one.name == card.name)
    assert again.code != card.code
    waiting(window, again)


def test_a_session_is_cancelled_and_offers_nothing_more(
    backstage: Backstage,
    head: Head,
    session: str,
    window: Window,
    signed_in: SignIn,
    watch: Watch,
    picture: Picture,
) -> None:
    """What follows is said first; then cards and code do nothing, and the session is listed as such."""
    early, card, *_ = backstage.cards(session)
    candidate = waiting(window, early)
    board = signed_in(Role.INVIGILATOR)
    board.goto(f"/sessions/{session}/board")
    code = head.session_code
    head.page.get_by_role("button", name="Annuler la session").click()
    dialog = head.page.get_by_role("dialog", name="Annuler la session")
    expect(dialog).to_contain_text("une session annulée ne peut pas être rétablie")
    picture(head.page, "dialog-cancel")
    head.page.keyboard.press("Escape")
    expect(head.page.get_by_role("button", name="Annuler la session")).to_be_focused()
    head.page.get_by_role("button", name="Annuler la session").click()
    dialog.get_by_role("button", name="Annuler la session").click()
    expect(head.page.get_by_role("heading", level=1)).to_contain_text("Annulée")
    main = head.page.get_by_role("main")
    expect(main.get_by_role("button")).to_have_count(0)
    expect(main.get_by_role("link")).to_have_count(1)  # back to the list
    picture(head.page, "session-cancelled")
    expect(candidate.heading("Cette session est annulée")).to_be_visible(timeout=SOON)
    picture(candidate.page, "candidate-cancelled")
    expect(board.get_by_text("La session est annulée")).to_be_visible(timeout=SOON)
    picture(board, "board-cancelled")
    refused(window, watch, card.code, "Cette session est annulée")
    opens_nothing(board, watch, code)
    picture(board, "invigilator-cancelled")
    main.get_by_role("link").click()
    listed = head.page.get_by_role("row").filter(has=head.page.locator(f'a[href="/sessions/{session}"]'))
    expect(listed).to_contain_text(re.compile(r"Salle C3\s+Annulée"))
    expect(listed.get_by_role("link")).to_have_count(1)
    picture(head.page, "head-cancelled")
