"""Every comfort setting does what it says, stays, and follows the pupil to another computer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.backstage import Card
from tests.browser.candidate_page import CandidatePage
from tests.browser.comfort_panel import SIZES, ComfortPanel, out_of_sight, practising, small_targets
from tests.browser.conftest import LAPTOP, Window
from tests.browser.keyboard import Keyboard
from tests.browser.open_room import OpenRoom

TEXT, SPACING, FONT, COLOURS = "Taille du texte", "Espacement des lignes et des lettres", "Police", "Couleurs"
STEM = "[data-slot=stem] :is(p, pre, li)"
LEFT = re.compile("^Il reste")
_OF_THE_QUESTION = "[data-view=test] :is(.stem :is(p, pre, li), .files, .calculator, .answer)"
PARTS = f"() => [...document.querySelectorAll('{_OF_THE_QUESTION}')].filter((part) => part.checkVisibility())"
MASKED = f"{PARTS}.filter((part) => getComputedStyle(part, '::after').content !== 'none').length"


def sitting_at(page: Page, card: Card) -> ComfortPanel:
    """This candidate at the first question."""
    candidate = CandidatePage(page)
    candidate.enter(card.code)
    candidate.start()
    return ComfortPanel(page)


@pytest.fixture
def sitting(window: Window, card: Card) -> ComfortPanel:
    """A candidate at the first question, with the page as it comes."""
    return sitting_at(window(reduced_motion="no-preference"), card)


# -- what each setting does -------------------------------------------------------------------------------


def test_text_grows_by_what_is_said(sitting: ComfortPanel) -> None:
    """The text of the question, of the choices, and of the bar; at once."""
    before = {one: sitting.pixels(one, "font-size") for one in (STEM, ".answer__legend", ".time__left")}
    sitting.open()
    for size, factor in (("125 %", 1.25), ("150 %", 1.5), ("200 %", 2.0), ("100 %", 1.0)):
        sitting.choose(TEXT, size)
        for one, pixels in before.items():
            assert sitting.pixels(one, "font-size") == pytest.approx(factor * pixels, abs=0.5)


def test_lines_words_and_letters_move_apart(sitting: ComfortPanel) -> None:
    """The widest is what WCAG 1.4.12 asks for, and more between the lines."""
    size = sitting.pixels(STEM, "font-size")
    sitting.open()
    for spacing, line, letters, words in (("Aéré", 1.75, 0.06, 0.1), ("Très aéré", 2.0, 0.12, 0.16)):
        sitting.choose(SPACING, spacing)
        assert sitting.pixels(".stem :is(p, li)", "line-height") == pytest.approx(line * size, abs=1)
        assert sitting.pixels(".stem :is(p, li)", "letter-spacing") >= letters * 16
        assert sitting.pixels(".stem :is(p, li)", "word-spacing") >= words * 16
        assert sitting.pixels("[data-action=validate]", "letter-spacing") > 0
    assert sitting.pixels(".stem", "row-gap") >= 2 * 16
    sitting.choose(SPACING, "Normal")
    assert sitting.style(".stem :is(p, li)", "letter-spacing") == "normal"


def test_the_font_is_the_one_that_is_chosen(sitting: ComfortPanel) -> None:
    """And it has come from this server."""
    sitting.open()
    sitting.choose(FONT, "Atkinson Hyperlegible")
    assert sitting.style(STEM, "font-family").startswith('"Atkinson Hyperlegible"')
    loaded = (
        "document.fonts.ready.then(() => [...document.fonts].filter((one) => one.status === 'loaded').length)"
    )
    assert sitting.page.evaluate(loaded) >= 1
    sitting.choose(FONT, "Celle de la page")
    assert "Hyperlegible" not in sitting.style(STEM, "font-family")


def test_colours_are_those_that_are_chosen_or_the_computer_s(sitting: ComfortPanel) -> None:
    grounds = {
        "Sombres": "rgb(18, 23, 29)",
        "Contraste fort": "rgb(0, 0, 0)",
        "Claires": "rgb(251, 250, 247)",
    }
    sitting.open()
    # The browser takes a moment to draw the page anew after the computer's own colours have changed.
    ground = expect(sitting.page.locator("html"))
    for theme, colour in grounds.items():
        sitting.choose(COLOURS, theme)
        ground.to_have_css("background-color", colour)
    sitting.page.emulate_media(color_scheme="dark")
    ground.to_have_css("background-color", grounds["Claires"])
    sitting.choose(COLOURS, "Automatiques")
    ground.to_have_css("background-color", grounds["Sombres"])
    sitting.page.emulate_media(color_scheme="light")
    ground.to_have_css("background-color", grounds["Claires"])


def test_the_guide_follows_the_pointer_and_the_focus_and_is_in_nobody_s_way(sitting: ComfortPanel) -> None:
    page = sitting.page
    guide = page.locator("[data-part=guide]")
    expect(guide).to_be_hidden()
    sitting.open()
    sitting.switch("Guide de lecture")
    sitting.close()

    def middle() -> float:
        box = guide.bounding_box()
        assert box is not None
        return box["y"] + box["height"] / 2

    for y in (200, 420):
        page.mouse.move(500, y)
        assert middle() == pytest.approx(y, abs=3)
    passed = page.get_by_role("button", name="Passer", exact=True)
    passed.focus()
    place = passed.bounding_box()
    assert place is not None
    assert middle() == pytest.approx(place["y"] + place["height"] / 2, abs=3)
    passed.click()  # through the band
    expect(page.get_by_role("button", name="Rester")).to_be_focused()


def test_masks_leave_the_part_in_hand_clear_and_move_nothing(sitting: ComfortPanel) -> None:
    page = sitting.page
    heights = (
        "() => [...document.querySelectorAll('.stem :is(p, pre, li), .answer')].map((part) => part.offsetTop)"
    )
    before = page.evaluate(heights)
    sitting.open()
    sitting.switch("Masquer le reste")
    sitting.close()
    parts = page.evaluate(f"{PARTS}.length")
    assert page.evaluate(MASKED) == parts - 1
    assert page.evaluate(heights) == before
    page.locator(".answer__legend").hover()
    assert page.locator(".answer").get_attribute("data-in-hand") is not None
    assert page.evaluate(MASKED) == parts - 1
    page.locator(STEM).first.hover(position={"x": 20, "y": 8})
    assert page.locator(STEM).first.get_attribute("data-in-hand") is not None
    assert page.locator(".answer").get_attribute("data-in-hand") is None
    # The next question begins with its text, wherever the hand lies.
    candidate = CandidatePage(page)
    candidate.skip()
    assert page.locator(STEM).first.get_attribute("data-in-hand") is not None


def test_nothing_moves_by_itself_where_that_is_wished(sitting: ComfortPanel) -> None:
    sitting.page.evaluate("document.querySelector('.exam__progress').style.transition = 'opacity 2s'")
    assert sitting.style(".exam__progress", "transition-duration") == "2s"
    sitting.open()
    sitting.switch("Moins d’animations")
    assert sitting.style(".exam__progress", "transition-duration") == "1e-05s"


def test_the_time_is_hidden_here_or_there(sitting: ComfortPanel) -> None:
    """The panel's switch and the bar's button are one."""
    page = sitting.page
    expect(page.get_by_text(LEFT)).to_be_visible()
    sitting.open()
    sitting.switch("Masquer le temps")
    expect(page.get_by_text("Temps masqué")).to_be_visible()
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_text(LEFT)).to_be_visible()
    sitting.open()
    expect(sitting.panel.get_by_role("checkbox", name="Masquer le temps")).not_to_be_checked()


def test_one_button_leads_back_to_the_page_as_it_comes(sitting: ComfortPanel) -> None:
    sitting.open()
    for group, choice in ((TEXT, "150 %"), (SPACING, "Aéré"), (COLOURS, "Sombres")):
        sitting.choose(group, choice)
    sitting.switch("Guide de lecture")
    sitting.panel.get_by_role("button", name="Revenir aux réglages de départ").click()
    for choice in ("100 %", "Normal", "Celle de la page", "Automatiques"):
        expect(sitting.panel.get_by_role("radio", name=choice, exact=True)).to_be_checked()
    expect(sitting.page.locator("[data-part=guide]")).to_be_hidden()
    assert sitting.style("html", "font-size") == "16px"


# -- that it stays ----------------------------------------------------------------------------------------


def made_large(sitting: ComfortPanel) -> None:
    """150 % and dark, and the server has heard of it."""
    sitting.open()
    with sitting.page.expect_response("**/exam/comfort") as heard:
        sitting.choose(TEXT, "150 %")
        sitting.choose(COLOURS, "Sombres")
    assert heard.value.ok
    sitting.close()


def is_large(page: Page) -> None:
    """150 % and dark."""
    expect(page.locator("html")).to_have_attribute("data-text", "150")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_settings_are_there_after_a_reload_before_anything_is_drawn(sitting: ComfortPanel) -> None:
    made_large(sitting)
    page = sitting.page
    page.add_init_script(
        "document.addEventListener('readystatechange', () => {"
        " window.early ??= { ...document.documentElement.dataset }; });"
    )
    page.reload()
    early = page.evaluate("window.early")
    assert (early["text"], early["theme"]) == ("150", "dark")
    is_large(page)


def test_settings_come_along_to_another_computer(
    sitting: ComfortPanel, window: Window, room: OpenRoom, card: Card
) -> None:
    """Where the candidate is admitted again with a new code."""
    made_large(sitting)
    code = room.backstage.post(f"/attempts/{card.id}/card")["code"]
    other = CandidatePage(window())
    other.enter(code)
    expect(other.heading("Question 1 sur 32")).to_be_visible()
    is_large(other.page)
    assert other.state()["comfort"]["text"] == 150


def test_settings_chosen_while_the_network_is_cut_are_sent_when_it_is_back(sitting: ComfortPanel) -> None:
    page = sitting.page
    page.context.set_offline(True)
    sitting.open()
    sitting.choose(TEXT, "200 %")
    page.wait_for_timeout(900)
    page.context.set_offline(False)
    with page.expect_response("**/exam/comfort", timeout=20_000) as heard:
        pass
    assert heard.value.json()["comfort"]["text"] == 200


def test_the_next_candidate_in_this_tab_finds_the_page_as_it_comes(
    sitting: ComfortPanel, room: OpenRoom
) -> None:
    made_large(sitting)
    CandidatePage(sitting.page).enter(room.admitted().code)
    expect(sitting.page.get_by_role("heading", name="Vous pouvez commencer")).to_be_visible()
    expect(sitting.page.locator("html")).to_have_attribute("data-text", "100")
    expect(sitting.page.locator("html")).to_have_attribute("data-theme", "light")


def test_what_was_practised_in_this_browser_is_there_on_the_day_and_not_for_the_next_one(
    window: Window, room: OpenRoom, card: Card
) -> None:
    page = window()
    page.goto("/")
    page.get_by_role("link", name="Essayer le confort de lecture").click()
    practice = practising(page)
    practice.open()
    practice.choose(TEXT, "150 %")
    practice.choose(COLOURS, "Sombres")
    practice.close()
    page.reload()
    is_large(page)
    with page.expect_response("**/exam/comfort") as heard:
        CandidatePage(page).enter(card.code)
    assert heard.value.json()["comfort"]["text"] == 150
    is_large(page)
    other_tab = page.context.new_page()
    page.close()
    CandidatePage(other_tab).enter(room.admitted().code)
    expect(other_tab.get_by_role("heading", name="Vous pouvez commencer")).to_be_visible()
    expect(other_tab.locator("html")).to_have_attribute("data-text", "100")


# -- small windows, fingers -------------------------------------------------------------------------------


@pytest.mark.parametrize("window_size", list(SIZES))
def test_no_setting_makes_a_small_window_scroll_sideways(sitting: ComfortPanel, window_size: str) -> None:
    """The test, the panel over it, and asking for help."""
    page = sitting.page
    width, height = SIZES[window_size]
    for text in ("100 %", "150 %", "200 %"):
        page.set_viewport_size(LAPTOP)
        sitting.open()
        sitting.choose(TEXT, text)
        sitting.choose(SPACING, "Très aéré")
        sitting.close()
        page.set_viewport_size({"width": width, "height": height})
        assert out_of_sight(page) == [], text
        sitting.open()
        assert out_of_sight(page) == [], f"{text}, the panel"
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Demander de l’aide").click()
        assert out_of_sight(page) == [], f"{text}, help"
        page.get_by_role("button", name="Annuler").click()


def test_everything_in_the_panel_and_the_bar_is_large_enough_for_a_finger(sitting: ComfortPanel) -> None:
    sitting.open()
    for size in (LAPTOP, {"width": 320, "height": 640}):
        sitting.page.set_viewport_size(size)  # type: ignore[arg-type]
        assert small_targets(sitting.page.locator("header")) == []
        assert small_targets(sitting.page.locator(".actions")) == []


# -- without a mouse, by any eye --------------------------------------------------------------------------


def test_the_keyboard_alone_opens_chooses_and_leads_back(sitting: ComfortPanel) -> None:
    """The focus is seen all the way, the arrows choose, Escape closes, and going on closes too."""
    page = sitting.page
    keys = Keyboard(page)
    keys.push(sitting.button)
    expect(sitting.panel.get_by_role("radio", name="100 %", exact=True)).to_be_focused()
    keys.choose(sitting.panel.get_by_role("radio", name="150 %", exact=True))
    keys.choose(sitting.panel.get_by_role("radio", name="Contraste fort"))
    keys.tick(sitting.panel.get_by_role("checkbox", name="Masquer le reste"))
    keys.press("Escape")
    expect(sitting.button).to_be_focused()
    expect(sitting.panel).to_be_hidden()
    assert sitting.style("html", "font-size") == "24px"
    # Every part of the question comes out from under its mask in turn.
    keys.push(sitting.button)
    keys.to(page.locator(STEM).first)
    expect(sitting.panel).to_be_hidden()
    for part in page.locator(STEM).all():
        keys.to(part)
        assert part.get_attribute("data-in-hand") is not None
    keys.to(page.locator(".answer :is(input, select, button)").first)
    assert page.locator(".answer").get_attribute("data-in-hand") is not None
    keys.push(sitting.button)
    keys.push(sitting.panel.get_by_role("button", name="Revenir aux réglages de départ"))
    keys.push(sitting.panel.get_by_role("button", name="Fermer"))
    expect(sitting.button).to_be_focused()
    assert page.locator(STEM).first.get_attribute("tabindex") is None


def test_the_views_of_an_exam_hold_in_every_theme(window: Window, room: OpenRoom) -> None:
    """Entry, waiting for the start, the question, help, a pause: nothing for axe, nothing too wide."""
    found = []
    for theme in ("Sombres", "Contraste fort"):
        card = room.admitted()
        page = window()
        candidate, comfort = CandidatePage(page), ComfortPanel(page)
        candidate.enter(card.code)
        comfort.open()
        comfort.choose(COLOURS, theme)
        comfort.close()
        found += [f"{theme}, ready: {fault}" for fault in violations(page)]
        candidate.start()
        page.get_by_role("button", name="Demander de l’aide").click()
        found += [f"{theme}, help: {fault}" for fault in violations(page)]
        page.get_by_role("button", name="Annuler").click()
        room.backstage.post(f"/attempts/{card.id}/pause", {"reason": "infirmerie"})
        expect(page.get_by_role("heading", name="Votre temps est arrêté")).to_be_visible()
        found += [f"{theme}, stopped: {fault}" for fault in violations(page)]
        room.backstage.post(f"/attempts/{card.id}/resume")
        expect(page.get_by_role("heading", name="Question 1 sur 32")).to_be_visible()
        found += [f"{theme}, test: {fault}" for fault in violations(page)]
    assert found == [], "\n".join(found)
