"""Several people in one room: two act at one moment, one relieves the other, the head looks on."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect
from pypdf import PdfReader

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import SOON, BoardPage
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import Window
from tests.browser.server import NAMES, Server
from tests.browser.watch import Watch

DOMINIQUE, NOA = NAMES[Role.INVIGILATOR], "Noa Treille-Démo"
CAMILLE = NAMES[Role.HEAD]
HOUR = r"\d{1,2}\sh\s\d\d"
SEEN = "Téléphone allumé sur les genoux."
CHOOSE = "Choisir plusieurs candidats"
Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]


@dataclass
class Room:
    """An open session at several screens: two invigilators’ boards, one candidate under way."""

    session: str
    dominique: BoardPage
    noa: BoardPage
    card: Card
    candidate: CandidatePage


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server, school: Path) -> Iterator[Backstage]:
    """The head without a screen, whose school is imported."""
    found = Backstage(playwright, server)
    found.import_school(school)
    yield found
    found.leave()


@pytest.fixture(scope="module")
def colleague(server: Server) -> str:
    """A second invigilator’s link, which asks before it is used up."""
    return server.invite(NOA, Role.INVIGILATOR)


@pytest.fixture(scope="module")
def at_noa_s(colleague: str) -> dict[str, object]:
    """What Noa’s browser keeps from one journey to the next."""
    return {"link": colleague}


def opened(page: Page, link: str) -> Page:
    page.goto(link)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url("**/invigilate")
    return page


@pytest.fixture
def room(backstage: Backstage, at_noa_s: dict[str, object], signed_in: SignIn, window: Window) -> Room:
    """Dominique opens by the code, Noa follows; the first of the class is admitted and starts."""
    kept = at_noa_s.get("cookies")
    page = window(storage_state=kept) if kept else opened(window(), str(at_noa_s["link"]))
    at_noa_s["cookies"] = page.context.storage_state()
    session = backstage.plan("Salle B12", "3E A", office=False)
    dominique, noa = BoardPage(signed_in(Role.INVIGILATOR)), BoardPage(page)
    dominique.open_session(backstage.code_of(session))
    noa.page.goto(f"/sessions/{session}/board")
    expect(noa.page.get_by_text("En direct")).to_be_visible()
    card = backstage.cards(session)[0]
    dominique.check_in(card.name)
    candidate = CandidatePage(window())
    candidate.enter(card.code)
    candidate.start()
    dominique.shows(card.name, "En cours")
    return Room(session, dominique, noa, card, candidate)


def watches(board: BoardPage, *names: str) -> None:
    """The bar says, soon, who watches the room."""
    button = board.page.locator("[data-board=duty]")
    for name in names:
        expect(button).to_contain_text(name, timeout=SOON)


def letters_of(pdf: bytes) -> str:
    """The text without white space: a line may be broken anywhere."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def letters(text: str) -> str:
    """The same of what is looked for."""
    return "".join(text.split())


def close(backstage: Backstage, session: str, but: Card) -> None:
    """Everybody else is absent; whoever sat has ended."""
    others = {one.id: {"code": "absent", "note": ""} for one in backstage.cards(session) if one.id != but.id}
    backstage.post(f"/sessions/{session}/close", {"reasons": others})


# -- two at one moment -----------------------------------------------------------------------------------


def test_of_two_who_pause_one_candidate_at_one_moment_one_wins_and_the_other_is_told(
    room: Room, watch: Watch, picture: Picture
) -> None:
    """Both have the dialog open; the second one reads by whom it was done, and when."""
    boards = {DOMINIQUE: room.dominique, NOA: room.noa}
    for board in boards.values():
        board.act(room.card.name, "Suspendre")
        box = board.page.get_by_role("dialog")
        box.get_by_label("Raison").filter(visible=True).select_option(label="Panne du poste")
    with watch.allowing("409 POST .*/pause"):
        for board in boards.values():  # without waiting for the answer of the first
            board.page.evaluate("document.querySelector('#dialog-pause [data-submit]').click()")
        for board in boards.values():
            board.shows(room.card.name, "Suspendu")
        for board in boards.values():
            answered(board)
    refused = [name for name, board in boards.items() if board.page.locator("dialog[open]").count()]
    assert len(refused) == 1
    loser, winner = boards[refused[0]], next(name for name in boards if name != refused[0])
    expect(loser.page.get_by_role("dialog")).to_contain_text(
        re.compile(rf"Ce test est déjà suspendu\. {winner} l’a suspendu à {HOUR}\.")
    )
    picture(loser.page, "several-second")
    loser.page.keyboard.press("Escape")
    assert len([e for e in loser.events.values() if e["kind"] == "AttemptPaused"]) == 1


def answered(board: BoardPage) -> None:
    """The dialog has had its answer: it is closed, or says why it is not."""
    waiting = "dialog[open]:not(:has([data-wrong]:not(:empty)))"
    expect(board.page.locator(waiting)).to_have_count(0)


# -- duty ------------------------------------------------------------------------------------------------


