"""The one table from refusals to statuses and sentences, and the one shape of an error."""

import logging
import traceback
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.errors import (
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
    SignedOut,
    StalePosition,
    Stopped,
    TooLate,
    TooManyTries,
)
from exam_server.domain.json import JSON
from exam_server.web import desk
from exam_server.web.language import _
from exam_server.web.pages import time_hm
from exam_server.web.sentences import FIELD_SENTENCES, SENTENCES

log = logging.getLogger(__name__)

CONFLICT = 409
STATUS: Mapping[type[Refusal], int] = MappingProxyType(
    {
        NotFound: 404,
        Forbidden: 403,
        NotAllowed: CONFLICT,
        IllegalTransition: CONFLICT,
        InvalidInput: 422,
        TooLate: CONFLICT,
        Stopped: CONFLICT,
        StalePosition: CONFLICT,
        SignedOut: 401,
        TooManyTries: 429,
    }
)


def said(code: str, facts: Mapping[str, object] | None = None) -> tuple[str, str | None]:
    """The sentence and the remedy of a code, in the reader's language."""
    message, remedy = SENTENCES.get(code, SENTENCES["refused"])
    filled = facts or {}
    return _(message).format_map(_Blanks(filled)), _(remedy).format_map(_Blanks(filled)) if remedy else None


class _Blanks(dict[str, object]):
    """A fact that a sentence names and nobody gave leaves an ellipsis, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def error_json(code: str, facts: Mapping[str, object] | None = None) -> dict[str, JSON]:
    """The one shape: {"error": {code, message, remedy, …}}."""
    message, remedy = said(code, facts)
    error: dict[str, JSON] = {"code": code, "message": message, "remedy": remedy}
    for name, value in (facts or {}).items():
        if name == "problems" and isinstance(value, list):
            error["problems"] = [_field_problem(field, why) for field, why in value]
        elif isinstance(value, int | str | list | dict):
            error[name] = value
    return {"error": error}


def _field_problem(field: str, why: str) -> dict[str, JSON]:
    problem, remedy = FIELD_SENTENCES[why]
    return {"field": field, "problem": _(problem), "remedy": _(remedy)}


def refuse_plainly(code: str, status: int) -> Response:
    """An error without a page around it."""
    return desk.answer(error_json(code), status)


async def on_refusal(request: Request, error: Exception) -> Response:
    """A rule said no."""
    if not isinstance(error, Refusal):
        raise error
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if status == CONFLICT:
        note_refusal(request, error.code)
    if isinstance(error, SignedOut) and _wants_page(request):
        return desk.go("/staff" if not request.url.path.startswith("/exam") else "/")
    zone = desk.desk_of(request).store.house.zone
    written = {n: time_hm(v, zone) if isinstance(v, datetime) else v for n, v in error.facts.items()}
    return _respond(request, error.code, status, written)


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such address, or another method than the address takes."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "no_such_page", 405: "no_such_method"}.get(status, "refused")
    response = _respond(request, code, status, {})
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def on_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has its place, the person gets no details."""
    log.error("fault in a %s: %s", request.method, place_of(error))
    return _respond(request, "fault", 500, {})


def note_refusal(request: Request, code: str) -> None:
    """What the state did not allow leaves one line here and nothing else: no names, no identifiers."""
    path = request.url.path
    for name, value in request.path_params.items():
        path = path.replace(str(value), f"{{{name}}}")
    log.info("not as things stand: %s %s: %s", request.method, path, code)


def place_of(error: BaseException) -> str:
    """The kind and the place of a fault, never its text: a database's quotes rows, and rows are people."""
    kinds = type(error).__name__
    cause = error.__cause__ or error.__context__
    if cause is not None:
        kinds += f" from {type(cause).__name__}"
    lines = [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    return "\n".join((kinds, *lines))


def _respond(request: Request, code: str, status: int, facts: Mapping[str, object]) -> Response:
    if not _wants_page(request):
        return desk.answer(error_json(code, facts), status)
    message, remedy = said(code, facts)
    title = _("Cette page n’existe pas") if status == 404 else _("Cela n’a pas pu se faire")
    home = "/" if request.url.path == "/" or request.url.path.startswith("/exam") else "/staff"
    return desk.page(
        request, "console/error.html", None, status, title=title, message=message, remedy=remedy, home=home
    )


def _wants_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")
