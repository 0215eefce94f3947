"""Items of every type on the candidate's page: axe-core finds nothing, nothing is wider than the window."""

import threading
import time
from collections.abc import Iterator
from functools import cache

import pytest
import uvicorn
from playwright.sync_api import Browser, ViewportSize

from exam_server.commands.bank.check import SHIPPED
from exam_server.preview.app import preview_app
from exam_server.preview.shelf import Shelf
from question_bank.item_types.table import ItemType
from question_bank.items import ItemVersion
from question_bank.loading import LoadedBank, load_items
from tests.browser.accessibility import violations
from tests.browser.comfort_panel import SIZES, out_of_sight
from tests.browser.conftest import LAPTOP, ZOOMED
from tests.browser.server import free_port

OF_EACH = 3
SET = "settings => Object.assign(document.documentElement.dataset, settings)"
STYLES = ("/static/client/css/themes.css", "/static/client/css/comfort.css")


@cache
def loaded() -> LoadedBank:
    """The shipped bank, from its files."""
    return load_items(SHIPPED)


def some_of(kind: ItemType) -> list[ItemVersion]:
    """A few items of a type, from all over the bank."""
    items = [item for item in loaded().bank.items if item.type is kind]
    step = max(1, len(items) // OF_EACH)
    return items[::step][:OF_EACH]


@pytest.fixture(scope="module")
def preview() -> Iterator[str]:
    """The author's preview of the shipped bank, in a thread."""
    port = free_port()
    app = preview_app(Shelf(loaded()))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("size", [LAPTOP, ZOOMED], ids=["laptop", "zoomed"])
@pytest.mark.parametrize("kind", list(ItemType))
def test_items_of_this_type_are_accessible_and_fit(
    browser: Browser, preview: str, kind: ItemType, size: ViewportSize
) -> None:
    page = browser.new_page(viewport=size, locale="fr-FR")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for item in some_of(kind):
        page.goto(f"{preview}/items/{item.id}?alone&variant={7 if item.variants else 0}")
        page.wait_for_function("document.documentElement.dataset.ready !== undefined")
        assert violations(page) == [], item.id
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, item.id
    assert faults == []
    page.close()


@pytest.mark.parametrize("kind", list(ItemType))
def test_items_of_this_type_hold_in_every_theme_and_at_the_largest_text(
    browser: Browser, preview: str, kind: ItemType
) -> None:
    """As the comfort settings make them: dark, in strong contrast, twice as large and widely spaced."""
    page = browser.new_page(viewport=LAPTOP, locale="fr-FR")
    found = []
    for item in some_of(kind)[:1]:
        page.goto(f"{preview}/items/{item.id}?alone")
        page.wait_for_function("document.documentElement.dataset.ready !== undefined")
        for styles in STYLES:
            page.add_style_tag(url=styles)
        for theme in ("dark", "contrast"):
            page.evaluate(SET, {"theme": theme})
            found += [f"{item.id}, {theme}: {fault}" for fault in violations(page)]
        page.evaluate(SET, {"text": "200", "spacing": "widest", "theme": "light"})
        for name, (width, height) in {"laptop": (1366, 768), **SIZES}.items():
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{item.id}, {name}: {fault}" for fault in out_of_sight(page)]
        page.set_viewport_size(LAPTOP)
    page.close()
    assert found == [], "\n".join(found)


def test_every_type_has_items_in_the_shipped_bank() -> None:
    assert [kind for kind in ItemType if not some_of(kind)] == []
