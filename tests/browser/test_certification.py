"""From an incident to the livret and back: ruling, passkey, publication, certificate, withdrawal."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from exam_server.demo.school import UAI
from exam_server.domain.roles import Role
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import verify_bundle
from exam_server.signing.cose import keys_by_kid8
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.signing.paper_seal import PREFIX, PaperFacts, open_paper_seal
from exam_server.simulation.mind import Mind
from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import QUESTIONS, CandidatePage
from tests.browser.conftest import Window
from tests.browser.knowing_candidate import BOOK
from tests.browser.server import Server
from tests.browser.test_account import CONFIRM, NamedServer, added, authenticator
from tests.support.programs import needed, runs

Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]
ABSENT = {"code": "absent"}
LEFT_OUT = 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = NamedServer(tmp_path_factory.mktemp("server"))
    running.invite_staff()
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log
    assert " ERROR " not in running.log


@pytest.fixture
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


class Livret:
    """A program of a livret, as LSU or LSL would be."""

    def __init__(self, server: Server) -> None:
        line = "livret client add --name LSU --scope organizations-certifications-result --centre"
        said = subprocess.run(
            [sys.executable, "-m", "exam_server", *line.split(), UAI],
            env={**os.environ, **server.variables()},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        self._known = dict(line.split("=", 1) for line in said.split() if "=" in line)
        self._url = server.url

    def pull(self, card: Card) -> dict[str, Any]:
        """The certification of one pupil."""
        form = {
            **self._known,
            "grant_type": "client_credentials",
            "scope": "organizations-certifications-result",
        }
        with httpx.Client(base_url=self._url) as http:
            token = http.post("/api/application/token", data=form).json()["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            found = http.get(f"/api/organizations/{UAI}/certifications", headers=headers).json()
        (one,) = [
            each for each in found["certifications"] if f"{each['lastName']} {each['firstName']}" == card.name
        ]
        return dict(one)


def sit_to_the_end(sitting: CandidatePage) -> None:
    """Answers all questions right, behind the page."""
    mind = Mind(BOOK, (9.0,) * 16, Random(3))
    state = sitting.state()
    while state["phase"] == "test":
        content = mind.respond(state["item"])
        body = {"position": state["progress"]["position"], "revision": 1, "final": True}
        sent = {**body, "content": content, "answered_at": state["now"]}
        state = sitting.page.context.request.post("/exam/responses", data=sent).json()["state"]
    assert state["progress"]["answered"] == QUESTIONS


def rule(head: Page, session: str, name: str, picture: Picture) -> None:
    """Question 5 does not count; the effect is looked at first."""
    head.goto(f"/sessions/{session}/rulings")
    head.get_by_label("Sur quel candidat ?").select_option(label=name)
    head.get_by_role("button", name="Choisir").click()
    head.get_by_label("Question mise de côté").check()
    head.get_by_label(re.compile(rf"\bQuestion {LEFT_OUT}\s")).check()
    head.get_by_role("button", name="Voir l’effet").click()
    expect(head.get_by_role("heading", name="L’effet de cette décision")).to_be_visible()
    picture(head, "ruling-effect")
    head.get_by_role("textbox", name="Pourquoi ?").fill("L’image ne s’est pas affichée.")
    head.get_by_role("button", name="Prendre la décision").click()
    expect(head.get_by_text("L’image ne s’est pas affichée.")).to_be_visible()


def sign(head: Page, session: str, picture: Picture) -> None:
    """The head confirms with the passkey."""
    head.goto(f"/sessions/{session}/closing")
    head.get_by_label("J’ai relu ce qui précède").check()
    head.get_by_role("button", name="Signer les résultats").click()
    confirm = head.get_by_role("button", name=CONFIRM)
    expect(confirm).to_be_visible()
    picture(head, "closing-passkey")
    confirm.click()
    expect(head.get_by_role("button", name="Publier les résultats")).to_be_visible()


def publish(head: Page, picture: Picture) -> None:
    head.get_by_label("J’ai regardé les résultats").check()
    head.get_by_role("button", name="Publier les résultats").click()
    expect(head.get_by_role("heading", name="Ce que le livret peut prendre")).to_be_visible()
    picture(head, "published")
    assert violations(head) == []


def withdraw(head: Page) -> None:
    head.get_by_role("button", name="Retirer les résultats…").click()
    dialog = head.locator("#dialog-withdraw")
    dialog.get_by_role("textbox").fill("Le candidat n’était pas le bon.")
    dialog.get_by_role("button", name="Retirer les résultats").click()
    expect(head.get_by_role("heading", name="Versions précédentes")).to_be_visible()


def certificate(head: Page, session: str, folder: Path, picture: Picture) -> Path:
    """Downloads the PDF, as the head does."""
    head.goto(f"/sessions/{session}/certificates")
    picture(head, "certificates")
    assert violations(head) == []
    with head.expect_download() as saved:
        head.get_by_role("link", name=re.compile("^Télécharger le certificat de")).click()
    file = folder / "certificate.pdf"
    saved.value.save_as(file)
    return file


def texts_of_codes(pdf: Path, folder: Path) -> set[str]:
    """What two programs read of the code on a picture of 150 dots an inch."""
    needed("pdftoppm", "poppler-utils")
    needed("zbarimg", "zbar-tools")
    done, said = runs(["pdftoppm", "-r", "150", "-png", "-singlefile", pdf, "page"], folder)
    assert done, said
    picture = folder / "page.png"
    done, by_zbar = runs(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture], folder)
    assert done, by_zbar
    with Image.open(picture) as opened:
        by_zxing = [one.text for one in zxingcpp.read_barcodes(opened)]
    codes = [line for line in by_zbar.splitlines() if line.startswith(PREFIX)]  # zbar also speaks of D-Bus
    return {*codes, *by_zxing}


def checked(page: Page, code: str, said: str) -> None:
    """Anybody types the code on the public page."""
    page.goto("/verify")
    page.get_by_label("Code de vérification").fill(code)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("heading", name=said)).to_be_visible()


def a_closed_session(backstage: Backstage, window: Window) -> tuple[str, Card]:
    """One candidate sat to the end, and the picture of a question was missing; the others did not come."""
    session = backstage.plan("Salle C3", "3E C")
    backstage.open(session)
    card, *others = backstage.cards(session)
    backstage.check_in(card.id, 1, 1)
    sitting = CandidatePage(window())
    sitting.enter(card.code)
    sitting.start()
    sit_to_the_end(sitting)
    report = {"category": "question_image", "candidate": card.id, "position": LEFT_OUT}
    backstage.post(f"/sessions/{session}/incidents", report)
    backstage.post(f"/sessions/{session}/close", {"reasons": {one.id: ABSENT for one in others}})
    return session, card


def signed_result(head: Page, session: str, card: Card) -> dict[str, Any]:
    """What the bundle says of a candidate, computed again from its log."""
    octets = head.request.get(f"/sessions/{session}/bundle").body()
    candidates = verify_bundle(octets, None, recompute).payload["candidates"]
    assert isinstance(candidates, list)
    (result,) = [one for one in candidates if isinstance(one, dict) and one["id"] == card.id]
    return result


def facts_on_paper(pdf: Path, server: Server) -> PaperFacts:
    """What the code of a certificate says, checked with the keys that the server has published."""
    (text,) = texts_of_codes(pdf, pdf.parent)
    keys = KeyStore(server.folder / "keys").key_set()
    assert keys is not None
    return open_paper_seal(text, keys_by_kid8(one.chain[0] for one in keys.keys if one.purpose is Purpose.QR))


def test_from_an_incident_to_the_livret_and_back(
    backstage: Backstage,
    server: Server,
    signed_in: SignIn,
    window: Window,
    picture: Picture,
    tmp_path: Path,
) -> None:
    session, card = a_closed_session(backstage, window)
    livret, head = Livret(server), signed_in(Role.HEAD)
    authenticator(head)
    head.goto("/account")
    added(head)
    rule(head, session, card.name, picture)
    sign(head, session, picture)
    assert livret.pull(card)["status"] == "pending"
    publish(head, picture)
    pulled = livret.pull(card)
    assert (pulled["status"], len(pulled["competenceResults"])) == ("validated", 16)

    result = signed_result(head, session, card)
    assert result["scores"]["score"] == pulled["pixScore"]
    assert result["rulings"][0]["positions"] == [LEFT_OUT]
    facts = facts_on_paper(certificate(head, session, tmp_path, picture), server)
    assert (facts.score, f"{facts.family_name} {facts.given_names}") == (pulled["pixScore"], card.name)
    assert facts.code == pulled["verificationCode"]
    anybody = window()
    checked(anybody, facts.code.lower(), "Certificat valable")
    picture(anybody, "verify-valid")
    assert violations(anybody) == []

    head.goto(f"/sessions/{session}/closing")
    withdraw(head)
    assert livret.pull(card)["status"] == "pending"
    checked(anybody, facts.code, "Certificat retiré")
    sign(head, session, picture)
    publish(head, picture)
    assert livret.pull(card)["status"] == "validated"
    checked(anybody, facts.code, "Certificat remplacé")
