"""Nothing that happens to a candidate’s browser loses a response, and the keyboard alone is enough."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.browser.backstage import Backstage, Card
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import ARTIFACTS, ZOOMED, Window, scrolls_sideways
from tests.browser.server import Server

SAVED_NOW = re.compile("^Enregistré à")
CUT = re.compile("^Connexion coupée.: vos réponses sont gardées, l’envoi reprendra tout seul$")
ALL_TYPES = {"single_choice", "multiple_choice", "numeric", "short_text", "ordering"}


@dataclass
class Room:
    """An open session; every journey takes a candidate of its own."""

    backstage: Backstage
    session: str
    waiting: list[Card]
    seats: Iterator[tuple[int, int]]

    def admitted(self) -> Card:
        """The next candidate, checked in."""
        card = self.waiting.pop()
        self.backstage.check_in(card.id, *next(self.seats))
        return card

    def responses(self, card: Card) -> int:
        """How many responses the server has counted for a candidate."""
        return int(self.backstage.row(self.session, card.id)["attempt"]["answered"])


@pytest.fixture(scope="module")
def room(playwright: Playwright, server: Server, school: Path) -> Iterator[Room]:
    """A room of two classes."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    session = backstage.plan("Salle A1", "3E A", "3E B")
    backstage.open(session)
    seats = ((row, column) for row in range(1, 7) for column in range(1, 9))
    yield Room(backstage, session, backstage.cards(session), seats)
    backstage.leave()


@pytest.fixture
def card(room: Room) -> Card:
    """A candidate who may start."""
    return room.admitted()


@pytest.fixture
def sitting(window: Window, card: Card) -> CandidatePage:
    """That candidate at the first question."""
    page = CandidatePage(window())
    page.enter(card.code)
    page.start()
    return page


def test_a_response_given_while_the_network_is_cut_is_sent_when_it_is_back(
    sitting: CandidatePage, room: Room, card: Card
) -> None:
    """The page says so calmly, keeps what was validated, and goes on by itself."""
    context = sitting.page.context
    sitting.respond()
    context.set_offline(True)
    sitting.give()
    expect(sitting.page.get_by_text(CUT)).to_be_visible()
    sitting.page.get_by_role("button", name="Valider et continuer").click()
    expect(sitting.page.get_by_role("button", name="Envoi de votre réponse…")).to_be_visible()
    assert room.responses(card) == 1
    context.set_offline(False)
    expect(sitting.heading("Question 3 sur 32")).to_be_visible()
    expect(sitting.page.get_by_text(re.compile("^Question 2 enregistrée à"))).to_be_visible()
    assert room.responses(card) == 2


def test_a_server_that_dies_and_comes_back_costs_no_response(
    sitting: CandidatePage, room: Room, card: Card, server: Server
) -> None:
    """What was acknowledged is there; what was not is sent again."""
    sitting.respond()
    server.kill()
    sitting.give()
    expect(sitting.page.get_by_text(CUT)).to_be_visible()
    sitting.page.get_by_role("button", name="Valider et continuer").click()
    server.start()
    expect(sitting.heading("Question 3 sur 32")).to_be_visible(timeout=20_000)
    assert room.responses(card) == 2


def test_a_reload_before_the_acknowledgement_shows_the_response_again(sitting: CandidatePage) -> None:
    """The draft that the server never heard of is still in the field, and is then kept."""
    page = sitting.page
    skip_to(sitting, "numeric", "short_text")
    page.route("**/exam/responses", lambda route: route.abort())
    sitting.answer.get_by_role("textbox").fill("47")
    expect(page.get_by_text(CUT)).to_be_visible()
    page.reload()
    expect(sitting.answer.get_by_role("textbox")).to_have_value("47")
    page.unroute("**/exam/responses")
    expect(page.get_by_text(SAVED_NOW)).to_be_visible()
    assert "47" in str(sitting.state()["draft"])


def test_a_double_click_validates_once(sitting: CandidatePage, room: Room, card: Card) -> None:
    """The second click finds either a locked button or the next question untouched."""
    sitting.give()
    sitting.page.get_by_role("button", name="Valider et continuer").dblclick()
    expect(sitting.heading("Question 2 sur 32")).to_be_visible()
    sitting.page.wait_for_timeout(500)
    assert sitting.position == 2
    assert room.responses(card) == 1


