"""Acts on a selection of candidates, over HTTP: who was chosen, the page's number of the wish, one reason."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import selection
from exam_server.acts.attempts import Extension
from exam_server.acts.selection import Selection
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.domain.selection import checked_choice
from exam_server.web.access import Handler, RoleRoute
from exam_server.web.closing import reason_in
from exam_server.web.desk import answer, body_of, desk_of, request_in, text_in, whole_in

_LONGEST_IDENTIFIER = 64
_LONGEST_REASON = 200


async def pause(request: Request, person: Person) -> Response:
    """Stops their clocks."""
    body = await body_of(request)
    run, chosen = desk_of(request).store.run, _chosen(request, body)
    return answer(await run(selection.pause_selection, person, chosen, _why(body)))


async def resume(request: Request, person: Person) -> Response:
    """Lets their clocks run again."""
    run, chosen = desk_of(request).store.run, _chosen(request, await body_of(request))
    return answer(await run(selection.resume_selection, person, chosen))


async def extend(request: Request, person: Person) -> Response:
    """More time for each."""
    body = await body_of(request)
    minutes = whole_in(body, "minutes")
    if not 1 <= minutes <= 180:
        raise InvalidInput("bad_extension")
    extension = Extension(timedelta(minutes=minutes), _why(body))
    run, chosen = desk_of(request).store.run, _chosen(request, body)
    return answer(await run(selection.extend_selection, person, chosen, extension))


async def terminate(request: Request, person: Person) -> Response:
    """The end for each."""
    body = await body_of(request)
    given = reason_in(body.get("reason"))
    run, chosen = desk_of(request).store.run, _chosen(request, body)
    return answer(await run(selection.terminate_selection, person, chosen, given.code, given.note.strip()))


async def message(request: Request, person: Person) -> Response:
    """The same words to each."""
    body = await body_of(request)
    run, chosen = desk_of(request).store.run, _chosen(request, body)
    return answer(await run(selection.write_to_selection, person, chosen, text_in(body, "text")))


def _chosen(request: Request, body: Mapping[str, JSON]) -> Selection:
    """Raises InvalidInput where nobody was chosen, or what is no list of identifiers."""
    given = body.get("candidates")
    if not isinstance(given, list):
        raise InvalidInput("bad_field", field="candidates")
    names = [one for one in given if isinstance(one, str) and len(one) <= _LONGEST_IDENTIFIER]
    if len(names) != len(given):
        raise InvalidInput("bad_field", field="candidates")
    return Selection(str(request.path_params["id"]), checked_choice(names), request_in(body))


def _why(body: Mapping[str, JSON]) -> str:
    reason = text_in(body, "reason", _LONGEST_REASON)
    if not reason:
        raise InvalidInput("bad_reason")
    return reason


def _verb(name: str, handler: Handler) -> RoleRoute:
    roles = (Role.INVIGILATOR, Role.HEAD)
    return RoleRoute(f"/sessions/{{id}}/selection/{name}", handler, roles=roles, method="POST")


routes = [
    _verb("pause", pause),
    _verb("resume", resume),
    _verb("extend", extend),
    _verb("terminate", terminate),
    _verb("message", message),
]
