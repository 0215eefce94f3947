"""An item on a page of its own: tried as a candidate tries it, with what only authors see below."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.roles import Person
from exam_server.web.desk import answer, page
from exam_server.web.item_facts import author_facts, marked, shown
from exam_server.web.item_files import attachment
from question_bank.files import FileSpec
from question_bank.items import ItemVersion
from question_bank.variants import VARIANTS


@dataclass(frozen=True)
class Shelved:
    """The items that lie side by side, under one address: `place` is where in its file each stands."""

    address: str
    items: tuple[ItemVersion, ...]
    places: Mapping[str, str]

    def item(self, item_id: str) -> ItemVersion:
        """Raises HTTPException with 404 for what is not there."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise HTTPException(404)


def variant_asked(request: Request) -> int:
    """The variant of the query, the first one where none is named; 404 for what is no variant."""
    number = request.query_params.get("variant", "0")
    if not number.isdecimal() or not number.isascii() or len(number) > 4 or int(number) >= VARIANTS:
        raise HTTPException(404)
    return int(number)


async def sheet(request: Request, person: Person, shelved: Shelved) -> Response:
    """One variant of an item."""
    item, number = shelved.item(request.path_params["item"]), variant_asked(request)
    ids = [each.id for each in shelved.items]
    at = ids.index(item.id)
    files_at = f"{shelved.address}/items/{item.id}/variants/{number}/files"
    return page(
        request,
        "console/author/preview_item.html",
        person,
        item=shown(item, number, files_at),
        facts=author_facts(item, number),
        place=shelved.places[item.id],
        alone=False,
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
        query="",
        list_address=shelved.address,
        items_address=f"{shelved.address}/items",
    )


async def mark(request: Request, shelved: Shelved) -> Response:
    """What the server would think of this response."""
    item, number = shelved.item(request.path_params["item"]), variant_asked(request)
    return answer(marked(item, number, await content_of(request)))


async def content_of(request: Request) -> object:
    """The response that an author tries; 400 for what is no JSON."""
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise HTTPException(400) from None


async def file(request: Request, shelved: Shelved) -> Response:
    """A file of one variant."""
    item = shelved.item(request.path_params["item"])
    number = int(request.path_params["number"])
    if number >= VARIANTS:
        raise HTTPException(404)
    found = [each for each in item.variant(number).files if each.id == request.path_params["file"]]
    return await file_made(found[0] if found else None)


async def file_made(found: FileSpec | None) -> Response:
    """A file as a download; 404 for none."""
    if found is None:
        raise HTTPException(404)
    return attachment(found, await run_in_threadpool(found.generate))
