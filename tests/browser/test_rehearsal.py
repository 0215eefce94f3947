"""A room is rehearsed: the console shows a code, computers try themselves, seats become ready at once."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, Route, expect

from exam_server.domain.roles import Role
from tests.browser.accessibility import violations
from tests.browser.backstage import Backstage
from tests.browser.conftest import LAPTOP, ZOOMED, Window
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.exam_server.papers.samples import pages_of

SignIn = Callable[[Role], Page]
Picture = Callable[[Page, str], None]
RUNS_WITHIN = 30_000
PUSHED_WITHIN = 1_000


@pytest.fixture(scope="module")
def backstage(playwright: Playwright, server: Server) -> Iterator[Backstage]:
    """The head without a screen."""
    found = Backstage(playwright, server)
    yield found
    found.leave()


@pytest.fixture
def session(backstage: Backstage) -> str:
    """A planned session of nobody yet, with six rows of eight."""
    return backstage.plan("Salle B12")


@pytest.fixture
def look(picture: Picture) -> Picture:
    """Pictures a page, and looks for what bars anybody’s way, on a laptop and at 200 %."""

    def take(page: Page, name: str) -> None:
        assert violations(page) == [], name
        picture(page, name)
        page.set_viewport_size(ZOOMED)
        assert violations(page) == [], f"{name} at 200 %"
        page.set_viewport_size(LAPTOP)

    return take


class Console:
    """The page « Répétition de la salle », as an invigilator has it open."""

    def __init__(self, page: Page, session: str) -> None:
        self.page = page
        page.goto(f"/sessions/{session}/rehearsal")
        expect(page.get_by_text("En direct")).to_be_visible()

    def begin(self) -> str:
        """Begins the rehearsal; returns the code."""
        self.page.get_by_role("button", name="Commencer la répétition").click()
        code = self.page.locator("[data-slot=code]")
        expect(code).to_have_text(re.compile(r"^[0-9A-Z]{6}$"))
        return code.inner_text()

    def seat(self, row: int, column: int) -> Locator:
        """A seat of the plan."""
        return self.page.get_by_role(
            "button", name=re.compile(rf"^{row}-{column} .+, rang {row}, place {column}")
        )

    def count(self, readiness: str) -> Locator:
        """How many seats there are of a readiness."""
        return self.page.locator(f'[data-count="{readiness}"]')


class Computer:
    """A computer of the room."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enter(self, code: str) -> None:
        """Opens the address and types the code."""
        self.page.goto("/rehearsal")
        self.page.get_by_label("Tapez les 6 caractères").fill(code)
        self.page.get_by_role("button", name="Continuer").click()
        expect(self.heading("À quelle place est ce poste")).to_be_visible()

    def heading(self, text: str) -> Locator:
        """The one heading that is shown."""
        return self.page.get_by_role("heading", level=1, name=re.compile(text))

    def sit(self, row: int, column: int) -> None:
        """Chooses the seat, and begins."""
        self.page.get_by_role("radio", name=f"{row}-{column}, rang {row}, place {column}", exact=True).check(
            force=True
        )
        self.page.get_by_role("button", name="Essayer le poste").click()

    def line(self, label: str) -> Locator:
        """What one check came to."""
        return self.page.get_by_role("listitem").filter(has_text=label)


def slow_clock(page: Page, minutes: int) -> None:
    """This computer's clock is so many minutes ahead; how long things take is measured rightly."""
    page.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {minutes} * 60_000; }}")


