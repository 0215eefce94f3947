"""A class of thirty at the check-in desk: three absent, one refused, one late; by keyboard, and at once."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import Server
from tests.browser.watch import Watch

pytestmark = pytest.mark.alone

CLASS = 30
JUMP = 20 * 60_000
"""From within the check-in phase to after it, and past what an admission lasts."""

Picture = Callable[[Page, str], None]


@pytest.fixture
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """A head whose school is imported."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


def test_a_class_of_thirty_passes_the_desk(
    backstage: Backstage,
    server: Server,
    window: Window,
    watch: Watch,
    signed_in: Callable[[Role], Page],
    picture: Picture,
) -> None:
    """Absent, found by name, refused, all others at once; then a start, a lapse, a late one."""
    session, cards = thirty_registered(backstage)
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.goto(f"/sessions/{session}/board")
    expect(board.page.get_by_text(re.compile(r"Accueil\s: encore 1\d:\d\d"))).to_be_visible()
    absent, (first, second, refused, waiting), others = cards[:3], cards[3:7], cards[7:]
    for card in absent:
        board.act(card.name, "Noter absent")
        board.confirm("Noter absent")
    found_by_name(board, first, second, picture)
    pressed_on_the_row(board, waiting)
    not_let_in(board, refused, picture)
    all_present(board, len(others), picture)
    early, late_start = CandidatePage(window()), CandidatePage(window())
    early.enter(first.code)
    late_start.enter(waiting.code)
    early.start()
    later(server, JUMP)
    board.page.reload()
    an_admission_lapsed(board, waiting, late_start, picture)
    somebody_comes_late(board, absent[0], picture)
    with watch.allowing("422 POST .*/incidents"):
        something_is_reported(board, first, picture)
    the_closing_counts_it(signed_in(Role.HEAD), session, picture)
    assert board.row(absent[0].name)["state"] == "admitted"
    assert board.row(refused.name)["refused"] == {"reason": "no_document", "note": ""}
    assert early.state()["phase"] == "test"


def thirty_registered(backstage: Backstage) -> tuple[str, list[Card]]:
    """An open session of thirty."""
    session = backstage.plan("Salle B12", "3E A", "3E B")
    for card in backstage.cards(session)[CLASS:]:
        backstage.post(f"/attempts/{card.id}/unregister")
    backstage.open(session)
    cards = backstage.cards(session)
    assert len(cards) == CLASS
    return session, cards


def later(server: Server, milliseconds: int) -> None:
    """The clock is set forward: it has run twice as fast for so long."""
    server.stop()
    server.start(PASSATION_DEMO_SPEED="2", PASSATION_DEMO_EPOCH=str(int(time.time() * 1000) - milliseconds))


def found_by_name(board: BoardPage, first: Card, second: Card, picture: Picture) -> None:
    """The first by the dialog, which remembers the kind of document; from then on one key is enough."""
    search = board.page.get_by_label("Chercher un candidat")
    search.fill(first.name)
    expect(board.page.get_by_text("Entrée : vérifier")).to_be_visible()
    search.press("Enter")
    board.page.get_by_role("button", name="Carte d’identité").click()
    board.take_proposed_seat()
    search.fill(second.name)
    expect(board.page.get_by_text("Entrée : présent")).to_be_visible()
    picture(board.page, "desk-found")
    search.press("Enter")
    expect(board.page.locator("#said")).to_contain_text(f"Présent : {second.name} (carte d’identité).")
    row = board.row(second.name)
    assert (row["identity"]["document"], row["seat"]) == ("carte_identite", {"row": 1, "column": 2})
    search.press("Enter")
    board.shows(second.name, "Admis")
    search.fill("")


def pressed_on_the_row(board: BoardPage, card: Card) -> None:
    """Where the list is gone through from the top, "p" says present."""
    board.tile(card.name).get_by_role("button", name="Vérifier l’identité").focus()
    board.page.keyboard.press("p")
    board.shows(card.name, "Prêt", "pl. 1-3")
    assert board.row(card.name)["identity"]["document"] == "carte_identite"


def not_let_in(board: BoardPage, card: Card, picture: Picture) -> None:
    """With a reason; and a refusal can be taken back."""
    board.act(card.name, "Refuser l’entrée")
    picture(board.page, "desk-refuse")
    board.confirm("Refuser l’entrée", reason="Identité non établie")
    board.shows(card.name, "Refusé", "identité non établie")
    board.act(card.name, "Revenir sur le refus")
    board.shows(card.name, "Attendu")
    board.act(card.name, "Refuser l’entrée")
    board.confirm("Refuser l’entrée", reason="Aucune pièce d’identité")
    board.shows(card.name, "Refusé", "sans pièce")


