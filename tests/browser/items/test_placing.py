"""Matching, categorising, filling in and pointing, as a candidate meets them: mouse, keyboard, zoom, axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exam_server.simulation.answers import AnswerBook
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.item_types.point import Point
from question_bank.items import ItemType
from tests.browser.accessibility import violations
from tests.browser.candidate_page import CandidatePage
from tests.browser.conftest import ZOOMED, scrolls_sideways
from tests.browser.items.conftest import Shown
from tests.browser.items.item_page import SEED, ItemPage
from tests.browser.knowing_candidate import KnowingCandidate
from tests.support.examples import example_bank, examples

Example = Callable[..., ItemPage]


@pytest.fixture
def example(shown: Shown) -> Example:
    """Opens the page at the first or second example of a type."""
    return lambda kind, number=0: shown(examples(kind)[number])


KINDS = (ItemType.MATCHING, ItemType.CATEGORISING, ItemType.FILL_IN, ItemType.POINT)


def texts(rendered: JsonObject, name: str) -> dict[str, str]:
    """The texts of a list in what is shown, by name."""
    things = rendered[name]
    assert isinstance(things, list)
    return {str(thing["id"]): str(thing["text"]) for thing in things if isinstance(thing, dict)}


def press(page: Page, *keys: str) -> None:
    """One key after the other."""
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_accessible_empty_and_answered_and_fits_at_200_percent(
    example: Example, kind: ItemType, number: int, picture: Callable[[Page, str], None]
) -> None:
    question = example(kind, number)
    assert violations(question.page) == []
    question.show(question.item.body.right_content(SEED))
    assert violations(question.page) == []
    picture(question.page, f"{kind.value}-{number}")
    question.page.set_viewport_size(ZOOMED)
    assert scrolls_sideways(question.page) == 0


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_comes_back_and_is_validated_as_it_was(example: Example, kind: ItemType, number: int) -> None:
    question = example(kind, number)
    right = question.item.body.right_content(SEED)
    question.show(right)
    assert question.validate() == right


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_the_bank_gives_the_right_response_by_what_is_written(
    example: Example, kind: ItemType, number: int
) -> None:
    question = example(kind, number)
    KnowingCandidate(question.page, AnswerBook(example_bank())).give()
    assert question.is_right(question.validate())


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_nothing_can_give_a_whole_response_too(
    example: Example, kind: ItemType, number: int
) -> None:
    question = example(kind, number)
    if (kind, number) == (ItemType.FILL_IN, 1):
        question.page.get_by_label("Trou 2").fill("pas un nombre")  # is written over
    CandidatePage(question.page).give()
    assert question.validate() is not None


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_taken_from_a_question_left_empty(example: Example, kind: ItemType) -> None:
    question = example(kind)
    assert question.validate() is None
    expect(question.problem).to_contain_text("ou passez la question")
    assert question.draft() is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_locked_question_cannot_be_changed(example: Example, kind: ItemType) -> None:
    question = example(kind)
    question.lock()
    for control in question.page.locator("fieldset.answer").locator("input, select").all():
        expect(control).to_be_disabled()
    zones = question.page.locator(".point__zone")
    if zones.count():
        zones.first.click()
    assert question.given is None


def test_lines_are_matched_by_keyboard(example: Example) -> None:
    question = example(ItemType.MATCHING)
    page, rendered = question.page, question.rendered
    pairs = question.item.body.right_content(SEED)["pairs"]
    assert isinstance(pairs, dict)
    rights = list(texts(rendered, "rights"))
    for left in texts(rendered, "lefts"):
        press(page, "Tab", *["ArrowDown"] * (rights.index(str(pairs[left])) + 1))
    press(page, "Tab")
    expect(page.get_by_role("button", name="Valider et continuer")).to_be_focused()
    assert question.is_right(question.validate())


def test_a_counterpart_chosen_twice_is_said_on_both_lines_and_not_taken(example: Example) -> None:
    question = example(ItemType.MATCHING)
    lists = question.page.get_by_role("combobox")
    for place in range(4):
        lists.nth(place).select_option("r1" if place < 2 else f"r{place + 1}")
    first, second = list(texts(question.rendered, "lefts").values())[:2]
    expect(lists.nth(0)).to_have_accessible_description(f"Réponse déjà choisie pour «\u00a0{second}\u00a0».")
    expect(lists.nth(1)).to_have_accessible_description(f"Réponse déjà choisie pour «\u00a0{first}\u00a0».")
    assert violations(question.page) == []
    assert question.validate() is None
    expect(question.problem).to_have_text("Une réponse est choisie deux fois. Elle ne sert qu’une fois.")
    assert question.draft() is None
    lists.nth(1).select_option("r2")
    expect(lists.nth(0)).to_have_accessible_description("")
    assert question.validate() is not None


def test_a_line_that_was_forgotten_is_asked_for(example: Example) -> None:
    question = example(ItemType.MATCHING)
    question.page.get_by_role("combobox").first.select_option("r1")
    assert question.validate() is None
    second = list(texts(question.rendered, "lefts").values())[1]
    expect(question.problem).to_have_text(f"Il reste à répondre pour «\u00a0{second}\u00a0».")


def test_things_are_sorted_by_keyboard(example: Example) -> None:
    question = example(ItemType.CATEGORISING, 1)
    page, rendered = question.page, question.rendered
    places = question.item.body.right_content(SEED)["places"]
    assert isinstance(places, dict)
    for thing in texts(rendered, "things"):
        press(page, "Tab", "Space", *["ArrowRight"] * (int(str(places[thing])[1]) - 1))
    press(page, "Tab")
    expect(page.get_by_role("button", name="Valider et continuer")).to_be_focused()
    assert question.is_right(question.validate())


def test_a_group_of_boxes_bears_the_name_of_its_thing(example: Example) -> None:
    question = example(ItemType.CATEGORISING)
    names = list(texts(question.rendered, "things").values())
    for name in names:
        group = question.page.get_by_role("radiogroup", name=name, exact=True)
        expect(group.get_by_role("radio")).to_have_count(2)
    group.get_by_role("radio", name="Donnée personnelle", exact=True).check()
    assert question.validate() is None
    expect(question.problem).to_have_text(f"Il reste à répondre pour «\u00a0{names[0]}\u00a0».")


def test_gaps_of_a_program_are_filled_in_by_keyboard(example: Example) -> None:
    question = example(ItemType.FILL_IN, 1)
    page = question.page
    press(page, "Tab", "Tab")
    page.keyboard.type("range")
    press(page, "Tab")
    page.keyboard.type("6")
    assert question.validate() is None
    expect(question.problem).to_have_text("Il reste à compléter le trou 3.")
    page.get_by_label("Trou 3").select_option(label="i")
    assert question.is_right(question.validate())


def test_a_gap_that_is_no_number_is_named(example: Example) -> None:
    question = example(ItemType.FILL_IN, 1)
    question.page.get_by_label("Trou 1").fill("range")
    question.page.get_by_label("Trou 2").fill("six")
    assert question.validate() is None
    expect(question.problem).to_have_text("Trou 2\u00a0: ce n’est pas un nombre. Exemple\u00a0: 12,5")


def test_the_lines_of_a_program_keep_their_indentation(example: Example) -> None:
    question = example(ItemType.FILL_IN, 1)
    lines = question.page.get_by_role("region", name="Texte à compléter")
    expect(lines).to_contain_text("for i in ")
    left = "node => node.getBoundingClientRect().left"
    start = lines.evaluate(left)
    first, third = (question.page.get_by_label(f"Trou {n}").evaluate(left) - start for n in (1, 3))
    assert 60 < third < 160  # after «     print( »
    assert 60 < first < 160  # after « for i in »
    assert lines.evaluate("node => getComputedStyle(node).whiteSpaceCollapse") == "preserve"


def test_a_zone_and_its_line_of_the_list_are_one_choice(example: Example) -> None:
    question = example(ItemType.POINT)
    page, zones = question.page, texts(question.rendered, "zones")
    for place, (zone, name) in enumerate(zones.items()):
        page.locator(".point__zone").nth(place).click()
        expect(page.get_by_role("radio", name=name)).to_be_checked()
        assert question.given == {"zone": zone}
    for place, name in enumerate(zones.values()):
        page.get_by_role("radio", name=name).check()
        expect(page.locator(".point__zone--chosen")).to_have_count(1)
        expect(page.locator(".point__zone").nth(place)).to_have_class(
            "point__zone point__zone--focused point__zone--chosen"
        )


def test_a_place_is_chosen_by_keyboard_in_the_list(example: Example) -> None:
    question = example(ItemType.POINT)
    page = question.page
    right = str(question.item.body.right_content(SEED)["zone"])
    press(page, "Tab")
    expect(page.get_by_role("region", name="Image")).to_be_focused()
    press(page, "Tab", "Tab", "Tab", "Tab", "Space")
    press(page, *["ArrowDown"] * list(texts(question.rendered, "zones")).index(right))
    assert question.is_right(question.validate())


def test_the_picture_is_described_and_shown_as_an_image(example: Example) -> None:
    question = example(ItemType.POINT)
    image = question.page.get_by_role("img")
    assert isinstance(question.item.body, Point)
    alt = question.item.body.picture.alt
    expect(image).to_have_accessible_name("Image")
    expect(image).to_have_accessible_description(alt)
    expect(question.page.get_by_text(alt)).to_be_hidden()
    question.page.get_by_text("Description de l’image").click()
    expect(question.page.get_by_text(alt)).to_be_visible()
    assert violations(question.page) == []
    expect(image).to_have_js_property("naturalWidth", 640)
    assert str(image.get_attribute("src")).startswith("data:image/svg+xml")


@pytest.mark.parametrize("width", [320, 683, 1366])
def test_zones_can_be_hit_on_any_window_and_grow_with_the_picture(example: Example, width: int) -> None:
    question = example(ItemType.POINT)
    page = question.page
    page.set_viewport_size({"width": width, "height": 700})
    zones = page.locator(".point__zone")
    boxes = [zone.bounding_box() for zone in zones.all()]
    assert all(box is not None and min(box["width"], box["height"]) >= 24 for box in boxes)
    assert scrolls_sideways(page) == 0
    before = zones.first.evaluate("node => node.offsetWidth / node.parentNode.offsetWidth")
    for _ in range(3):
        page.get_by_role("button", name="Agrandir l’image").click()
    after = zones.first.evaluate("node => node.offsetWidth / node.parentNode.offsetWidth")
    assert abs(after - before) < 0.02
    expect(zones.locator("..").first).to_have_js_property("offsetWidth", 640 * 3)
    assert scrolls_sideways(page) == 0
    zones.nth(2).click()
    assert question.given is not None
    assert violations(page) == []


def test_nothing_on_the_picture_tells_the_key(example: Example) -> None:
    question = example(ItemType.POINT)
    looks = question.page.locator(".point__zone").evaluate_all(
        """nodes => nodes.map(node => [node.className, Object.keys(node.dataset).join(),
           ...["border", "boxShadow", "background"].map(name => getComputedStyle(node)[name])].join())"""
    )
    assert len(looks) == 5
    assert len(set(looks)) == 1