def test_a_computer_is_tried_and_its_seat_is_ready_on_the_console_within_a_second(
    signed_in: SignIn, window: Window, session: str, look: Picture, tmp_path: Path
) -> None:
    """From the code on the console to the sheet on paper."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    expect(console.page.get_by_text("Aucun poste n’a encore été essayé.")).to_be_visible()
    look(console.page, "rehearsal-empty")
    code = console.begin()
    look(console.page, "rehearsal-code")
    computer = Computer(window())
    computer.enter(code)
    look(computer.page, "rehearsal-seat")
    computer.sit(2, 3)
    expect(computer.heading("Ce poste est prêt")).to_be_visible(timeout=RUNS_WITHIN)
    expect(console.seat(2, 3)).to_have_accessible_name(re.compile("Prêt"), timeout=PUSHED_WITHIN)
    expect(console.count("ready")).to_have_text("1")
    expect(console.count("untried")).to_have_text("47")
    look(computer.page, "rehearsal-ready")
    look(console.page, "rehearsal-one-ready")
    with console.page.expect_download() as download:
        console.page.get_by_role("link", name="Fiche de préparation").click()
    sheet = tmp_path / download.value.suggested_filename
    download.value.save_as(sheet)
    assert sheet.name.startswith("preparation-salle-b12-")
    said = " ".join(pages_of(sheet.read_bytes())).replace("\u00a0", " ")
    assert "Fiche de préparation de la salle" in said
    assert "2-3 Prêt" in said


def test_a_clock_three_minutes_wrong_is_to_be_looked_at_and_the_page_says_what_to_do(
    signed_in: SignIn, window: Window, session: str, look: Picture
) -> None:
    """On the computer, on the console, in the seat's detail; set right and tried again, it is ready."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    code = console.begin()
    wrong = window()
    slow_clock(wrong, 3)
    computer = Computer(wrong)
    computer.enter(code)
    computer.sit(1, 1)
    expect(computer.heading("quelque chose est à voir")).to_be_visible(timeout=RUNS_WITHIN)
    line = computer.line("Horloge")
    expect(line).to_contain_text(re.compile(r"Avance de (3\smin\s00|2\smin\s59)\ss"))
    expect(line).to_contain_text("Mettez ce poste à l’heure")
    expect(line).to_contain_text("c’est le serveur qui le tient")
    look(computer.page, "rehearsal-wrong-clock")
    seat = console.seat(1, 1)
    expect(seat).to_have_accessible_name(re.compile("À voir"), timeout=PUSHED_WITHIN)
    seat.click()
    detail = console.page.get_by_role("dialog", name="Rang 1, place 1")
    expect(detail).to_contain_text("Mettez ce poste à l’heure")
    look(console.page, "rehearsal-detail")
    detail.get_by_role("button", name="Fermer").click()
    console.page.get_by_role("button", name="Liste").click()
    row = console.page.get_by_role("row").filter(has_text="Rang 1, place 1")
    expect(row).to_contain_text("Horloge")
    look(console.page, "rehearsal-list")
    wrong.evaluate("Date.now = () => new Date().getTime()")
    computer.page.get_by_role("button", name="Recommencer").click()
    expect(computer.heading("Ce poste est prêt")).to_be_visible(timeout=RUNS_WITHIN)
    expect(row).to_contain_text("Rien", timeout=PUSHED_WITHIN)
    expect(row).to_contain_text("mesuré à")


def test_sound_is_asked_for_where_somebody_needs_it(
    signed_in: SignIn, window: Window, session: str, look: Picture
) -> None:
    """Two notes, and a French voice: without them a seat is not ready, or is to be looked at."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    computer = Computer(window())
    computer.enter(console.begin())
    computer.page.get_by_label("quelqu’un aura besoin du son").check()
    computer.sit(6, 8)
    expect(computer.heading("Avez-vous entendu le son")).to_be_visible(timeout=RUNS_WITHIN)
    look(computer.page, "rehearsal-sound")
    computer.page.get_by_role("button", name="Jouer encore").click()
    computer.page.get_by_role("button", name="Non").click()
    expect(computer.heading("n’est pas prêt")).to_be_visible()
    expect(computer.line("Son")).to_contain_text("Vérifiez le casque")
    expect(console.seat(6, 8)).to_have_accessible_name(re.compile("Pas prêt"), timeout=PUSHED_WITHIN)
    look(computer.page, "rehearsal-not-ready")
    computer.page.get_by_role("button", name="Recommencer").click()
    computer.page.get_by_role("button", name="Oui, je l’ai entendu").click(timeout=RUNS_WITHIN)
    # Chromium without a screen has no voice: heard or not, nobody could be read to here.
    expect(computer.heading("quelque chose est à voir")).to_be_visible()
    expect(computer.line("Son")).to_contain_text("Nécessaire, entendu")
    expect(computer.line("Voix française")).to_contain_text("Aucune")
    expect(computer.line("Voix française")).to_contain_text("installez une voix française")
    computer.page.evaluate("speechSynthesis.getVoices = () => [{ lang: 'fr-FR', localService: true }]")
    computer.page.get_by_role("button", name="Recommencer").click()
    computer.page.get_by_role("button", name="Oui, je l’ai entendu").click(timeout=RUNS_WITHIN)
    expect(computer.heading("Ce poste est prêt")).to_be_visible()


def test_the_seat_is_chosen_by_keyboard_and_remembered(
    signed_in: SignIn, window: Window, session: str
) -> None:
    """Tab, arrows, Enter; the next time the same seat is proposed."""
    console = Console(signed_in(Role.HEAD), session)
    computer = Computer(window())
    computer.enter(console.begin())
    page = computer.page
    page.keyboard.press("Tab")
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Essayer le poste : rang 3, place 2")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(computer.heading("Ce poste est prêt")).to_be_visible(timeout=RUNS_WITHIN)
    expect(computer.line("Mémoire")).to_contain_text("Garde ce qu’on y écrit")
    page.goto("/rehearsal")
    expect(page.get_by_role("radio", name="3-2, rang 3, place 2", exact=True)).to_be_checked()


def test_the_console_s_plan_is_walked_by_keyboard(signed_in: SignIn, session: str) -> None:
    """One stop of Tab, arrows inside, Enter opens the detail, Escape gives the focus back."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    console.seat(1, 1).focus()
    for key in ("ArrowDown", "ArrowRight", "End", "ArrowRight"):
        console.page.keyboard.press(key)
    expect(console.seat(2, 8)).to_be_focused()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("dialog", name="Rang 2, place 8")).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(console.seat(2, 8)).to_be_focused()


