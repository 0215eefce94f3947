"""The staff’s pages when something is wrong, missing, empty, forbidden or cut off."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect

from exam_server.demo.school import PROFILES_FILE, PUPILS_FILE
from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import ARTIFACTS, CHROMIUM, FLAGS, Window
from tests.browser.office import CARD_CODE, Head
from tests.browser.server import Server, address_of, free_port
from tests.browser.watch import Watch

SignIn = Callable[[Role], Page]


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server) -> Iterator[Backstage]:
    """The head without a screen."""
    found = Backstage(playwright, server)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def session(backstage: Backstage, school: Path) -> str:
    """An open session of one class."""
    backstage.import_school(school)
    session = backstage.plan("Salle C3", "3E C")
    backstage.open(session)
    return session


@pytest.fixture
def cards(backstage: Backstage, session: str) -> list[Card]:
    """Everyone of that session whose check-in has not begun."""
    waiting = {row["id"] for row in backstage.board(session)["candidates"] if row["state"] == "registered"}
    return [card for card in backstage.cards(session) if card.id in waiting]


@pytest.fixture
def board(signed_in: SignIn, session: str) -> BoardPage:
    """The invigilator’s board of that session, live."""
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.goto(f"/sessions/{session}/board")
    expect(board.page.get_by_text("En direct")).to_be_visible()
    return board


# -- before anything is there --------------------------------------------------------------------------


def test_each_empty_page_says_what_comes_first(signed_in: SignIn) -> None:
    """Nobody meets a blank page."""
    head, invigilator = signed_in(Role.HEAD), signed_in(Role.INVIGILATOR)
    officer = signed_in(Role.ACCOMMODATIONS)
    expect(head.get_by_role("heading", name="Pour commencer")).to_be_visible()
    head.get_by_role("link", name="Importer les élèves").click()
    expect(head.get_by_text("Importez d’abord le fichier de SIECLE")).to_be_visible()
    expect(invigilator.get_by_text("Aucune session ne vous est confiée")).to_be_visible()
    expect(officer.get_by_text("Aucune session n’est prévue")).to_be_visible()


def test_a_file_of_another_kind_is_refused_with_what_to_do(signed_in: SignIn, tmp_path: Path) -> None:
    """Nothing is kept, and the page says which file is wanted."""
    head = Head(signed_in(Role.HEAD))
    head.page.goto("/pupils")
    letter = tmp_path / "courrier.xml"
    letter.write_text("Madame, Monsieur, voici la liste de nos élèves.")
    result = head.import_file("Les élèves", letter)
    expect(result).to_contain_text("Rien n’a été importé")
    expect(result.get_by_role("row").filter(has_text="courrier.xml")).to_have_count(1)
    head.page.screenshot(path=ARTIFACTS / "import-wrong-file.png")
    expect(head.page.get_by_text("Aucun élève pour l’instant")).to_be_visible()


def test_a_missing_column_is_named(signed_in: SignIn, school: Path, tmp_path: Path) -> None:
    """A profile file without one competence."""
    head = Head(signed_in(Role.HEAD))
    head.page.goto("/pupils")
    text = (school / PROFILES_FILE).read_bytes().decode("cp1252")
    file = tmp_path / "profils.csv"
    file.write_bytes(text.replace("2.3 niveau", "autre chose", 1).encode("cp1252"))
    result = head.import_file("Les profils", file)
    expect(result).to_contain_text("Rien n’a été importé")
    expect(result.get_by_role("row").filter(has_text="2.3").first).to_contain_text("profils.csv")


def test_the_valid_rows_of_a_file_with_errors_can_be_kept(
    signed_in: SignIn, school: Path, tmp_path: Path
) -> None:
    """Each error with its file, line, field and what to do; nothing half-imported before the choice."""
    head = Head(signed_in(Role.HEAD))
    head.page.goto("/pupils")
    export = (school / PUPILS_FILE).read_bytes().decode("iso-8859-15")
    born = re.search(r"<DATE_NAISS>([^<]+)</DATE_NAISS>", export)
    assert born is not None
    line = export[: born.start()].count("\n") + 1
    file = tmp_path / PUPILS_FILE
    file.write_bytes(export.replace(born[1], "31/02/2012", 1).encode("iso-8859-15"))
    result = head.import_file("Les élèves", file)
    expect(result).to_contain_text("Rien n’a été importé")
    wrong = result.get_by_role("row").nth(1)
    expect(wrong).to_contain_text(PUPILS_FILE)
    expect(wrong).to_contain_text("DATE_NAISS")
    assert (
        abs(int(wrong.get_by_role("cell").nth(1).inner_text()) - line) <= 4
    )  # its record’s line, or its own
    head.page.screenshot(path=ARTIFACTS / "import-errors.png")
    result.get_by_role("button", name="Garder les lignes valides").click()
    expect(result).to_contain_text("Import terminé")
    expect(result).to_contain_text("63")
    result.get_by_role("link", name="Voir la liste à jour").click()
    expect(head.page.get_by_role("heading", name=re.compile("^63 élèves"))).to_be_visible()


# -- who may come in -----------------------------------------------------------------------------------


def test_a_wrong_password_is_refused_in_the_form(window: Window, watch: Watch) -> None:
    """The same sentence whether the address exists or not; the form stays filled in."""
    page = window()
    page.goto("/staff")
    for email in (address_of(Role.HEAD), "personne@demo.example"):
        page.get_by_label("Adresse électronique").fill(email)
        page.get_by_label("Mot de passe").fill("ceci n’est pas le bon")
        with watch.allowing("403 POST /staff/sign-in"):
            page.get_by_role("button", name="Se connecter").click()
            expect(page.locator(".notice__title")).to_be_visible()
            expect(page.get_by_label("Adresse électronique")).to_have_value(email)
    page.screenshot(path=ARTIFACTS / "sign-in-wrong.png")


def test_a_link_works_once(window: Window, server: Server) -> None:
    """Whoever comes second is told what to do."""
    link = server.fresh_link(Role.AUTHOR)
    first, second = window(), window()
    first.goto(link)
    first.get_by_role("button", name="Me connecter").click()
    first.wait_for_url("**/bank")
    second.goto(link)
    expect(second.get_by_role("heading", name="Ce lien ne fonctionne plus")).to_be_visible()
    second.get_by_role("link", name="Aller à la connexion").click()
    expect(second.get_by_label("Mot de passe")).to_be_visible()


def test_another_roles_page_is_refused_with_a_way_home(signed_in: SignIn, watch: Watch) -> None:
    """An invigilator in the head’s office is told so, and led back."""
    page = signed_in(Role.INVIGILATOR)
    with watch.allowing("403 GET /head"):
        page.goto("/head")
        expect(page.get_by_role("heading", level=1)).to_have_text("Cela n’a pas pu se faire")
    page.screenshot(path=ARTIFACTS / "refused.png")
    page.get_by_role("main").get_by_role("link").first.click()
    page.wait_for_url("**/invigilate")


def test_an_unknown_address_leads_home(window: Window, watch: Watch) -> None:
    """A page, not a code."""
    page = window()
    with watch.allowing("404 GET /nulle-part"):
        page.goto("/nulle-part")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()


def test_whoever_is_not_signed_in_is_asked_to(window: Window) -> None:
    """A bookmark of yesterday leads to the sign-in form."""
    page = window()
    page.goto("/head")
    expect(page.get_by_label("Mot de passe")).to_be_visible()


def test_the_reader_chooses_the_language(window: Window) -> None:
    """By a link on the first pages; the choice stays, and leads back."""
    page = window()
    page.goto("/")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("contentinfo").locator("a[href='/staff']").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()


def test_a_wrong_session_code_is_refused_calmly(signed_in: SignIn, watch: Watch) -> None:
    """The field keeps what was typed, with a sentence beside it."""
    page = signed_in(Role.INVIGILATOR)
    page.get_by_label("Code de la session").fill("ZZZZZZ")
    with watch.allowing("404 POST /sessions/open"):
        page.get_by_role("button", name="Ouvrir").click()
        expect(page.locator(".notice__title")).to_be_visible()
    expect(page.get_by_label("Code de la session")).to_have_value("ZZZZZZ")


def test_a_wrong_card_code_is_refused_calmly(window: Window, watch: Watch) -> None:
    """Too short is said before it is sent; unknown is said by the server."""
    page = window()
    page.goto("/")
    page.get_by_label("Tapez les 8 caractères de votre carte").fill("ABC")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Il manque des caractères")
    page.get_by_label("Tapez les 8 caractères de votre carte").fill("zzzz-zzzz")
    with watch.allowing("40[0-9] POST /exam/enter"):
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_role("alert")).not_to_contain_text("Il manque des caractères")
        expect(page.get_by_role("alert")).not_to_be_empty()
    page.screenshot(path=ARTIFACTS / "entry-wrong.png")


# -- the board -----------------------------------------------------------------------------------------


def test_a_candidate_is_checked_in_by_the_keyboard_alone(board: BoardPage, cards: list[Card]) -> None:
    """Enter on the one next step, Enter on the document, Enter on the proposed seat, Enter to admit."""
    name, keys = cards[0].name, board.page.keyboard
    board.tile(name).get_by_role("button", name="Vérifier l’identité").focus()
    keys.press("Enter")
    expect(board.page.get_by_role("dialog", name="Vérifier l’identité")).to_be_visible()
    keys.press("Enter")
    board.shows(name, "Présent")
    expect(board.page.get_by_role("dialog", name="Donner une place")).to_be_visible()
    keys.press("Enter")
    board.shows(name, "Prêt")
    expect(board.page.get_by_role("dialog")).to_be_hidden()
    expect(board.tile(name).get_by_role("button", name="Admettre")).to_be_focused()
    keys.press("Enter")
    board.shows(name, "Admis")


def test_the_menu_of_a_candidate_opens_moves_and_closes_by_the_keyboard(
    board: BoardPage, cards: list[Card]
) -> None:
    """Arrows move, Escape gives the focus back; a dialog does the same."""
    name = cards[0].name
    opener = board.tile(name).get_by_role("button", name=re.compile("^Actions pour"))
    opener.focus()
    board.page.keyboard.press("Enter")
    expect(board.page.get_by_role("menuitem").first).to_be_focused()
    board.page.keyboard.press("ArrowDown")
    expect(board.page.get_by_role("menuitem").nth(1)).to_be_focused()
    board.page.screenshot(path=ARTIFACTS / "board-menu.png")
    board.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    board.act(name, "Noter absent")
    board.page.keyboard.press("Escape")
    expect(board.page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_board_can_be_searched_and_narrowed(board: BoardPage, cards: list[Card]) -> None:
    """By a piece of a name without its accents, and by the counts."""
    rows = board.page.get_by_role("list", name="Candidats").get_by_role("listitem")
    board.page.get_by_label("Chercher un candidat").fill(cards[0].name.split()[0])
    expect(rows.first).to_contain_text(cards[0].name.split()[0])
    board.page.get_by_label("Chercher un candidat").fill("zzzz")
    expect(board.page.get_by_text("Personne ne correspond")).to_be_visible()
    board.page.get_by_label("Chercher un candidat").fill("")
    everyone = board.page.context.request.get(f"/sessions/{board.session}/board.json").json()["candidates"]
    expect(rows).to_have_count(len(everyone))


@dataclass
class Killable:
    """A browser whose process the test may kill, as when a computer loses its power."""

    process: "subprocess.Popen[bytes]"
    page: Page

    def kill(self) -> None:
        """Not a word to anybody."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def killable(playwright: Playwright, tmp_path: Path) -> Iterator[Killable]:
    """One such browser."""
    port = free_port()
    command = [CHROMIUM, *FLAGS, "--headless=new", "--accept-lang=fr-FR", f"--remote-debugging-port={port}"]
    command += [f"--user-data-dir={tmp_path / 'killable'}", "about:blank"]
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = Killable(process, connected(playwright, port).contexts[0].pages[0])
    yield found
    found.kill()


