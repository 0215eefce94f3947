"""The author's preview: every item by its filters, every variant, and what a tried response is worth."""

import asyncio
from typing import Any

import httpx
import pytest

from exam_server.commands.bank.check import SHIPPED
from exam_server.preview.app import preview_app
from exam_server.preview.shelf import KINDS, Shelf, Wanted
from question_bank.item_types.table import right_content
from question_bank.items import ItemType
from question_bank.loading import LoadedBank, load_items


@pytest.fixture(scope="module")
def loaded() -> LoadedBank:
    return load_items(SHIPPED / "1.1")


class Browser:
    """Asks the preview as a browser on this machine would."""

    def __init__(self, loaded: LoadedBank) -> None:
        self._transport = httpx.ASGITransport(app=preview_app(Shelf(loaded)))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, **options))

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1:8100") as client:
            return await client.request(method, path, **options)


@pytest.fixture(scope="module")
def page(loaded: LoadedBank) -> Browser:
    return Browser(loaded)


def test_the_list_names_every_item(page: Browser, loaded: LoadedBank) -> None:
    said = page.get("/").text
    assert all(f"/items/{item.id}" in said for item in loaded.bank.items)


@pytest.mark.parametrize(
    "query", ["competence=1.1&level=3", "type=short_text", *(f"kind={kind}" for kind in KINDS)]
)
def test_the_filters_let_through_what_they_name(page: Browser, loaded: LoadedBank, query: str) -> None:
    wanted = Wanted.from_query(dict(pair.split("=") for pair in query.split("&")))
    inside = [item.id for item in loaded.bank.items if wanted.lets(item)]
    outside = [item.id for item in loaded.bank.items if not wanted.lets(item)]
    said = page.get(f"/?{query}").text
    assert all(f"/items/{item}?" in said for item in inside)
    assert not any(f"/items/{item}?" in said for item in outside)


def test_filters_that_nothing_matches_say_what_to_do(page: Browser) -> None:
    assert "Élargissez les filtres" in page.get("/?competence=5.2", headers={"accept-language": "fr"}).text


def test_unknown_filters_are_no_filters(page: Browser, loaded: LoadedBank) -> None:
    said = page.get("/?competence=<script>&level=99&type=x&kind=y").text
    assert "<script>" not in said.replace('<script type="', "")
    assert f"/items/{loaded.bank.items[-1].id}" in said


def test_every_item_has_a_page_with_its_key_and_its_reason(page: Browser, loaded: LoadedBank) -> None:
    for item in loaded.bank.items:
        said = page.get(f"/items/{item.id}?variant={3 if item.variants else 0}")
        assert said.status_code == 200, item.id
        assert item.id in said.text


def test_alone_an_item_shows_nothing_that_only_authors_may_see(page: Browser, loaded: LoadedBank) -> None:
    for item in loaded.bank.items:
        variant = item.variant(0)
        said = page.get(f"/items/{item.id}?alone").text
        assert variant.rationale.split(".")[0] not in said, item.id
        assert "Réponse juste" not in said


def test_a_tried_response_is_marked_by_the_variant_on_the_screen(page: Browser, loaded: LoadedBank) -> None:
    for item in loaded.bank.items:
        number = 5 if item.variants else 0
        address = f"/items/{item.id}/mark?variant={number}"
        right = right_content(item.variant(number), number)
        assert page.post(address, json=right).json() == {"correct": True}, item.id
        assert page.post(address, json={"skip": True}).json() == {"correct": False}
        assert "problem" in page.post(address, json={"nothing": 1}).json()


@pytest.mark.parametrize(
    "path", ["/items/nothing", "/items/{}?variant=1000", "/items/{}?variant=-1", "/items/{}?variant=x"]
)
def test_what_is_not_there_is_not_found(page: Browser, loaded: LoadedBank, path: str) -> None:
    assert page.get(path.format(loaded.bank.items[0].id)).status_code == 404


def test_only_this_machine_s_names_are_answered_and_pages_run_no_foreign_script(page: Browser) -> None:
    assert page.get("/", headers={"host": "rebound.example"}).status_code == 400
    assert "script-src 'self'" in page.get("/").headers["content-security-policy"]


def test_the_shelf_knows_the_types_that_it_offers(page: Browser) -> None:
    said = page.get("/").text
    assert all(f'value="{kind.value}"' in said for kind in ItemType)