def test_a_wrong_code_and_a_code_that_ended_are_refused_in_words(
    signed_in: SignIn, window: Window, session: str, watch: Watch, look: Picture
) -> None:
    """Whoever was in when it ended is led back to the code."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    code = console.begin()
    stranger, inside = Computer(window()), Computer(window())
    inside.enter(code)
    stranger.page.goto("/rehearsal")
    field = stranger.page.get_by_label("Tapez les 6 caractères")
    field.fill("bcd")
    stranger.page.get_by_role("button", name="Continuer").click()
    expect(stranger.page.get_by_role("alert")).to_contain_text("Il manque des caractères")
    with watch.allowing("404 POST /rehearsal/enter"):
        field.fill("ZZZZZZ")
        stranger.page.get_by_role("button", name="Continuer").click()
        expect(stranger.page.get_by_role("alert")).to_contain_text("n’est pas celui d’une répétition")
    look(stranger.page, "rehearsal-wrong-code")
    console.page.get_by_role("button", name="Arrêter la répétition").click()
    expect(console.page.get_by_role("button", name="Commencer la répétition")).to_be_visible()
    with watch.allowing("40[13] GET /rehearsal/(block|live)", "WebSocket"):
        inside.sit(1, 1)
        expect(inside.page.get_by_role("alert")).to_contain_text("La répétition est terminée")


def test_a_computer_that_loses_the_network_says_so_and_goes_on_when_it_is_back(
    signed_in: SignIn, window: Window, session: str, watch: Watch, look: Picture
) -> None:
    """The words say what to do; one press tries again."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    computer = Computer(window())
    computer.enter(console.begin())
    computer.page.route("**/rehearsal/ping", lambda route: route.abort())
    with watch.allowing("ERR_FAILED"):
        computer.sit(4, 4)
        expect(computer.heading("L’essai n’a pas abouti")).to_be_visible(timeout=RUNS_WITHIN)
    expect(computer.page.get_by_text("Vérifiez le réseau de ce poste")).to_be_visible()
    look(computer.page, "rehearsal-failed")
    computer.page.unroute("**/rehearsal/ping")
    computer.page.get_by_role("button", name="Réessayer").click()
    expect(computer.heading("Ce poste est prêt")).to_be_visible(timeout=RUNS_WITHIN)


