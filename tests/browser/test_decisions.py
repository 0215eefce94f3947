"""A decision on accommodations: written down by the officer, approved by the head, applied to the session."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage
from tests.browser.server import Server

Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]
SECRET = "PAP-2026-17"
SCRIPTS = re.compile(r"/js/(?!early).*\.js")


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """A school whose pupils are known, with a session of today."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


@pytest.fixture
def session(backstage: Backstage) -> str:
    return backstage.plan("Salle C3", "3E C")


def test_a_decision_is_recorded_approved_and_applied(
    session: str, signed_in: SignIn, picture: Picture, tmp_path: Path
) -> None:
    officer, head = signed_in(Role.ACCOMMODATIONS), signed_in(Role.HEAD)
    officer.goto("/accommodations")
    picture(officer, "accommodations-empty")
    officer.get_by_role("link", name="Les élèves", exact=True).click()
    officer.get_by_label("Classe").select_option("3E C")
    officer.get_by_role("button", name="Afficher").click()
    expect(officer.get_by_role("heading", name="Classe 3E C")).to_be_visible()
    name = officer.locator("tbody a").first.inner_text()
    officer.locator("tbody a").first.click()
    picture(officer, "accommodations-pupil")
    write_down(officer)
    expect(officer.get_by_role("heading", name="Une seconde personne doit approuver")).to_be_visible()
    attach(officer, tmp_path)
    picture(officer, "decision-recorded")

    head.goto("/accommodations")
    expect(head.get_by_role("heading", name="À approuver")).to_be_visible()
    picture(head, "accommodations-to-approve")
    head.get_by_role("link", name=name).click()
    assert SECRET not in head.content()
    head.get_by_role("button", name="Lire le motif").click()
    expect(head.get_by_text(SECRET)).to_be_visible()
    picture(head, "decision-read")
    head.get_by_role("button", name="Approuver").click()
    expect(head.locator("h1 .badge")).to_have_text("Approuvée")
    assert SECRET not in head.content()
    expect(head.get_by_text("Qui l’a lu")).to_be_visible()

    prepare(officer, session, picture)
    with officer.expect_download() as saved:
        officer.goto("/accommodations/pupils")
        officer.get_by_role("link", name=name).click()
        officer.locator("main li a").first.click()
        officer.get_by_role("button", name="Ouvrir la pièce jointe").click()
    assert saved.value.suggested_filename == "décision.pdf"


def prepare(officer: Page, session: str, picture: Picture) -> None:
    """Before the day: the one thing that is missing is seen to."""
    officer.goto(f"/sessions/{session}/accommodations")
    expect(officer.get_by_text("Aucun adulte n’est nommé")).to_be_visible()
    picture(officer, "session-accommodations")
    officer.get_by_label("Adulte qui lit ou écrit").fill("Camille Exemple")
    officer.get_by_role("button", name="Enregistrer").first.click()
    expect(officer.get_by_text("Rien ne manque.")).to_be_visible()


def write_down(officer: Page) -> None:
    """One third more time, two breaks, a reader; and why."""
    officer.get_by_label("Temps majoré").fill("1/3")
    officer.get_by_label("Nombre de pauses").fill("2")
    officer.get_by_label("Minutes par pause").fill("5")
    officer.get_by_label("Lecteur présent").check()
    officer.get_by_label("Ce qui fonde la décision").select_option("pap")
    officer.get_by_label("Référence").fill(SECRET)
    officer.get_by_label("Décidé par").fill("Médecin Exemple")
    officer.get_by_role("button", name="Enregistrer la décision").click()


def attach(officer: Page, folder: Path) -> None:
    """A scan."""
    file = folder / "décision.pdf"
    file.write_bytes(b"%PDF-1.7 une page")
    officer.locator("input[type=file]").set_input_files(file)
    expect(officer.get_by_role("button", name="Ouvrir la pièce jointe")).to_be_visible()


def test_a_button_that_is_pressed_before_its_scripts_are_there_does_its_work_once_they_are(
    signed_in: SignIn,
) -> None:
    """As on a slow network: the page is there, the modules are still on their way."""
    head = signed_in(Role.HEAD)
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    head.route(SCRIPTS, hold)
    head.goto("/accommodations", wait_until="commit")
    head.get_by_role("button", name="Se déconnecter").click()
    expect(head).to_have_url(re.compile("/accommodations$"))
    is_held = False
    for route in held:
        route.continue_()
    expect(head).to_have_url(re.compile("/staff$"))


def test_what_is_typed_before_its_scripts_are_there_counts_once_they_are(
    signed_in: SignIn, session: str
) -> None:
    """The extra time of a candidate, typed while the modules are still on their way."""
    head = signed_in(Role.HEAD)
    is_held = True
    held: list[Route] = []

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    head.route(SCRIPTS, hold)
    head.goto(f"/sessions/{session}", wait_until="commit")
    head.get_by_label("Temps majoré de").nth(1).fill("1/3")
    is_held = False
    for route in held:
        route.continue_()
    expect(head.get_by_role("button", name="Enregistrer").first).to_be_visible()