def test_a_lost_answer_of_the_server_does_not_double_the_response(
    sitting: CandidatePage, room: Room, card: Card
) -> None:
    """The server has it, the browser does not know, sends it again, and both agree."""
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        sent = route.request.post_data_json or {}
        if sent.get("final") and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    sitting.page.route("**/exam/responses", lose_the_first)
    sitting.respond()
    assert lost == [200]
    sitting.respond()
    assert sitting.position == 3
    assert room.responses(card) == 2


def test_the_back_button_leads_to_the_same_question(sitting: CandidatePage) -> None:
    """Going back leaves the page; coming forward shows the question and the draft as they were."""
    sitting.respond()
    sitting.give()
    expect(sitting.page.get_by_text(SAVED_NOW)).to_be_visible()
    before = sitting.state()
    sitting.page.go_back()
    sitting.page.go_forward()
    expect(sitting.heading("Question 2 sur 32")).to_be_visible()
    assert sitting.state()["draft"] == before["draft"] is not None


def test_a_second_tab_is_noticed_and_harms_nothing(sitting: CandidatePage, room: Room, card: Card) -> None:
    """Both tabs say so; what one validates the other shows."""
    second = CandidatePage(sitting.page.context.new_page())
    second.page.goto("/exam")
    for tab in (sitting, second):
        expect(tab.page.get_by_text("Votre test est ouvert dans un autre onglet")).to_be_visible()
    second.respond()
    sitting.page.reload()
    expect(sitting.heading("Question 2 sur 32")).to_be_visible()
    second.page.close()
    expect(sitting.page.get_by_text("Votre test est ouvert dans un autre onglet")).to_be_hidden()
    sitting.respond()
    assert room.responses(card) == 2


def test_a_response_after_the_end_is_refused_and_the_page_says_that_it_is_over(
    sitting: CandidatePage, room: Room, card: Card
) -> None:
    """The invigilator ended the test while the candidate’s line was cut."""
    sitting.respond()
    sitting.page.context.set_offline(True)
    sitting.give()
    room.backstage.post(f"/attempts/{card.id}/terminate", {"reason": {"code": "technical", "note": ""}})
    sitting.page.context.set_offline(False)
    expect(sitting.heading("Votre test a été arrêté")).to_be_visible()
    expect(sitting.page.get_by_text("1 sur 32")).to_be_visible()


def test_a_new_card_signs_the_old_screen_out(
    sitting: CandidatePage, room: Room, card: Card, window: Window
) -> None:
    """The test goes on at another computer with what was answered at the first."""
    sitting.respond(2)
    code = room.backstage.post(f"/attempts/{card.id}/card")["code"]
    expect(
        sitting.heading(re.compile("Ce poste n’est plus relié|Ce test continue sur un autre ordinateur"))
    ).to_be_visible()
    other = CandidatePage(window())
    other.enter(code)
    expect(other.heading("Question 3 sur 32")).to_be_visible()


def test_the_time_left_can_be_hidden_and_stays_so(sitting: CandidatePage) -> None:
    """Hidden means hidden, also after a reload; one press brings it back."""
    page = sitting.page
    expect(page.get_by_text(re.compile("^Il reste 1.h.4"))).to_be_visible()
    page.get_by_role("button", name="Masquer").click()
    expect(page.get_by_text("Temps masqué")).to_be_visible()
    expect(page.get_by_text(re.compile("^Il reste"))).to_be_hidden()
    page.reload()
    expect(page.get_by_text("Temps masqué")).to_be_visible()
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_text(re.compile("^Il reste 1.h.4"))).to_be_visible()


