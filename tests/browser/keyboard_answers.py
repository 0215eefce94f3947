"""How each type of item that asks a question is answered by the keyboard, given the right response."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.browser.keyboard import Keyboard

Content = Mapping[str, Any]
"""The right response as the browser would send it."""
Way = Callable[[Keyboard, Content], None]


def single_choice(keys: Keyboard, right: Content) -> None:
    keys.choose(keys.page.locator(f'input[name="option"][value="{right["option"]}"]'))


def point(keys: Keyboard, right: Content) -> None:
    keys.choose(keys.page.locator(f'input[name="zone"][value="{right["zone"]}"]'))


def multiple_choice(keys: Keyboard, right: Content) -> None:
    for option in right["options"]:
        keys.tick(keys.page.locator(f'.choice input[value="{option}"]'))


def numeric(keys: Keyboard, right: Content) -> None:
    _typed(keys, str(right["number"]))


def short_text(keys: Keyboard, right: Content) -> None:
    _typed(keys, str(right["text"]))


def _typed(keys: Keyboard, text: str) -> None:
    """In the one field; Enter goes on to the button and no further."""
    field = keys.page.locator("#answer")
    keys.to(field)
    keys.type_over(text)
    keys.press("Enter")
    assert keys.page.evaluate("document.activeElement.dataset.action") == "validate"


def ordering(keys: Keyboard, right: Content) -> None:
    """From the top on, each thing goes up to its place by the arrow."""
    rows = keys.page.locator(".order__row")
    texts = {one["id"]: one["text"] for one in right["shown"]["options"]}
    for place, option in enumerate(right["order"]):
        stands = rows.locator(".order__text").all_text_contents().index(texts[option])
        if stands > place:
            keys.to(rows.nth(stands).locator(".order__button--up"))
            keys.press(*["ArrowUp"] * (stands - place))


def matching(keys: Keyboard, right: Content) -> None:
    for line, counterpart in right["pairs"].items():
        keys.pick(keys.page.locator(f"#match-{line}"), counterpart)


def categorising(keys: Keyboard, right: Content) -> None:
    for thing, category in right["places"].items():
        keys.choose(keys.page.locator(f'input[name="place-{thing}"][value="{category}"]'))


def fill_in(keys: Keyboard, right: Content) -> None:
    for number, value in enumerate(right["gaps"], 1):
        gap = keys.page.locator(f"#gap-{number}")
        if gap.evaluate("node => node.tagName") == "SELECT":
            keys.pick(gap, value)
        else:
            keys.to(gap)
            keys.type_over(str(value))


ANSWERS: Mapping[str, Way] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "numeric": numeric,
    "short_text": short_text,
    "ordering": ordering,
    "matching": matching,
    "categorising": categorising,
    "fill_in": fill_in,
    "point": point,
}