def test_a_hand_over_is_seen_on_both_boards_and_stands_in_the_report(
    room: Room, backstage: Backstage, picture: Picture
) -> None:
    """Who opened is on duty; Noa relieves, Dominique comes back later; times in the journal and on paper."""
    for board in (room.dominique, room.noa):
        watches(board, f"{DOMINIQUE} surveille")
    picture(room.noa.page, "several-board")
    room.noa.page.locator("[data-board=duty]").click()
    box = room.noa.page.get_by_role("dialog", name="Surveillance de la salle")
    expect(box).to_contain_text(re.compile(rf"{DOMINIQUE}\s*surveille depuis {HOUR}"))
    box.get_by_label("Précision").fill("cours à 10 h")
    picture(room.noa.page, "several-duty")
    box.get_by_role("button", name=f"Je prends le relais de {DOMINIQUE}").click()
    expect(box).to_be_hidden()
    for board in (room.dominique, room.noa):
        watches(board, f"{NOA} surveille")
    room.noa.page.locator("[data-board=duty]").click()
    box.get_by_role("button", name="Je quitte la salle").click()
    for board in (room.dominique, room.noa):
        watches(board, "Personne ne surveille")
    picture(room.dominique.page, "several-nobody")
    duty_by_keyboard(room.dominique)
    for board in (room.dominique, room.noa):
        watches(board, f"{DOMINIQUE} surveille")
    the_journal_says_it(room, picture)
    room.dominique.act(room.card.name, "Arrêter le test")
    room.dominique.confirm("Arrêter le test", reason="Malaise ou besoin médical")
    close(backstage, room.session, room.card)
    text = letters_of(backstage.requests.get(f"/sessions/{room.session}/papers/report").body())
    both = r"(\d{1,2}h\d\dmin\d\ds){2}"
    for who, remark in (
        (DOMINIQUE, f"relais passé à {NOA}, cours à 10 h"),
        (NOA, f"relais pris de {DOMINIQUE}"),
    ):
        assert re.search(letters(who) + both + letters(remark), text), text
    expect(room.noa.page.locator("[data-board=duty]")).to_be_hidden()


def duty_by_keyboard(board: BoardPage) -> None:
    """The bar’s button, Tab to the one verb, Enter."""
    board.page.locator("[data-board=duty]").focus()
    board.page.keyboard.press("Enter")
    come = board.page.get_by_role("button", name="Je prends la surveillance")
    expect(come).to_be_visible()
    for _ in range(4):
        if come.evaluate("node => node === document.activeElement"):
            break
        board.page.keyboard.press("Tab")
    board.page.keyboard.press("Enter")
    expect(board.page.get_by_role("dialog")).to_be_hidden()


def the_journal_says_it(room: Room, picture: Picture) -> None:
    """Open on one board while the other acts: the new line is there at once; two filters narrow it."""
    room.noa.page.get_by_role("button", name="Journal").click()
    box = room.noa.page.get_by_role("dialog", name="Journal de la salle")
    lines = box.get_by_role("listitem")
    expect(lines.filter(has_text=f"Relais de {DOMINIQUE} à {NOA}")).to_have_count(1)
    room.dominique.room("Message à tous")
    room.dominique.page.get_by_role("dialog").get_by_label("Message").fill("Il reste une heure.")
    room.dominique.page.get_by_role("button", name="Envoyer").click()
    expect(lines.first).to_contain_text("Il reste une heure.", timeout=SOON)
    expect(lines.first).to_contain_text(DOMINIQUE)
    picture(room.noa.page, "several-journal")
    box.get_by_label("Qui").select_option(label=NOA)
    expect(lines).to_have_count(2)
    box.get_by_label("Qui").select_option(label="Tout le monde")
    box.get_by_label("Candidat").select_option(label=room.card.name)
    expect(lines.filter(has_text="Identité vérifiée")).to_have_count(1)
    room.noa.page.keyboard.press("Escape")


# -- the head --------------------------------------------------------------------------------------------


def nothing_is_offered(head: BoardPage, room: Room) -> None:
    """To whoever looks on: no button, no next step, no choice of several; the verbs that act on nobody."""
    page = head.page
    expect(page.get_by_role("group", name="Toute la salle").get_by_role("button")).to_have_count(0)
    expect(page.locator(".tile__step:visible")).to_have_count(0)
    expect(page.get_by_role("button", name=CHOOSE)).to_be_hidden()
    head.tile(room.card.name).get_by_role("button", name=re.compile("^Actions pour")).focus()
    page.keyboard.press("x")
    expect(page.locator(".tile__check:visible")).to_have_count(0)
    head.tile(room.card.name).get_by_role("button", name=re.compile("^Actions pour")).click()
    assert page.get_by_role("menuitem").all_inner_texts() == ["Signaler un incident", "Voir les détails"]
    page.keyboard.press("Escape")


