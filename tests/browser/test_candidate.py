"""Nothing that happens to a candidate’s browser loses a response, and the keyboard alone is enough."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import violations
from tests.browser.backstage import Card
from tests.browser.candidate_page import HAND_IN, QUESTIONS, VALIDATE, CandidatePage
from tests.browser.conftest import ARTIFACTS, LAPTOP, ZOOMED, Window, scrolls_sideways
from tests.browser.open_room import OpenRoom
from tests.browser.server import Server

SAVED_NOW = re.compile("^Enregistré à")
CUT = re.compile("^Connexion interrompue.: continuez, vos réponses sont gardées sur cet ordinateur")
# Whether the focus is in the last field of the answer, or in the group of radio buttons that ends it.
IN_THE_LAST = """() => {
  const last = [...document.querySelectorAll("fieldset.answer :is(input, select)")].at(-1);
  const here = document.activeElement;
  return here === last || (last.type === "radio" && here.name === last.name);
}"""
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
ALL_TYPES = {"single_choice", "multiple_choice", "numeric", "short_text", "ordering"}


@pytest.fixture
def sitting(window: Window, card: Card) -> CandidatePage:
    """That candidate at the first question."""
    page = CandidatePage(window())
    page.enter(card.code)
    page.start()
    return page


def test_a_response_given_while_the_network_is_cut_is_sent_when_it_is_back(
    sitting: CandidatePage, room: OpenRoom, card: Card
) -> None:
    """The page says so calmly, keeps what was validated, and goes on by itself."""
    context = sitting.page.context
    sitting.respond()
    before = places(sitting)
    context.set_offline(True)
    sitting.give()
    expect(sitting.page.get_by_text(CUT).first).to_be_visible()
    assert places(sitting) == before, "something moved"
    assert violations(sitting.page) == []
    sitting.page.get_by_role("button", name="Valider et continuer").click()
    expect(sitting.page.get_by_role("button", name="Envoi de votre réponse…")).to_be_visible()
    assert room.responses(card) == 1
    context.set_offline(False)
    expect(sitting.heading("Question 3 sur 32")).to_be_visible()
    expect(sitting.page.get_by_text("Tout est enregistré.").first).to_be_visible()
    expect(sitting.page.get_by_text(re.compile("^Question 2 enregistrée à"))).to_be_visible()
    assert room.responses(card) == 2


def places(sitting: CandidatePage) -> list[object]:
    """Where the question and the ways on are, at full size and at 200 %."""
    found: list[object] = []
    for size in (ZOOMED, LAPTOP):
        sitting.page.set_viewport_size(size)
        sitting.page.evaluate(DRAWN)
        buttons = [
            sitting.page.get_by_role("button", name=name) for name in ("Valider", "Demander de l’aide")
        ]
        found += [one.bounding_box() for one in (sitting.heading(re.compile("^Question")), *buttons)]
        assert scrolls_sideways(sitting.page) == 0
    return found


def test_a_server_that_dies_and_comes_back_costs_no_response(
    sitting: CandidatePage, room: OpenRoom, card: Card, server: Server
) -> None:
    """What was acknowledged is there; what was not is sent again."""
    sitting.respond()
    server.kill()
    sitting.give()
    expect(sitting.page.get_by_text(CUT).first).to_be_visible()
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
    expect(page.get_by_text(CUT).first).to_be_visible()
    page.reload()
    expect(sitting.answer.get_by_role("textbox")).to_have_value("47")
    page.unroute("**/exam/responses")
    expect(page.get_by_text(SAVED_NOW)).to_be_visible()
    assert "47" in str(sitting.state()["draft"])


def test_a_double_click_validates_once(sitting: CandidatePage, room: OpenRoom, card: Card) -> None:
    """The second click finds either a locked button or the next question untouched."""
    sitting.give()
    sitting.page.get_by_role("button", name="Valider et continuer").dblclick()
    expect(sitting.heading("Question 2 sur 32")).to_be_visible()
    sitting.page.wait_for_timeout(500)
    assert sitting.position == 2
    assert room.responses(card) == 1


def test_a_lost_answer_of_the_server_does_not_double_the_response(
    sitting: CandidatePage, room: OpenRoom, card: Card
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


def test_of_two_tabs_one_is_live_and_the_other_takes_over_when_asked(room: OpenRoom, window: Window) -> None:
    """What one has typed the other goes on with; a tab that closes leaves the test to the other."""
    elsewhere = "Le test est ouvert dans un autre onglet"
    sitting, card = room.met_with(window, "numeric")
    before = sitting.answered
    sitting.answer.get_by_role("textbox").press_sequentially("-")  # no number yet: the server is not told
    second = CandidatePage(sitting.page.context.new_page())
    second.page.goto("/exam")
    expect(second.heading(elsewhere)).to_be_focused()
    expect(sitting.heading(elsewhere)).to_be_hidden()
    assert violations(second.page) == []
    second.page.get_by_role("button", name="Continuer ici").click()
    expect(sitting.heading(elsewhere)).to_be_visible()
    expect(sitting.page.get_by_role("button", name="Valider et continuer")).to_be_hidden()
    expect(second.answer.get_by_role("textbox")).to_have_value("-")
    second.answer.get_by_role("textbox").fill("-7")
    second.validate()
    assert second.answered == before + 1
    sitting.page.get_by_role("button", name="Continuer ici").click()
    expect(second.heading(elsewhere)).to_be_visible()
    assert sitting.position == before + 2
    sitting.page.close()
    expect(second.heading(re.compile("^Question"))).to_be_visible()
    second.respond()
    assert room.responses(card) == before + 2


def test_a_response_after_the_end_is_refused_and_the_page_says_that_it_is_over(
    sitting: CandidatePage, room: OpenRoom, card: Card
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
    sitting: CandidatePage, room: OpenRoom, card: Card, window: Window
) -> None:
    """The test goes on at another computer with what was answered at the first, and with its last draft."""
    sitting.respond(2)
    skip_to(sitting, "numeric", "short_text")
    sitting.answer.get_by_role("textbox").fill("47")
    expect(sitting.page.get_by_text(SAVED_NOW)).to_be_visible()
    position = sitting.position
    code = room.backstage.post(f"/attempts/{card.id}/card")["code"]
    expect(
        sitting.heading(re.compile("Ce poste n’est plus relié|Ce test continue sur un autre ordinateur"))
    ).to_be_visible()
    other = CandidatePage(window())
    other.enter(code)
    expect(other.heading(f"Question {position} sur 32")).to_be_visible()
    expect(other.answer.get_by_role("textbox")).to_have_value("47")


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
    sitting: CandidatePage, room: OpenRoom, card: Card
) -> None:
    """« Passer » asks back; Escape stays."""
    page = sitting.page
    page.get_by_role("button", name="Passer", exact=True).click()
    expect(page.get_by_role("button", name="Rester")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Passer", exact=True)).to_be_focused()
    if sitting.kind != "ordering":
        page.get_by_role("button", name="Valider et continuer").click()
        expect(page.get_by_text("ou passez la question")).to_be_visible()
    sitting.skip()
    assert sitting.position == 2
    assert room.responses(card) == 1


def test_every_type_of_item_is_answered_by_the_keyboard_alone(
    room: OpenRoom, window: Window, card: Card
) -> None:
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
    validate = page.page.get_by_role("button", name=VALIDATE)
    seen: set[str] = set()
    for position in range(1, 33):
        expect(page.heading(f"Question {position} sur 32")).to_be_focused()
        assert scrolls_sideways(page.page) == 0
        expect(validate).to_be_in_viewport(ratio=0.9)
        kind = page.kind
        if kind not in wanted:
            page.skip()
            continue
        if kind not in seen:
            page.page.screenshot(path=ARTIFACTS / f"item-{kind}-zoom.png")
        seen.add(kind)
        answer_by_keyboard(page, kind)
        expect(validate).to_be_focused()
        page.page.keyboard.press("Enter")
        if position == QUESTIONS:
            tab_to(page.page, HAND_IN)
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
        fill_by_keyboard(page.page)
    tab_to(page.page, VALIDATE)


def fill_by_keyboard(page: Page) -> None:
    """Gives something to everything that Tab reaches in the answer: the next choice of each list in turn."""
    lists = 0
    for _ in range(24):
        control = page.evaluate("document.activeElement.type ?? ''")
        if control == "select-one":
            lists += 1
            for _ in range(lists):
                page.keyboard.press("ArrowDown")
        elif control == "radio":
            page.keyboard.press("Space")
        elif control == "text":
            page.keyboard.type("12")
        if page.evaluate(IN_THE_LAST):
            return
        page.keyboard.press("Tab")


def tab_to(page: Page, name: "str | re.Pattern[str]", presses: int = 24) -> None:
    """Presses Tab until the button of this name has the focus."""
    button = page.get_by_role("button", name=name)
    for _ in range(presses):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach « {name} »")


def skip_to(page: CandidatePage, *types: str) -> None:
    """Passes questions over until one of these types comes."""
    while page.kind not in types:
        page.skip()


def test_a_card_s_address_is_read_in_a_tab_that_shows_the_entry_already(
    room: OpenRoom, window: Window
) -> None:
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