def test_a_network_without_websockets_or_slow_makes_a_seat_not_ready_with_the_reason(
    signed_in: SignIn, window: Window, session: str, look: Picture
) -> None:
    """What the test would suffer from is told by its name."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    page = window()
    page.add_init_script("window.WebSocket = class { constructor() { throw new Error('filtered'); } };")
    computer = Computer(page)
    computer.enter(console.begin())
    computer.sit(5, 5)
    expect(computer.heading("n’est pas prêt")).to_be_visible(timeout=RUNS_WITHIN)
    expect(computer.line("Connexion en direct")).to_contain_text("laisser passer vers ce serveur")
    expect(console.seat(5, 5)).to_have_accessible_name(re.compile("Pas prêt"), timeout=PUSHED_WITHIN)
    look(console.page, "rehearsal-one-not-ready")


def test_a_small_window_is_to_be_looked_at(signed_in: SignIn, window: Window, session: str) -> None:
    """As on a laptop at 200 %: enlarge it, except for those who need it so."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    computer = Computer(window(viewport=ZOOMED, screen=LAPTOP))
    computer.enter(console.begin())
    computer.sit(1, 2)
    expect(computer.heading("quelque chose est à voir")).to_be_visible(timeout=RUNS_WITHIN)
    expect(computer.line("Fenêtre et écran")).to_contain_text("683 × 384")


def test_a_console_that_was_cut_off_shows_what_it_missed(
    signed_in: SignIn, window: Window, session: str, server: Server, watch: Watch
) -> None:
    """The server starts again; the code still holds, and the seat comes without a reload."""
    console = Console(signed_in(Role.INVIGILATOR), session)
    computer = Computer(window())
    computer.enter(console.begin())
    with watch.allowing("ERR_CONNECTION_REFUSED", "WebSocket"):
        server.stop()
        line = console.page.locator("[data-slot=link]")
        expect(line).to_contain_text("Connexion perdue")
        server.start()
        computer.sit(3, 3)
        expect(computer.heading("Ce poste est prêt")).to_be_visible(timeout=RUNS_WITHIN)
        expect(line).to_have_text("En direct", timeout=RUNS_WITHIN)
        expect(console.seat(3, 3)).to_have_accessible_name(re.compile("Prêt"))


def test_a_session_that_is_cancelled_shows_its_seats_and_no_code(
    signed_in: SignIn, window: Window, session: str, backstage: Backstage, look: Picture
) -> None:
    """The page says so by itself; the computer is sent back to the code."""
    console = Console(signed_in(Role.HEAD), session)
    console.begin()
    backstage.post(f"/sessions/{session}/cancel")
    expect(console.page.get_by_text("Cette session n’a plus de répétition")).to_be_visible()
    expect(console.page.get_by_text("Annulée")).to_be_visible()
    expect(console.page.get_by_role("link", name="Fiche de préparation")).to_have_count(0)
    expect(console.page.get_by_role("button", name="Arrêter la répétition")).to_be_hidden()
    look(console.page, "rehearsal-over")


def test_a_browser_that_runs_no_script_is_told_that_it_is_not_ready(window: Window) -> None:
    """It cannot measure itself: the page says so without a script."""
    page = window(java_script_enabled=False)
    page.goto("/rehearsal")
    expect(page.get_by_text("Ce navigateur n’est pas prêt.")).to_be_visible()


def test_a_browser_that_keeps_no_cookie_is_told_so(
    signed_in: SignIn, window: Window, session: str, look: Picture
) -> None:
    """The code was right; the test could not be taken here all the same."""
    code = Console(signed_in(Role.INVIGILATOR), session).begin()
    page = window()

    def forget(route: Route) -> None:
        reply = route.fetch()
        page.context.clear_cookies()
        route.fulfill(response=reply, headers={"content-type": "application/json"})

    page.route("**/rehearsal/enter", forget)
    page.goto("/rehearsal")
    page.get_by_label("Tapez les 6 caractères").fill(code)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce navigateur refuse les cookies")
    look(page, "rehearsal-no-cookies")


def test_the_rehearsal_is_found_from_the_head_s_and_the_invigilator_s_pages(
    signed_in: SignIn, session: str
) -> None:
    """From the session’s steps, and from the list of sessions."""
    head, invigilator = signed_in(Role.HEAD), signed_in(Role.INVIGILATOR)
    head.goto(f"/sessions/{session}")
    head.get_by_role("link", name="Répéter la salle").click()
    expect(head.get_by_role("heading", level=1, name="Répétition de la salle")).to_be_visible()
    invigilator.goto("/invigilate")
    invigilator.locator(f'a[href="/sessions/{session}/rehearsal"]').click()
    expect(invigilator.get_by_role("heading", level=1, name="Répétition de la salle")).to_be_visible()