def test_a_question_is_passed_over_only_when_asked_twice(
    sitting: CandidatePage, room: Room, card: Card
) -> None:
    """« Passer » asks back; Escape stays."""
    page = sitting.page
    page.get_by_role("button", name="Passer", exact=True).click()
    expect(page.get_by_role("button", name="Rester")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Passer", exact=True)).to_be_focused()
    if type_of(sitting) != "ordering":
        page.get_by_role("button", name="Valider et continuer").click()
        expect(page.get_by_text("ou passez la question")).to_be_visible()
    sitting.skip()
    assert sitting.position == 2
    assert room.responses(card) == 1


def test_every_type_of_item_is_answered_by_the_keyboard_alone(room: Room, window: Window, card: Card) -> None:
    """From the card’s code to the end of the test, without a mouse, at 200 %."""
    page = CandidatePage(window(viewport=ZOOMED))
    seen = sit_by_keyboard(page, card.code, ALL_TYPES)
    expect(page.heading("Vous avez terminé")).to_be_visible()
    assert room.responses(card) == 32
    for _ in range(4):  # a test need not hold every type; some other test does
        if seen < ALL_TYPES:
            seen |= sit_by_keyboard(
                CandidatePage(window(viewport=ZOOMED)), room.admitted().code, ALL_TYPES - seen
            )
    assert seen == ALL_TYPES


def sit_by_keyboard(page: CandidatePage, code: str, wanted: set[str]) -> set[str]:
    """Answers the wanted types by the keyboard and passes the others over; returns which were answered."""
    enter_by_keyboard(page, code)
    validate = page.page.get_by_role("button", name="Valider et continuer")
    seen: set[str] = set()
    for position in range(1, 33):
        expect(page.heading(f"Question {position} sur 32")).to_be_focused()
        assert scrolls_sideways(page.page) == 0
        expect(validate).to_be_in_viewport(ratio=0.9)
        kind = type_of(page)
        if kind not in wanted:
            page.skip()
            continue
        if kind not in seen:
            page.page.screenshot(path=ARTIFACTS / f"item-{kind}-zoom.png")
        seen.add(kind)
        answer_by_keyboard(page, kind)
        expect(validate).to_be_focused()
        page.page.keyboard.press("Enter")
    return seen


def enter_by_keyboard(page: CandidatePage, code: str) -> None:
    """Types the code where the focus is, and presses what comes next."""
    page.page.goto("/")
    page.page.get_by_label("Tapez les 8 caractères de votre carte").focus()
    page.page.keyboard.type(code)
    page.page.keyboard.press("Enter")
    expect(page.heading("Vous pouvez commencer")).to_be_focused()
    tab_to(page.page, "Commencer")
    page.page.keyboard.press("Enter")


def answer_by_keyboard(page: CandidatePage, kind: str) -> None:
    """Tabs into the answer, gives one, tabs on to « Valider »."""
    keys = page.page.keyboard
    until_inside = "document.activeElement.closest('fieldset') !== null"
    for _ in range(6):
        keys.press("Tab")
        if page.page.evaluate(until_inside):
            break
    if kind in {"single_choice", "multiple_choice"}:
        keys.press("Space")
    elif kind == "ordering":
        keys.press("ArrowDown")
    else:
        keys.type("12")
    tab_to(page.page, "Valider et continuer")


def tab_to(page: Page, name: str, presses: int = 24) -> None:
    """Presses Tab until the button of this name has the focus."""
    button = page.get_by_role("button", name=name)
    for _ in range(presses):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach « {name} »")


def type_of(page: CandidatePage) -> str:
    """The type of the question on the screen."""
    return str(page.state()["item"]["type"])


def skip_to(page: CandidatePage, *types: str) -> None:
    """Passes questions over until one of these types comes."""
    while type_of(page) not in types:
        page.skip()


def test_a_card_s_address_is_read_in_a_tab_that_shows_the_entry_already(room: Room, window: Window) -> None:
    """Nothing is loaded anew then: the page takes the code, clears what was wrong, leaves none to read."""
    one, other = room.admitted(), room.admitted()
    page = CandidatePage(window())
    page.page.goto(f"/#code={one.code}")
    field = page.page.get_by_label("Tapez les 8 caractères de votre carte")
    expect(field).to_have_value(one.code)
    field.fill("ABC")
    page.page.get_by_role("button", name="Entrer").click()
    expect(page.page.get_by_role("alert")).to_contain_text("Il manque des caractères")
    page.page.evaluate("document.body.dataset.same = 'yes'")
    page.page.goto(f"/#code={other.code}")
    assert page.page.evaluate("document.body.dataset.same") == "yes", "the page was loaded anew"
    expect(field).to_have_value(other.code)
    expect(page.page.get_by_role("alert")).to_be_empty()
    assert "#" not in page.page.url
    expect(page.page.get_by_role("button", name="Entrer")).to_be_focused()
    page.page.keyboard.press("Enter")
    page.page.wait_for_url("**/exam")
