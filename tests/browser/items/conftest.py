"""These journeys are about one question each: the page stands alone, its address needs no server."""

from types import SimpleNamespace
from typing import Protocol

import pytest

from question_bank.item_types.jsonvalues import Json
from question_bank.items import ItemVersion
from tests.browser.conftest import Window
from tests.browser.items.item_page import ItemPage


class Shown(Protocol):
    """Opens a window of its own with this item, from a draft or without one."""

    def __call__(self, item: ItemVersion, draft: Json = None, **options: object) -> ItemPage: ...


@pytest.fixture(scope="module")
def server() -> SimpleNamespace:
    """The address that the sources answer for."""
    return SimpleNamespace(url="http://127.0.0.1:9", runs=True)


@pytest.fixture
def shown(window: Window) -> Shown:
    """Windows are watched: a word of the browser's console is a fault."""

    def open_one(item: ItemVersion, draft: Json = None, **options: object) -> ItemPage:
        opened = ItemPage(window(**options), item)
        opened.open(draft)
        return opened

    return open_one