def test_a_killed_browser_is_seen_as_lost_and_then_as_back(
    board: BoardPage,
    backstage: Backstage,
    cards: list[Card],
    killable: Killable,
    window: Window,
    server: Server,
) -> None:
    """Within a few seconds the row says so, and the count; with a new card the test goes on elsewhere."""
    card = cards[0]
    backstage.check_in(card.id, 5, 1)
    killable.page.goto(server.url)
    killable.page.get_by_label("Tapez les 8 caractères de votre carte").fill(card.code)
    killable.page.get_by_role("button", name="Entrer").click()
    CandidatePage(killable.page).start()
    board.shows(card.name, "En ligne", "En cours")
    killable.kill()
    board.shows(card.name, "Hors ligne", within=6_000)
    expect(board.page.get_by_role("button", name=re.compile("^1 hors ligne"))).to_be_visible()
    board.page.screenshot(path=ARTIFACTS / "board-lost.png")
    board.act(card.name, "Changer d’ordinateur")
    board.page.get_by_role("button", name="Donner une nouvelle carte").click()
    shown = board.page.get_by_role("dialog").get_by_text(CARD_CODE)
    code = shown.inner_text()
    board.page.get_by_role("button", name="C’est noté").click()
    again = CandidatePage(window())
    again.enter(code)
    expect(again.heading("Question 1 sur 32")).to_be_visible()
    board.shows(card.name, "En ligne")


