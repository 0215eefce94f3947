"""Messages over HTTP: written by the invigilator, closed by the candidate."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import messages
from exam_server.domain.roles import Person, Role
from exam_server.web.access import RoleRoute, candidate_token
from exam_server.web.candidate import state_of
from exam_server.web.desk import answer, body_of, desk_of, text_in, whole_in

_ROOM = (Role.INVIGILATOR, Role.HEAD)


async def send(request: Request, person: Person) -> Response:
    """To one candidate."""
    text, run = text_in(await body_of(request), "text"), desk_of(request).store.run
    return answer({"number": await run(messages.send_message, person, request.path_params["id"], text)})


async def send_to_room(request: Request, person: Person) -> Response:
    """To the whole room."""
    text, run = text_in(await body_of(request), "text"), desk_of(request).store.run
    return answer({"number": await run(messages.send_to_room, person, request.path_params["id"], text)})


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
