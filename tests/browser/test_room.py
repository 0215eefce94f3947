"""A room sits its certification, from the pupils’ file to the verified bundle: six people at six screens."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from exam_server.demo.school import write_school
from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import QUESTION, CandidatePage
from tests.browser.conftest import CHROMIUM, FLAGS, Window, dressed, window_options
from tests.browser.deadlines import MINUTE, expected_deadline
from tests.browser.knowing_candidate import KnowingCandidate
from tests.browser.office import Head, Officer
from tests.browser.server import Server
from tests.browser.watch import Watch

pytestmark = pytest.mark.alone

PARIS = ZoneInfo("Europe/Paris")
BASE = 105 * MINUTE
FAST = 600
"""How fast the clock runs once nothing is left to do but wait."""

ROUNDING = 5
"""Instants travel as whole milliseconds; a sum of a few of them may be off by as many."""

PRUNELLE, PECHE, ABSENT = "Démo-Garance Prunelle", "Démo-Coquelicot Pêche", "Démo-Pervenche Mirabelle"
EXTRA = {PRUNELLE: Fraction(0), PECHE: Fraction(1, 3)}
Picture = Callable[[Page, str], None]
SignIn = Callable[[Role], Page]


@pytest.fixture
def own_profile(
    playwright: Playwright, server: Server, watch: Watch, tmp_path: Path
) -> Iterator[Callable[[], Page]]:
    """Opens a browser that keeps its cookies in a folder; it may be closed and opened again."""
    opened: list[BrowserContext] = []

    def open_it() -> Page:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=FLAGS,
            **window_options(server),  # type: ignore[arg-type]
        )
        opened.append(context)
        return dressed(context, watch)

    yield open_it
    for context in opened:
        context.close()


@dataclass
class Journey:
    """Everyone at their screens, and what they have learnt from each other on paper."""

    server: Server
    head: Head
    board: BoardPage
    officer: Officer
    author: Page
    picture: Picture
    watch: Watch
    office: Backstage
    open_browser: Callable[[], Page]
    sitting: dict[str, CandidatePage]
    code: str = ""
    cards: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def expected(self, name: str) -> Fraction:
        """The deadline as it must be by the events that reached the board."""
        return expected_deadline(self.board.events.values(), self.ids[name], BASE, EXTRA[name])

    def check_deadline(self, name: str) -> None:
        """The board’s deadline and the candidate’s are the expected one."""
        row = self.board.row(name)
        assert abs(row["attempt"]["deadline"] - self.expected(name)) <= ROUNDING
        assert self.sitting[name].state()["time"]["deadline"] == row["attempt"]["deadline"]


def test_a_room_sits_its_certification_end_to_end(
    server: Server,
    window: Window,
    signed_in: SignIn,
    own_profile: Callable[[], Page],
    picture: Picture,
    watch: Watch,
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    """The seven steps of a session, by everyone who takes part in it."""
    journey = Journey(
        server,
        Head(window()),
        BoardPage(signed_in(Role.INVIGILATOR)),
        Officer(signed_in(Role.ACCOMMODATIONS)),
        signed_in(Role.AUTHOR),
        picture,
        watch,
        Backstage(playwright, server),
        own_profile,
        {PRUNELLE: KnowingCandidate(window()), PECHE: CandidatePage(own_profile())},
    )
    write_school(tmp_path, pupils=16)
    the_head_imports_pupils_and_profiles(journey, tmp_path)
    the_head_plans_a_session_and_registers_a_class(journey)
    the_officer_sets_extra_time(journey)
    the_invigilator_opens_and_checks_in(journey)
    the_candidates_start(journey)
    a_browser_is_closed_and_opened_again(journey)
    one_clock_stops_and_then_the_whole_room(journey)
    time_is_added(journey)
    time_runs_out_by_itself(journey)
    the_head_closes_and_finalises(journey)
    the_bundle_verifies(journey, tmp_path)
    journey.office.leave()


def the_head_imports_pupils_and_profiles(journey: Journey, files: Path) -> None:
    """Step 1: who is certifiable is seen, and why the others are not."""
    head = journey.head
    head.sign_in()
    expect(head.page.get_by_role("heading", name="Pour commencer")).to_be_visible()
    journey.picture(head.page, "head-empty")
    head.import_school(files)
    journey.picture(head.page, "pupils")
    pupils = head.page.get_by_role("row")
    expect(pupils.filter(has_text=PRUNELLE)).to_contain_text("Certifiable")
    expect(head.page.get_by_text("Il manque 1 compétence")).to_have_count(1)
    expect(head.page.get_by_text("Pas encore de profil")).to_have_count(1)
    journey.author.goto("/bank")
    expect(journey.author.get_by_role("heading", level=1)).to_be_visible()
    journey.picture(journey.author, "bank")


def the_head_plans_a_session_and_registers_a_class(journey: Journey) -> None:
    """Step 2, and the cards as they are printed."""
    head = journey.head
    head.page.goto("/sessions/new")
    journey.picture(head.page, "session-new")
    journey.code = head.plan_session("Salle B12")
    journey.picture(head.page, "session-planned")
    head.register("3E A")
    expect(head.page.get_by_text("3 inscrits").first).to_be_visible()
    journey.picture(head.page, "session-registered")


def the_officer_sets_extra_time(journey: Journey) -> None:
    """Step 2, by the one whose work it is: one third of 1 h 45 makes 2 h 20."""
    officer = journey.officer
    officer.page.goto("/accommodations")
    officer.page.get_by_role("link", name=re.compile("Salle B12")).first.click()
    says = officer.set_extra_time("Pêche Démo-Coquelicot", "1/3")
    expect(says).to_contain_text("2 h 20")
    journey.picture(officer.page, "accommodations")
    journey.cards = journey.head.codes()
    journey.picture(journey.head.page, "cards")
    assert set(journey.cards) == {PRUNELLE, PECHE, ABSENT}


def the_invigilator_opens_and_checks_in(journey: Journey) -> None:
    """Steps 3 and 4: nobody starts before being admitted, and each page changes by itself."""
    board, pages = journey.board, journey.sitting
    early = pages[PRUNELLE]
    early.enter(journey.cards[PRUNELLE])
    expect(early.page.get_by_text("La session n’est pas encore ouverte")).to_be_visible()
    journey.picture(early.page, "candidate-waiting")
    journey.picture(board.page, "invigilator-home")
    board.open_session(journey.code)
    expect(early.page.get_by_text("On va venir vérifier votre identité")).to_be_visible(timeout=1_000)
    pages[PECHE].enter(journey.cards[PECHE])
    for name in (PRUNELLE, PECHE):
        board.shows(name, "En ligne")
        journey.ids[name] = board.row(name)["id"]
    board.verify_identity(PRUNELLE)
    expect(early.page.get_by_text("On va vous indiquer votre place")).to_be_visible(timeout=1_000)
    journey.picture(board.page, "dialog-seat")
    board.take_proposed_seat()
    board.shows(PRUNELLE, "pl. 1-1")
    assert early.page.get_by_role("button", name="Commencer").count() == 0
    refused = early.page.context.request.post("/exam/start", data={})
    assert refused.json()["error"]["code"] == "not_admitted"
    board.admit(PRUNELLE)
    board.check_in(PECHE)
    for page in pages.values():
        expect(page.heading("Vous pouvez commencer")).to_be_visible(timeout=1_000)
    expect(early.page.get_by_text("il faut au moins 20 réponses")).to_be_visible()
    journey.picture(early.page, "candidate-ready")


def the_candidates_start(journey: Journey) -> None:
    """Steps 4 to 6: the server’s time, said to both sides; the board follows each response."""
    board = journey.board
    for name, page in journey.sitting.items():
        page.start()
        board.shows(name, "En cours", "0/32")
        journey.check_deadline(name)
    assert journey.expected(PECHE) - journey.expected(PRUNELLE) >= 35 * MINUTE
    page = journey.sitting[PRUNELLE]
    journey.picture(page.page, "candidate-question")
    for answered in range(1, 4):
        page.respond()
        board.shows(PRUNELLE, f"{answered}/32")
    journey.picture(board.page, "board-running")


def a_browser_is_closed_and_opened_again(journey: Journey) -> None:
    """Whoever comes back finds the same question, the same draft and the same end."""
    page, board = journey.sitting[PECHE], journey.board
    page.respond(2)
    page.give()
    expect(page.page.get_by_text(re.compile("^Enregistré à"))).to_be_visible()
    before = page.state()
    stem = page.stem
    page.page.context.close()
    board.shows(PECHE, "Hors ligne", within=6_000)
    again = journey.sitting[PECHE] = CandidatePage(journey.open_browser())
    again.page.goto("/exam")
    expect(again.heading(QUESTION)).to_be_visible()
    board.shows(PECHE, "En ligne")
    after = again.state()
    assert again.position == 3
    assert again.stem == stem
    assert {name: after[name] for name in ("item", "draft", "progress")} == {
        name: before[name] for name in ("item", "draft", "progress")
    }
    assert after["draft"] is not None
    journey.check_deadline(PECHE)
    again.validate()
    board.shows(PECHE, "3/32")


def one_clock_stops_and_then_the_whole_room(journey: Journey) -> None:
    """A pause of one, the fire alarm over it, and each stop given back once."""
    board, prunelle, peche = journey.board, journey.sitting[PRUNELLE], journey.sitting[PECHE]
    board.act(PECHE, "Suspendre")
    board.confirm("Suspendre", reason="Malaise ou besoin médical")
    expect(peche.heading("Votre temps est arrêté")).to_be_visible(timeout=1_000)
    board.shows(PECHE, "Suspendu", "arrêté")
    journey.picture(peche.page, "candidate-stopped")
    prunelle.respond()
    board.room("Suspendre toute la salle")
    board.confirm("Suspendre toute la salle", reason="Alarme incendie")
    expect(prunelle.heading("Votre temps est arrêté")).to_be_visible(timeout=1_000)
    expect(prunelle.page.get_by_text("Alarme incendie")).to_be_visible()
    journey.picture(board.page, "board-stopped")
    board.act(PECHE, "Reprendre")
    assert board.last("AttemptResumed")["facts"]["deadline"] is None
    expect(peche.heading("Votre temps est arrêté")).to_be_visible()
    board.room("Reprendre")
    for name, page in journey.sitting.items():
        expect(page.heading(QUESTION)).to_be_visible(timeout=1_000)
        board.shows(name, "En cours")
        journey.check_deadline(name)


def time_is_added(journey: Journey) -> None:
    """Five minutes for one, three for all; both sides see the new end."""
    board = journey.board
    board.act(PRUNELLE, "Ajouter du temps")
    journey.picture(board.page, "dialog-extend")
    board.page.get_by_label("Minutes à ajouter").fill("5")
    board.confirm("Ajouter", reason="Panne du poste")
    journey.check_deadline(PRUNELLE)
    board.room("Ajouter du temps")
    board.page.get_by_label("Minutes à ajouter").fill("3")
    board.confirm("Ajouter", reason="Coupure réseau")
    for name, page in journey.sitting.items():
        journey.check_deadline(name)
        end = f"{datetime.fromtimestamp(int(journey.expected(name)) / 1000, PARIS):%-H h %M}"
        board.shows(name, f"fin {end}")
        expect(page.page.get_by_text(f"fin à {end}")).to_be_visible()
    assert board.last("TimeExtended", journey.ids[PRUNELLE])["facts"]["minutes"] == 3


def time_runs_out_by_itself(journey: Journey) -> None:
    """Nobody presses anything, the server is even away for a moment: each test closes at its deadline."""
    journey.sitting[PRUNELLE].respond(20 - journey.sitting[PRUNELLE].answered)
    deadlines = {name: journey.board.row(name)["attempt"]["deadline"] for name in EXTRA}
    journey.server.kill()
    journey.server.start(PASSATION_DEMO_SPEED=str(FAST), PASSATION_DEMO_EPOCH=str(int(time.time() * 1000)))
    journey.board.page.reload()
    for name, page in journey.sitting.items():
        page.page.reload()
        expect(page.heading(QUESTION)).to_be_visible()
        journey.board.shows(name, "En cours", within=5_000)
    late = journey.sitting[PRUNELLE]
    late.page.context.set_offline(True)
    late.give()
    journey.board.shows(PRUNELLE, "Temps écoulé", within=int(BASE * 1.5 / FAST) + 10_000)
    with journey.watch.allowing("409 POST /exam/responses"):
        late.page.context.set_offline(False)
        expect(late.heading("Le temps est écoulé")).to_be_visible()
        late.page.wait_for_timeout(300)
    assert late.state()["ended"]["answered"] == 20  # what came after the deadline does not count
    for name, page in journey.sitting.items():
        expect(page.heading("Le temps est écoulé")).to_be_visible(timeout=int(BASE * 1.5 / FAST) + 10_000)
        journey.board.shows(name, "Temps écoulé")
        attempt = journey.board.row(name)["attempt"]
        assert attempt["state"] == "timed_out"
        assert attempt["ended_at"] == deadlines[name]
        assert abs(attempt["ended_at"] - journey.expected(name)) <= ROUNDING
        assert page.state()["ended"]["at"] == deadlines[name]
    journey.picture(journey.sitting[PRUNELLE].page, "candidate-ended")
    journey.picture(journey.board.page, "board-ended")


def the_head_closes_and_finalises(journey: Journey) -> None:
    """Step 7: whoever did not finish needs a reason; then the results."""
    page = journey.head.page
    page.goto(f"/sessions/{journey.head.session}/closing")
    page.get_by_role("button", name="Clôturer la session").click()
    expect(page.get_by_text("Choisissez une raison")).to_be_visible()
    journey.picture(page, "closing")
    page.get_by_label(f"Raison pour {ABSENT}").select_option(label="Absent")
    page.get_by_role("button", name="Clôturer la session").click()
    expect(page.get_by_text("Cochez la case pour confirmer")).to_be_visible()
    page.get_by_label("J’ai compris que cela ne peut pas être annulé").check()
    page.get_by_role("button", name="Clôturer la session").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Signer les résultats"))).to_be_visible()
    page.get_by_label("J’ai relu ce qui précède").check()
    journey.picture(page, "finalising")
    page.get_by_role("button", name="Signer les résultats").click()
    expect(page.get_by_role("dialog")).to_contain_text("Vous n’avez pas encore de quoi confirmer")
    journey.office.sign(journey.head.session)
    page.reload()
    page.get_by_role("link", name="Voir les résultats").click()
    page.wait_for_url("**/results")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text=PRUNELLE)).to_contain_text("Validée")
    expect(rows.filter(has_text=PECHE)).to_contain_text("Non validée")
    expect(rows.filter(has_text=ABSENT)).to_contain_text("Annulée")
    rows.filter(has_text=PRUNELLE).get_by_role("button", name="Détail").click()
    declared = page.get_by_role("table", name=f"Compétences de {PRUNELLE}").get_by_role("row")
    expect(declared.filter(has_text="non évaluée")).to_have_count(8)
    journey.picture(page, "results")


def the_bundle_verifies(journey: Journey, tmp_path: Path) -> None:
    """What was downloaded holds offline, with the public keys alone; one changed byte and it does not."""
    page = journey.head.page
    with page.expect_download() as started:
        page.get_by_role("link", name="Télécharger le dossier signé").click()
    bundle, keys = tmp_path / "bundle.zip", tmp_path / "jwks.json"
    started.value.save_as(bundle)
    keys.write_text(json.dumps(page.context.request.get("/.well-known/passation/jwks.json").json()))
    verified = passation_verify(bundle, keys)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    octets = bytearray(bundle.read_bytes())
    octets[len(octets) // 2] ^= 1
    bundle.write_bytes(octets)
    assert passation_verify(bundle, keys).returncode == 1


def passation_verify(bundle: Path, keys: Path) -> "subprocess.CompletedProcess[str]":
    """The command that anybody may run, in an empty folder."""
    return subprocess.run(
        [sys.executable, "-m", "exam_server", "verify", str(bundle), "--keys", str(keys)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