def test_a_board_that_was_cut_off_says_so_and_catches_up(
    board: BoardPage, backstage: Backstage, cards: list[Card]
) -> None:
    """What happened meanwhile is there when the line is back."""
    card = cards[0]
    board.page.context.set_offline(True)
    board.page.evaluate("dispatchEvent(new Event('offline'))")
    backstage.check_in(card.id, 5, 2)
    board.page.context.set_offline(False)
    board.shows(card.name, "Admis", within=12_000)
    expect(board.page.get_by_text("En direct")).to_be_visible()


def test_a_board_outlives_its_server(
    board: BoardPage, backstage: Backstage, cards: list[Card], server: Server
) -> None:
    """« Dernières nouvelles il y a … » while it is away; then live again, with everything."""
    server.kill()
    expect(board.page.get_by_text(re.compile("^Dernières nouvelles il y a"))).to_be_visible()
    board.page.screenshot(path=ARTIFACTS / "board-cut.png")
    server.start()
    expect(board.page.get_by_text("En direct")).to_be_visible(timeout=20_000)
    backstage.check_in(cards[0].id, 5, 3)
    board.shows(cards[0].name, "Admis")


def test_a_room_is_not_closed_over_a_running_test_without_a_reason(
    backstage: Backstage, signed_in: SignIn, window: Window, school: Path
) -> None:
    """Closing asks why for the one who is still writing; then that test is over."""
    session = backstage.plan("Salle D4", "TG 1")
    backstage.open(session)
    card, *others = backstage.cards(session)
    backstage.check_in(card.id, 1, 1)
    for other in others:
        backstage.post(f"/attempts/{other.id}/absent")
    candidate = CandidatePage(window())
    candidate.enter(card.code)
    candidate.start()
    candidate.respond()
    head = signed_in(Role.HEAD)
    head.goto(f"/sessions/{session}/closing")
    expect(head.get_by_role("row").filter(has_text=card.name)).to_contain_text("1")
    head.get_by_label(f"Raison pour {card.name}").select_option(label="Autre raison")
    head.get_by_role("button", name="Clôturer la session").click()
    note = head.get_by_label(f"Précision pour {card.name}")
    expect(note).to_have_accessible_description("Dites en quelques mots ce qui s’est passé.")
    note.fill("Appelé par l’infirmerie")
    head.get_by_label("J’ai compris que cela ne peut pas être annulé").check()
    head.get_by_role("button", name="Clôturer la session").click()
    expect(head.get_by_role("heading", level=1, name=re.compile("Signer les résultats"))).to_be_visible()
    expect(candidate.heading("Votre test a été arrêté")).to_be_visible()


def connected(playwright: Playwright, port: int) -> Browser:
    """The browser behind a debugging port, as soon as it listens."""
    until = time.monotonic() + 15
    while True:
        try:
            return playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except Error:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