def test_the_head_looks_on_and_acts_only_once_among_the_invigilators(
    room: Room, signed_in: SignIn, watch: Watch, picture: Picture
) -> None:
    """No button and no verb, and the server refuses too; added to the room, everything is there at once."""
    page = signed_in(Role.HEAD)
    page.goto(f"/sessions/{room.session}")
    page.get_by_role("link", name="Voir le tableau de la salle").click()
    head = BoardPage(page)
    expect(page.get_by_text("Vous regardez sans agir", exact=True)).to_be_visible()
    head.shows(room.card.name, "En cours")
    nothing_is_offered(head, room)
    picture(page, "several-looks-on")
    with watch.allowing("403 POST .*/pause"):
        told = page.evaluate(
            "path => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' },"
            " body: JSON.stringify({ reason: 'x' }) }).then((reply) => reply.json())",
            f"/attempts/{room.card.id}/pause",
        )
    assert told["error"]["code"] == "looks_on"
    room.candidate.respond()
    head.shows(room.card.name, "1/32")
    office = page.context.new_page()
    office.goto(f"/sessions/{room.session}#invigilators")
    office.get_by_label("Ajouter un surveillant").select_option(label=f"{CAMILLE} (vous-même)")
    picture(office, "several-add")
    office.get_by_role("button", name="Ajouter", exact=True).click()
    office.wait_for_url(f"**/sessions/{room.session}")
    expect(page.get_by_role("button", name="Suspendre toute la salle")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Vous regardez sans agir", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name=CHOOSE)).to_be_visible()
    head.act(room.card.name, "Suspendre")
    head.confirm("Suspendre", reason="Panne du poste")
    room.noa.shows(room.card.name, "Suspendu")
    added, paused = head.last("InvigilatorAdded"), head.last("AttemptPaused")
    assert paused["by"] == added["by"] == added["facts"]["invigilator"]


# -- fraud -----------------------------------------------------------------------------------------------


def test_ending_a_test_for_suspected_fraud_takes_two_and_the_candidate_sees_nothing_before(
    room: Room, backstage: Backstage, picture: Picture, tmp_path: Path
) -> None:
    """Asked, withdrawn, asked again, confirmed by the other; the report and the bundle say it."""
    frames: list[str] = []
    room.candidate.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame)))
    )
    room.candidate.page.reload()
    expect(room.candidate.heading("Question 1 sur 32")).to_be_visible()
    ask_for_the_end(room.dominique, room.card, picture)
    for board in (room.dominique, room.noa):
        board.shows(room.card.name, "arrêt demandé")
    expect(room.noa.page.locator("#said")).to_contain_text(f"{DOMINIQUE} demande l’arrêt du test")
    picture(room.noa.page, "several-asked")
    room.dominique.act(room.card.name, "Retirer ma demande d’arrêt")
    room.dominique.confirm("Retirer la demande")
    expect(room.noa.tile(room.card.name)).not_to_contain_text("arrêt demandé", timeout=SOON)
    ask_for_the_end(room.dominique, room.card, None)
    room.noa.shows(room.card.name, "arrêt demandé")
    room.candidate.respond(2)
    expect(room.candidate.heading("Question 3 sur 32")).to_be_visible()
    assert [frame for frame in frames if "raud" in frame] == []
    room.noa.act(room.card.name, "Confirmer l’arrêt demandé")
    expect(room.noa.page.get_by_role("dialog")).to_contain_text(SEEN)
    picture(room.noa.page, "several-confirm")
    room.noa.confirm("Confirmer l’arrêt")
    for board in (room.dominique, room.noa):
        board.shows(room.card.name, "Arrêté", "incident à examiner")
    expect(room.candidate.heading("Votre test a été arrêté")).to_be_visible()
    close(backstage, room.session, room.card)
    text = letters_of(backstage.requests.get(f"/sessions/{room.session}/papers/report").body())
    assert letters(f"demandé par {DOMINIQUE}, confirmé par {NOA}") in text
    backstage.sign(room.session)
    page = backstage.requests.get(f"/sessions/{room.session}/results").text()
    assert f"demandé par {DOMINIQUE}, confirmé par {NOA}" in page
    the_bundle_verifies(backstage, room.session, tmp_path)


def ask_for_the_end(board: BoardPage, card: Card, picture: Picture | None) -> None:
    """The usual way to end a test; the reason makes it a request, and needs a few words."""
    board.act(card.name, "Arrêter le test")
    box = board.page.get_by_role("dialog")
    box.get_by_label("Raison").filter(visible=True).select_option(label="Incident à examiner par le jury")
    expect(box).to_contain_text("Une seconde personne doit confirmer")
    box.get_by_role("button", name="Demander l’arrêt").click()
    expect(box).to_contain_text("Dites en quelques mots ce que vous avez constaté.")
    box.get_by_label("Précision").fill(SEEN)
    if picture is not None:
        picture(board.page, "several-ask")
    box.get_by_role("button", name="Demander l’arrêt").click()
    expect(box).to_be_hidden()
    expect(board.page.locator("#said")).to_contain_text("Une autre personne doit le confirmer")


def the_bundle_verifies(backstage: Backstage, session: str, folder: Path) -> None:
    bundle, keys = folder / "bundle.zip", folder / "jwks.json"
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
