"""Messages over HTTP: written by the invigilator, closed by the candidate."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import messages
from exam_server.domain.roles import Person, Role
from exam_server.storage.transaction import Transaction
from exam_server.web.access import RoleRoute, candidate_token
from exam_server.web.candidate import state_of
from exam_server.web.desk import answer, body_of, desk_of, request_in, text_in, whole_in

Send = Callable[[Transaction, Person, str, str, str | None], int]
_ROOM = (Role.INVIGILATOR, Role.HEAD)


async def send(request: Request, person: Person) -> Response:
    """To one candidate."""
    return await _send(messages.send_message, request, person)


async def send_to_room(request: Request, person: Person) -> Response:
    """To the whole room."""
    return await _send(messages.send_to_room, request, person)


async def _send(act: Send, request: Request, person: Person) -> Response:
    body = await body_of(request)
    text, wish = text_in(body, "text"), request_in(body) if "request" in body else None
    number = await desk_of(request).store.run(act, person, request.path_params["id"], text, wish)
    return answer({"number": number})


async def read(request: Request) -> Response:
    """The candidate has closed one."""
    number = whole_in(await body_of(request), "message")
    await desk_of(request).store.run(messages.read_message, candidate_token(request), number)
    return answer(await state_of(request))


routes = [
    RoleRoute("/attempts/{id}/message", send, roles=_ROOM, method="POST"),
    RoleRoute("/sessions/{id}/message", send_to_room, roles=_ROOM, method="POST"),
    Route("/exam/messages/read", read, methods=["POST"]),
]
