"""Acts on several candidates at once, as an invigilator does them: choose, see whom, say it once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Locator, Page, Playwright, Route, expect

from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.board_page import BoardPage
from tests.browser.candidate_page import QUESTION, CandidatePage
from tests.browser.conftest import ARTIFACTS, LAPTOP, ZOOMED, Window, scrolls_sideways
from tests.browser.deadlines import MINUTE
from tests.browser.server import Server

BASE = 105 * MINUTE
ROUNDING = 5
"""Instants travel as whole milliseconds; a sum of a few of them may be off by as many."""

FULL = 40
SITTING = 6
THIRD = Fraction(1, 3)
SignIn = Callable[[Role], Page]
KEEP_WHAT_IS_SAID = """() => {
  window.told = [];
  const line = document.getElementById("said");
  new MutationObserver(() => window.told.push(line.textContent)).observe(line, { childList: true });
}"""


@dataclass
class Room:
    """An open session of more than forty, of whom the first are at their test."""

    backstage: Backstage
    session: str
    sitting: list[Card]
    waiting: list[Card]
    devices: list[APIRequestContext] = field(default_factory=list)

    def deadline(self, card: Card) -> int | None:
        """As the server has it now; None while the clock is stopped."""
        found: int | None = self.backstage.row(self.session, card.id)["attempt"]["deadline"]
        return found


@pytest.fixture(scope="module")
def room(playwright: Playwright, server: Server, school: Path) -> Iterator[Room]:
    """Six have started, each at a device that only holds the cookie; the second one has a third more time."""
    backstage = Backstage(playwright, server)
    backstage.import_school(school)
    session = backstage.plan("Salle polyvalente", "3E A", "3E B", "3E C")
    backstage.open(session)
    cards = backstage.cards(session)
    found = Room(backstage, session, cards[:SITTING], cards[SITTING:])
    backstage.post(f"/attempts/{cards[1].id}/extra-time", {"fraction": "1/3"})
    for place, card in enumerate(found.sitting):
        backstage.check_in(card.id, 1 + place // 8, 1 + place % 8)
        device = playwright.request.new_context(base_url=server.url)
        found.devices.append(device)
        assert device.post("/exam/enter", data={"code": card.code}).ok
        assert device.post("/exam/start", data={}).ok
    yield found
    for device in found.devices:
        device.dispose()
    backstage.leave()


@pytest.fixture
def board(signed_in: SignIn, room: Room) -> BoardPage:
    """The invigilator’s board of that session, live, by name."""
    board = BoardPage(signed_in(Role.INVIGILATOR))
    board.page.goto(f"/sessions/{room.session}/board")
    expect(board.page.get_by_text("En direct")).to_be_visible()
    board.page.get_by_label("Ordre de la liste").select_option(label="Par nom")
    board.page.evaluate(KEEP_WHAT_IS_SAID)
    return board


def bar(board: BoardPage) -> Locator:
    """Where it is said who is chosen and what may be done."""
    return board.page.get_by_role("group", name="Candidats choisis").first


def tells(board: BoardPage, text: str) -> None:
    """The line for outcomes said so, whatever it says since."""
    board.page.wait_for_function("text => window.told.some((told) => told.includes(text))", arg=text)


def box(board: BoardPage, card: Card) -> Locator:
    """The box of a candidate’s row."""
    return board.tile(card.name).get_by_role("checkbox")


def first_rows(board: BoardPage, room: Room) -> list[Card]:
    """The first four, as they lie on the screen."""
    known = {card.name: card for card in (*room.sitting, *room.waiting)}
    return [known[name] for name in board.page.locator(".tile__name").all_inner_texts()[:4]]


def choose(board: BoardPage, *cards: Card) -> None:
    """These and nobody else."""
    if bar(board).is_visible():
        board.page.get_by_role("button", name="Fermer la sélection").click()
    board.page.get_by_role("button", name="Choisir plusieurs candidats").click()
    for card in cards:
        box(board, card).check()


def test_rows_are_chosen_by_click_by_range_and_by_key(board: BoardPage, room: Room) -> None:
    """The number is told each time; nothing else happens, and Escape ends it where the hand is."""
    first, second, third, fourth = first_rows(board, room)
    board.page.get_by_role("button", name="Choisir plusieurs candidats").click()
    expect(board.page.locator(".tile").first.get_by_role("checkbox")).to_be_focused()
    expect(bar(board).get_by_role("status")).to_have_text("Aucun choisi")
    for button in ("Suspendre (0)", "Arrêter (0)"):
        expect(bar(board).get_by_role("button", name=button)).to_be_disabled()
    board.tile(first.name).locator(".tile__name").click()
    expect(box(board, first)).to_be_checked()
    expect(bar(board).get_by_role("status")).to_have_text("1 choisi")
    board.tile(third.name).locator(".tile__name").click(modifiers=["Shift"])
    expect(box(board, second)).to_be_checked()
    expect(bar(board).get_by_role("status")).to_have_text("3 choisis")
    board.page.keyboard.press("ArrowDown")
    expect(box(board, fourth)).to_be_focused()
    board.page.keyboard.press("x")
    expect(bar(board).get_by_role("status")).to_have_text("4 choisis")
    board.page.keyboard.press("Space")
    expect(box(board, fourth)).not_to_be_checked()
    board.page.keyboard.press("Escape")
    expect(bar(board)).to_be_hidden()
    expect(board.tile(fourth.name).locator(".tile__menu")).to_be_focused()
    board.page.keyboard.press("x")
    expect(box(board, fourth)).to_be_focused()
    expect(box(board, fourth)).to_be_checked()
    expect(box(board, first)).not_to_be_checked()


def test_all_that_are_under_way_are_chosen_with_one_press(board: BoardPage, room: Room) -> None:
    board.page.get_by_role("button", name="Choisir plusieurs candidats").click()
    bar(board).get_by_role("button", name=f"Tous les tests en cours ({SITTING})").click()
    expect(bar(board).get_by_role("status")).to_have_text(f"{SITTING} choisis")
    for card in room.sitting:
        expect(box(board, card)).to_be_checked()
    expect(bar(board).get_by_role("button", name=f"Suspendre ({SITTING})")).to_be_focused()
    expect(bar(board).get_by_role("button", name="Reprendre (0)")).to_be_disabled()


def test_some_are_stopped_and_go_on_together_and_get_their_exact_time_back(
    board: BoardPage, room: Room, window: Window
) -> None:
    """One instant for all, with and without extra time; whom it leaves is said before with why."""
    one, more_time, paused, apart = room.sitting[:4]
    room.backstage.post(f"/attempts/{paused.id}/pause", {"reason": "infirmerie"})
    board.shows(paused.name, "Suspendu")
    page = window()
    page.context.add_cookies(room.devices[0].storage_state()["cookies"])  # type: ignore[arg-type]
    page.goto("/exam")
    candidate = CandidatePage(page)
    expect(candidate.heading(QUESTION)).to_be_visible()
    before = {card.id: room.deadline(card) for card in (one, more_time, apart)}
    choose(board, one, more_time, paused, room.waiting[0])
    bar(board).get_by_role("button", name="Suspendre (2)").click()
    dialog = board.page.get_by_role("dialog", name="Suspendre les tests choisis")
    expect(dialog).to_contain_text("2 candidats")
    for name in (one.name, more_time.name):
        expect(dialog.locator("[data-names]")).to_contain_text(name)
    expect(dialog.locator("[data-left]")).to_contain_text(f"{paused.name} (déjà suspendu)")
    expect(dialog.locator("[data-left]")).to_contain_text(f"{room.waiting[0].name} (n’a pas commencé)")
    board.page.screenshot(path=ARTIFACTS / "selection-pause.png")
    board.confirm("Suspendre", reason="Coupure réseau")
    tells(board, "2 tests suspendus.")
    expect(candidate.heading("Votre temps est arrêté")).to_be_visible(timeout=1_000)
    stops = [board.last("AttemptPaused", card.id) for card in (one, more_time)]
    assert len({stop["at"] for stop in stops}) == 1
    assert {stop["facts"]["reason"] for stop in stops} == {"Coupure réseau"}
    board.page.wait_for_timeout(1_200)
    bar(board).get_by_role("button", name="Reprendre (3)").click()
    expect(candidate.heading(QUESTION)).to_be_visible(timeout=1_000)
    gone_on = [board.last("AttemptResumed", card.id) for card in (one, more_time)]
    assert len({event["at"] for event in gone_on}) == 1
    stopped = gone_on[0]["at"] - stops[0]["at"]
    after = {card.id: room.deadline(card) for card in (one, more_time, apart)}
    gained = {card_id: (after[card_id] or 0) - (was or 0) for card_id, was in before.items()}
    assert abs(gained[one.id] - stopped) <= ROUNDING
    assert abs(gained[more_time.id] - stopped) <= ROUNDING
    assert gained[apart.id] == 0
    assert candidate.state()["time"]["deadline"] == after[one.id]


def test_the_fire_alarm_of_the_whole_room_gives_everybody_the_same_time_back(
    board: BoardPage, room: Room
) -> None:
    """In the middle of tests with and without extra time: the deadlines are right to the second."""
    extra = {card.id: THIRD if card is room.sitting[1] else Fraction(0) for card in room.sitting}
    before = {card.id: room.deadline(card) for card in room.sitting}
    board.room("Suspendre toute la salle")
    board.confirm("Suspendre toute la salle", reason="Alarme incendie")
    for card in room.sitting:
        board.shows(card.name, "Suspendu", "arrêté")
    since = board.last("RoomPaused")["at"]
    board.page.wait_for_timeout(2_300)
    board.room("Reprendre")
    until = board.last("RoomResumed")["at"]
    board.page.reload()
    expect(board.page.get_by_text("En direct")).to_be_visible()
    for card in room.sitting:
        deadline = room.deadline(card)
        assert deadline is not None
        assert before[card.id] is not None
        assert abs(deadline - (before[card.id] or 0) - (until - since)) <= ROUNDING
        allowed = room.backstage.row(room.session, card.id)["allowed_ms"]
        assert allowed == BASE * (1 + extra[card.id])
        board.shows(card.name, "En cours")


def test_more_time_for_some_is_added_once(board: BoardPage, room: Room) -> None:
    one, more_time, *_ = room.sitting
    before = {card.id: room.deadline(card) for card in room.sitting}
    choose(board, one, more_time)
    bar(board).get_by_role("button", name="Ajouter du temps (2)").click()
    board.page.get_by_label("Minutes à ajouter").fill("7")
    board.confirm("Ajouter", reason="Bruit ou dérangement")
    tells(board, "Temps ajouté à 2 candidats.")
    for card in room.sitting:
        added = 7 * MINUTE if card in (one, more_time) else 0
        assert (room.deadline(card) or 0) - (before[card.id] or 0) == added


def test_a_message_whose_answer_was_lost_is_shown_once(board: BoardPage, room: Room, window: Window) -> None:
    """The network drops the answer; the invigilator presses again; each page has it once."""
    pages = []
    for device in room.devices[:2]:
        page = window()
        page.context.add_cookies(device.storage_state()["cookies"])  # type: ignore[arg-type]
        page.goto("/exam")
        pages.append(page)
    lost = []

    def lose_the_first_answer(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    board.page.route("**/message", lose_the_first_answer)
    choose(board, *room.sitting[:2])
    bar(board).get_by_role("button", name="Message (2)").click()
    send_twice(board, "Il reste une heure.")
    assert lost == [200]
    lost.clear()
    board.page.get_by_role("button", name="Fermer la sélection").click()
    board.act(room.sitting[0].name, "Envoyer un message")
    send_twice(board, "Parlez moins fort.")
    lost.clear()
    board.room("Message à tous")
    send_twice(board, "Bon courage à tous.")
    for page, own in zip(pages, (1, 0), strict=True):
        for text, times in (
            ("Il reste une heure.", 1),
            ("Parlez moins fort.", own),
            ("Bon courage à tous.", 1),
        ):
            expect(page.get_by_text(text)).to_have_count(times)


def send_twice(board: BoardPage, text: str) -> None:
    """As somebody does who is told that the server did not answer."""
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_label("Message", exact=True).fill(text)
    dialog.get_by_role("button", name="Envoyer").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    board.confirm("Envoyer")


def test_some_tests_are_ended_after_one_question_with_the_names(board: BoardPage, room: Room) -> None:
    """It asks once, names everybody, says that it is for good; fraud is not among the reasons."""
    ended = room.sitting[4:6]
    choose(board, *ended)
    bar(board).get_by_role("button", name="Arrêter (2)").click()
    dialog = board.page.get_by_role("dialog", name="Arrêter les tests choisis")
    for card in ended:
        expect(dialog).to_contain_text(card.name)
    expect(dialog).to_contain_text("cela ne peut pas être annulé")
    reasons = dialog.get_by_label("Raison").filter(visible=True).locator("option").all_inner_texts()
    assert not [reason for reason in reasons if "jury" in reason]
    expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()
    board.page.screenshot(path=ARTIFACTS / "selection-terminate.png")
    board.confirm("Arrêter ces tests", reason="Salle évacuée")
    tells(board, "2 tests arrêtés.")
    for card in ended:
        board.shows(card.name, "Arrêté")
    for button in ("Suspendre (0)", "Arrêter (0)", "Message (0)"):
        expect(bar(board).get_by_role("button", name=button)).to_be_disabled()
    expect(bar(board).get_by_role("button", name="Fermer la sélection")).to_be_focused()


def test_what_changed_meanwhile_is_told_and_nothing_is_half_done(board: BoardPage, room: Room) -> None:
    """While the dialog is open somebody else stops one of them: the answer names that one with why."""
    one, other = room.sitting[2:4]
    choose(board, one, other)
    bar(board).get_by_role("button", name="Suspendre (2)").click()
    room.backstage.post(f"/attempts/{other.id}/pause", {"reason": "infirmerie"})
    board.confirm("Suspendre", reason="Coupure réseau")
    tells(board, f"1 test suspendu. Pas concernés\u00a0: {other.name} (déjà suspendu).")
    bar(board).get_by_role("button", name="Reprendre (2)").click()
    tells(board, "2 tests reprennent.")


@pytest.mark.parametrize("layout", ["Liste", "Compacte", "Plan de salle"])
def test_choosing_fits_every_layout_and_200_percent(board: BoardPage, room: Room, layout: str) -> None:
    """In the compact layout all rows stay whole on a laptop’s screen; zoomed, nothing scrolls sideways."""
    board.page.get_by_label("Présentation").select_option(label=layout)
    choose(board, *room.sitting[:3])
    rows = board.page.locator(".tile")
    assert rows.count() >= FULL
    if layout == "Compacte":
        for row in rows.all():
            expect(row).to_be_in_viewport(ratio=1)
        assert board.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    board.page.mouse.move(0, 0)
    name = f"selection-{layout[:4].lower()}"
    board.page.screenshot(path=ARTIFACTS / f"{name}.png")
    board.page.set_viewport_size(ZOOMED)
    assert scrolls_sideways(board.page) == 0
    board.page.screenshot(path=ARTIFACTS / f"{name}-zoom.png")
    board.page.set_viewport_size(LAPTOP)
