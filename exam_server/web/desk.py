"""What every route works with: the store, the hub, the pages; and how bodies are read and answers written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import orjson
from jinja2 import Environment
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.live.hub import Hub
from exam_server.live.presence import Attendance
from exam_server.settings import Settings
from exam_server.signing.keys import KeyStore
from exam_server.storage.store import Store
from exam_server.web.house_bank import HouseBank
from exam_server.web.language import language, other_language
from exam_server.web.shelf import FileShelf

LARGEST_JSON = 256 * 1024
LONGEST_REQUEST = 64


@dataclass(frozen=True)
class Desk:
    """Everything that a route may use."""

    settings: Settings
    store: Store
    hub: Hub
    attendance: Attendance
    pages: Environment
    keys: KeyStore
    bank: HouseBank
    shelf: FileShelf = field(default_factory=FileShelf)


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk of the application that serves this connection."""
    return cast("Desk", connection.app.state.desk)


async def body_of(request: Request) -> Mapping[str, JSON]:
    """The request's JSON object; raises InvalidInput for anything else."""
    octets = await request.body()
    try:
        parsed = orjson.loads(octets) if octets else {}
    except orjson.JSONDecodeError:
        raise InvalidInput("not_json") from None
    if not isinstance(parsed, dict) or (b"\\u0000" in octets and _has_nul(parsed)):
        raise InvalidInput("not_json")
    return parsed


def _has_nul(value: JSON) -> bool:
    """True where a text has a NUL in it: PostgreSQL cannot keep it."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_has_nul(name) or _has_nul(inner) for name, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)


def text_in(body: Mapping[str, JSON], name: str, most: int = 500) -> str:
    """A text field; raises InvalidInput where it is missing, of another type or too long."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise InvalidInput("bad_field", field=name)
    return value.strip()


def whole_in(body: Mapping[str, JSON], name: str) -> int:
    """A whole-number field; raises InvalidInput."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**53) < value < 2**53:
        raise InvalidInput("bad_field", field=name)
    return value


def request_in(body: Mapping[str, JSON]) -> str:
    """The asking page's own number of a wish; raises InvalidInput for none, or for a long one."""
    request = text_in(body, "request", LONGEST_REQUEST)
    if not request:
        raise InvalidInput("bad_field", field="request")
    return request


def answer(content: object, status: int = 200) -> Response:
    """A JSON answer; dataclasses are written as objects."""
    return Response(orjson.dumps(content), status, media_type="application/json")


def page(
    request: Request, template: str, person: Person | None = None, status: int = 200, **context: object
) -> Response:
    """A page in the reader's language."""
    rendered = (
        desk_of(request)
        .pages.get_template(template)
        .render(
            person=person,
            lang=language.get(),
            other_language=other_language(request),
            path=request.url.path,
            **context,
        )
    )
    return HTMLResponse(rendered, status)


def go(path: str) -> Response:
    """To another page."""
    return RedirectResponse(path, 303)
