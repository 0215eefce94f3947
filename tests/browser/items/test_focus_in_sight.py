"""What has the focus stays whole in sight at 200 %: a row with the ring around it, a list that is moved."""

import pytest

from tests.browser.conftest import ZOOMED
from tests.browser.items.conftest import Shown
from tests.browser.keyboard import Keyboard
from tests.support.house import shipped_bank


def opened(shown: Shown, item: str) -> Keyboard:
    """Its question in a small window, and a keyboard that wants to see all that has the focus."""
    question = shown(shipped_bank().items.item(item), viewport=ZOOMED)
    return Keyboard(question.page, counting=item, whole=True)


@pytest.mark.parametrize("item", ["4.2-reconnaitre-une-donnee-personnelle-a", "4.2-naviguer-en-prive-a"])
def test_a_row_of_choices_is_in_sight_with_its_ring_whichever_way_it_is_come_to(
    shown: Shown, item: str
) -> None:
    keys = opened(shown, item)
    choices = keys.page.locator(".choice input")
    for choice in (choices.last, choices.first, choices.last):
        keys.to(choice)


def test_a_list_stays_in_sight_when_a_sentence_above_moves_it(shown: Shown) -> None:
    """The same counterpart twice is said on every line that has it."""
    keys = opened(shown, "4.3-trier-un-appareil-a")
    lists = keys.page.locator(".match__right").all()
    for one in lists:
        keys.to(one)
        keys.press("ArrowDown")
