"""The preview's routes: the list, one item as the candidate sees it, and what a tried response is worth."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exam_server.preview.shelf import Shelf, Wanted
from exam_server.web.guard import SECURITY_HEADERS
from exam_server.web.item_facts import author_facts, marked, shown
from exam_server.web.item_sheets import content_of, file_made, variant_asked
from exam_server.web.language import chosen_language, language
from exam_server.web.pages import STATIC, page_environment
from question_bank.framework import COMPETENCES, LEVELS
from question_bank.items import ItemType, ItemVersion, UnknownItem

_ZONE = ZoneInfo("Europe/Paris")


class Preview:
    """The handlers, over one bank."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._pages = page_environment(_ZONE)

    async def listing(self, request: Request) -> Response:
        """Every item, or those that the filters let through."""
        wanted = Wanted.from_query(request.query_params)
        lines = list(self._shelf.lines(wanted))
        return self._page(
            "console/author/preview_list.html",
            items=lines,
            all=len(self._shelf.items),
            version=self._shelf.version,
            wanted=wanted,
            query=_query(wanted),
            competences=COMPETENCES,
            levels=LEVELS,
            types=[kind.value for kind in ItemType],
        )

    async def item(self, request: Request) -> Response:
        """One variant of one item; `?alone` leaves out what only authors see."""
        item, number = self._asked(request)
        wanted = Wanted.from_query(request.query_params)
        self._shelf.lay_out(item.variant(number).files)
        before, after = self._shelf.neighbours(item, wanted)
        return self._page(
            "console/author/preview_item.html",
            item=shown(item, number),
            facts=author_facts(item, number),
            place=self._shelf.place(item),
            alone="alone" in request.query_params,
            before=before,
            after=after,
            query=_query(wanted),
            list_address="/",
            items_address="/items",
        )

    async def file(self, request: Request) -> Response:
        """A file of the item on the page."""
        return await file_made(self._shelf.file(request.path_params["id"]))

    async def mark(self, request: Request) -> Response:
        """What the server would think of this response."""
        item, number = self._asked(request)
        worth = marked(item, number, await content_of(request))
        return Response(orjson.dumps(worth), media_type="application/json")

    def _asked(self, request: Request) -> tuple[ItemVersion, int]:
        """The item of the path and the variant of the query; 404 for what is not there."""
        try:
            item = self._shelf.item(request.path_params["item_id"])
        except UnknownItem:
            raise HTTPException(404) from None
        return item, variant_asked(request)

    def _page(self, template: str, **context: object) -> Response:
        rendered = self._pages.get_template(template).render(
            person=None,
            lang=language.get(),
            **context,
        )
        return HTMLResponse(rendered)


def _query(wanted: Wanted) -> str:
    """The filters as they stand in an address."""
    return urlencode({name: value for name, value in vars(wanted).items() if value})


class _Dressed:
    """The same headers as the server's, so that what works here works there; and the reader's language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS, (b"cache-control", b"no-store")]
            await send(message)

        if scope["type"] == "http":
            language.set(chosen_language(Request(scope)))
        await self._app(scope, receive, dressed)


def preview_app(shelf: Shelf) -> Starlette:
    """The whole preview; it answers to this machine's own names alone, whatever page elsewhere asks."""
    preview = Preview(shelf)
    return Starlette(
        routes=[
            Route("/", preview.listing),
            Route("/items/{item_id}", preview.item),
            Route("/items/{item_id}/mark", preview.mark, methods=["POST"]),
            Route("/exam/files/{id}", preview.file),
            *(Mount(f"/static/{name}", StaticFiles(directory=folder)) for name, folder in STATIC.items()),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(_Dressed),
        ],
    )