def all_present(board: BoardPage, expected: int, picture: Picture) -> None:
    """One confirmation, one kind of document, a seat each; then all are admitted."""
    picture(board.page, "desk-arriving")
    board.room(f"Tous présents ({expected})")
    picture(board.page, "desk-welcome")
    board.page.get_by_label("Pièce vue pour tous").select_option(label="Connu personnellement")
    board.page.get_by_role("button", name="J’ai vu chaque candidat").click()
    expect(board.page.get_by_role("dialog")).to_be_hidden()
    expect(board.page.locator("#said")).to_contain_text(f"{expected} candidats notés présents.")
    picture(board.page, "desk-present")
    board.room(re.compile("^Admettre les prêts"))  # type: ignore[arg-type]
    expect(board.page.get_by_role("button", name=f"{CLASS - 4} admis")).to_be_visible()


def an_admission_lapsed(board: BoardPage, card: Card, page: CandidatePage, picture: Picture) -> None:
    """Who was admitted and did not start is told so without asking, and admitted anew."""
    expect(board.page.get_by_text("Accueil terminé")).to_be_visible()
    board.shows(card.name, "À réadmettre")
    picture(board.page, "desk-lapsed")
    lapsed = page.page.get_by_text("Votre admission a expiré : faites signe au surveillant.")
    expect(lapsed).to_be_visible(timeout=15_000)
    expect(page.page.get_by_role("button", name="Commencer")).to_be_hidden()
    picture(page.page, "candidate-lapsed")
    refused = page.page.context.request.post("/exam/start", data={})
    assert refused.json()["error"]["code"] == "admission_lapsed"
    board.tile(card.name).get_by_role("button", name="Admettre").click()
    board.confirm("Admettre")
    board.shows(card.name, "Admis")
    page.start()


def somebody_comes_late(board: BoardPage, card: Card, picture: Picture) -> None:
    """Marked absent, and there after all: an admission that says how late it is, and gives no time."""
    board.act(card.name, "Est arrivé : vérifier l’identité")
    board.page.get_by_role("button", name="Carte scolaire ou carnet").click()
    board.take_proposed_seat()
    board.tile(card.name).get_by_role("button", name="Admettre").click()
    picture(board.page, "desk-late")
    expect(board.page.get_by_role("dialog")).to_contain_text(re.compile(r"terminé depuis [5-9]\smin"))
    board.confirm("Admettre")
    facts = board.last("CandidateAdmitted", board.row(card.name)["id"])["facts"]
    assert facts["late"] is True
    assert 5 <= facts["minutes"] <= 9


def something_is_reported(board: BoardPage, card: Card, picture: Picture) -> None:
    """From the row of a candidate; what is missing is said beside its field; then the candidate is heard."""
    board.act(card.name, "Signaler un incident")
    box = board.page.get_by_role("dialog")
    box.get_by_label("Que s’est-il passé").select_option(label="Une image ne s’affiche pas")
    box.get_by_label("Numéro de la question").fill("7")
    picture(board.page, "incident-dialog")
    with board.page.expect_response("**/incidents") as refused:
        box.get_by_role("button", name="Enregistrer le signalement").click()
    assert refused.value.status == 422
    expect(box.get_by_text("Ce candidat n’a pas reçu de question de ce numéro")).to_be_visible()
    picture(board.page, "incident-wrong")
    box.get_by_label("Numéro de la question").fill("1")
    box.get_by_label("Ce que vous avez constaté").fill("Le cadre de l’image reste vide.")
    box.get_by_role("button", name="Enregistrer le signalement").click()
    expect(box).to_be_hidden()
    board.page.get_by_role("link", name="Signalements (1)").click()
    report = board.page.get_by_role("article", name="Une image ne s’affiche pas")
    expect(report).to_contain_text("question 1")
    report.get_by_text("Recueillir la déclaration du candidat").click()
    report.get_by_label("Ce que dit le candidat").fill("Je n’ai pas pu répondre.")
    picture(board.page, "incidents")
    report.get_by_role("button", name="Enregistrer la déclaration").click()
    expect(report.get_by_text("Déclaration du candidat", exact=True)).to_be_visible()
    expect(report).to_contain_text("Je n’ai pas pu répondre.")
    board.page.get_by_text("Signaler un incident").click()
    board.page.get_by_label("Que s’est-il passé").select_option(label="Bruit")
    picture(board.page, "incident-room")
    board.page.get_by_role("button", name="Enregistrer le signalement").click()
    noise = board.page.get_by_role("article", name="Bruit")
    noise.get_by_text("Retirer ce signalement").click()
    noise.get_by_label("Pourquoi").fill("C’était dans l’autre salle.")
    noise.get_by_role("button", name="Retirer", exact=True).click()
    expect(noise).to_contain_text("C’était dans l’autre salle.")
    picture(board.page, "incidents-two")
    board.page.go_back()


def the_closing_counts_it(page: Page, session: str, picture: Picture) -> None:
    """One report stands; nobody who was absent or refused is asked about again."""
    page.goto(f"/sessions/{session}/closing")
    expect(page.get_by_role("link", name="1 incident signalé")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + CLASS - 3)
    picture(page, "closing-with-reports")
