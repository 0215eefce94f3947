"""Every route of the server, page by page of the house."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from exam_server.web import (
    accessibility,
    accommodations,
    account,
    author,
    candidate,
    candidate_result,
    certificates,
    closing,
    decisions,
    duty,
    fraud,
    head,
    help_calls,
    incidents,
    invigilator,
    item_files,
    language_choice,
    livret,
    livret_api,
    lsu,
    messages,
    offline_page,
    papers,
    practice,
    proposals,
    publishing,
    rehearsal,
    rehearsing,
    responding,
    result_exports,
    results,
    rulings,
    school_results,
    sealing,
    selection,
    sessions,
    shell,
    site_map,
    skills,
    sockets,
    staff,
    timeline,
    timeline_exports,
    verifying,
)
from exam_server.web.pages import STATIC

_OF_CANDIDATES = (candidate, shell, practice, item_files)
_OF_THE_OFFICE = (
    staff,
    account,
    site_map,
    accessibility,
    head,
    sessions,
    closing,
    rulings,
    publishing,
    certificates,
    verifying,
    offline_page,
    sealing,
    invigilator,
    duty,
    fraud,
    help_calls,
    messages,
    selection,
    incidents,
    rehearsal,
    rehearsing,
    accommodations,
    decisions,
    author,
    skills,
    proposals,
    papers,
    timeline,
    timeline_exports,
    results,
    candidate_result,
    school_results,
    result_exports,
    livret,
    livret_api,
    lsu,
    language_choice,
    sockets,
)


def all_routes() -> list[BaseRoute]:
    """Every route of the server."""
    return [
        *(route for room in _OF_CANDIDATES for route in room.routes),
        Route(responding.PATH, responding.respond, methods=["POST"]),
        *(route for room in _OF_THE_OFFICE for route in room.routes),
        Route("/healthz", _health),
        *(Mount(f"/static/{name}", StaticFiles(directory=folder)) for name, folder in STATIC.items()),
    ]


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")
