"""The timelines as people read them: before, during and after a session; and what came of an incident."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from exam_server.domain.roles import Role
from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import Server
from tests.browser.watch import Watch

Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]


@pytest.fixture
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """A head whose school is imported."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


def test_a_session_is_told_before_during_and_after(
    backstage: Backstage, window: Window, watch: Watch, signed_in: SignIn, picture: Picture
) -> None:
    """Empty, running, closed: each with a picture, and nothing that axe-core finds wrong."""
    session = backstage.plan("Salle B12", "3E A")
    head, invigilator = signed_in(Role.HEAD), signed_in(Role.INVIGILATOR)
    nothing_has_happened(head, session, picture)
    backstage.open(session)
    first, second, *_ = backstage.cards(session)
    sitter = somebody_sits(backstage, session, first, second, CandidatePage(window()))
    with watch.allowing("422 POST .*/incidents"):
        something_is_reported(invigilator, session, first, picture)
    the_invigilator_reads(invigilator, session, first, picture)
    sitter.respond(1)
    the_head_decides_before_signing(backstage, head, session, picture)
    the_head_reads_and_takes_away(head, session, first, picture)


def looked_at(page: Page, picture: Picture, name: str) -> None:
    """A picture on a laptop and at 200 %, and nothing that axe-core finds wrong."""
    picture(page, name)
    assert violations(page) == []


def nothing_has_happened(head: Page, session: str, picture: Picture) -> None:
    """A planned session: who is registered, and no drawing."""
    head.goto(f"/sessions/{session}/timeline")
    expect(head.get_by_text("Déroulement provisoire")).to_be_visible()
    expect(head.get_by_role("heading", name="Vue d’ensemble")).to_have_count(0)
    looked_at(head, picture, "timeline-empty")
    head.get_by_role("table").first.get_by_role("link").first.click()
    expect(head.get_by_text("N’a pas commencé")).to_be_visible()
    looked_at(head, picture, "timeline-empty-candidate")


def somebody_sits(
    backstage: Backstage, session: str, first: Card, second: Card, sitter: CandidatePage
) -> CandidatePage:
    """Two are admitted, one works; the room is stopped for a moment, the candidate for another."""
    backstage.post(f"/attempts/{first.id}/extra-time", {"fraction": "1/3"})
    for column, card in enumerate((first, second), 1):
        backstage.check_in(card.id, 1, column)
    sitter.enter(first.code)
    sitter.start()
    sitter.respond(2)
    backstage.post(f"/sessions/{session}/pause", {"reason": "alarme incendie"})
    backstage.post(f"/sessions/{session}/resume")
    backstage.post(f"/attempts/{first.id}/extend", {"minutes": 5, "reason": "bruit", "request": "une-fois"})
    backstage.post(f"/attempts/{first.id}/message", {"text": "Prenez votre temps."})
    return sitter


def something_is_reported(page: Page, session: str, card: Card, picture: Picture) -> None:
    """What may bear on how a test ended is asked at once, and can be left to the head."""
    page.goto(f"/sessions/{session}/incidents")
    page.get_by_label("Qui est concerné").select_option(label=card.name)
    form = page.locator("form[data-incident]")
    expect(form.get_by_label("Ce qui en a suivi")).to_be_hidden()
    form.get_by_label("Que s’est-il passé").select_option(label="Objet ou document non prévu sur la table")
    form.get_by_label("Ce que vous avez constaté").fill("Un téléphone, écran éteint.")
    outcome = form.get_by_label("Ce qui en a suivi")
    expect(outcome).to_be_visible()
    expect(form.get_by_label("Ce qui a été fait")).to_be_hidden()
    outcome.select_option(label="Le test a continué")
    expect(form.get_by_label("Ce qui a été fait")).to_be_visible()
    form.get_by_role("button", name="Enregistrer le signalement").click()
    expect(form.get_by_text("À remplir.")).to_be_visible()
    looked_at(page, picture, "incident-outcome-missing")
    outcome.select_option(label="À décider par la direction")
    form.get_by_role("button", name="Enregistrer le signalement").click()
    report = page.get_by_role("article", name="Objet ou document non prévu sur la table")
    expect(report.get_by_text("À décider par la direction").first).to_be_visible()
    expect(page.get_by_text("1 signalement attend la décision de la direction")).to_be_visible()
    looked_at(page, picture, "incident-undecided")


def the_invigilator_reads(page: Page, session: str, card: Card, picture: Picture) -> None:
    """Everything but marks and competences; nothing to take away."""
    page.goto(f"/sessions/{session}/timeline")
    expect(page.get_by_role("heading", name="Vue d’ensemble")).to_be_visible()
    expect(page.get_by_role("link", name="PDF")).to_have_count(0)
    looked_at(page, picture, "timeline-running")
    page.get_by_role("link", name=card.name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(card.name)
    expect(page.get_by_text("1 h 45 × (1 + 1/3) + 5 min")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Compétence")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Réponse")).to_have_count(0)
    expect(page.get_by_text("Toute la salle est suspendue : alarme incendie")).to_be_visible()
    looked_at(page, picture, "timeline-running-candidate")


def the_head_decides_before_signing(backstage: Backstage, page: Page, session: str, picture: Picture) -> None:
    """The closing names what waits for the head; once it is decided, nothing stands in the way."""
    board = backstage.board(session)["candidates"]
    settled = {"completed", "timed_out", "terminated"}
    reasons = {
        row["id"]: {"code": "technical", "note": ""} if row["attempt"] else {"code": "absent", "note": ""}
        for row in board
        if not (row["attempt"] and row["attempt"]["state"] in settled)
    }
    backstage.post(f"/sessions/{session}/close", {"reasons": reasons})
    page.goto(f"/sessions/{session}/closing")
    expect(page.get_by_role("button", name="Signer les résultats")).to_be_disabled()
    looked_at(page, picture, "closing-undecided")
    page.get_by_role("link", name=re.compile("^Objet ou document non prévu sur la table, ")).first.click()
    report = page.get_by_role("article", name="Objet ou document non prévu sur la table")
    report.get_by_label("Ce qui en a suivi").select_option(label="Le test a continué")
    report.get_by_label("Ce qui a été fait").fill("Rien n’a été consulté.")
    report.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(report).to_contain_text("Rien n’a été consulté.")
    expect(report.get_by_text("À décider par la direction").first).to_be_visible()
    looked_at(page, picture, "incident-decided")
    page.goto(f"/sessions/{session}/closing")
    expect(page.get_by_role("button", name="Signer les résultats")).to_be_enabled()


def the_head_reads_and_takes_away(page: Page, session: str, card: Card, picture: Picture) -> None:
    """Closed: marks are there; what is shown is picked out by keyboard; PDF and CSV are files."""
    page.goto(f"/sessions/{session}")
    page.get_by_role("link", name="Déroulement de la session").click()
    expect(page.get_by_text("Déroulement provisoire")).to_have_count(0)
    looked_at(page, picture, "timeline-closed")
    page.get_by_role("checkbox", name=re.compile("L’émargement")).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Montrer").press("Enter")
    page.wait_for_url(re.compile("show=desk"))
    expect(page.get_by_text("Présent, identité vérifiée : carte scolaire").first).to_be_visible()
    looked_at(page, picture, "timeline-closed-desk")
    page.get_by_role("link", name=card.name).first.click()
    expect(page.get_by_role("columnheader", name="Compétence")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Réponse")).to_be_visible()
    looked_at(page, picture, "timeline-closed-candidate")
    for link, ending in (("PDF", ".pdf"), ("Tableau CSV", ".csv")):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        assert download.value.suggested_filename.startswith("deroulement-candidat-salle-b12-")
        assert download.value.suggested_filename.endswith(ending)
