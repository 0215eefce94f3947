"""Ending a test by two persons, over HTTP: requested, confirmed, withdrawn."""

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import fraud
from exam_server.domain.roles import ROOM_STAFF, Person
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, text_in, whole_in

_LONGEST_REASON = 200


async def ask(request: Request, person: Person) -> Response:
    """Somebody of the room asks for it."""
    note, run = text_in(await body_of(request), "note"), desk_of(request).store.run
    return answer({"number": await run(fraud.request_fraud, person, request.path_params["id"], note)})


async def confirm(request: Request, person: Person) -> Response:
    """A second person agrees: the test is over."""
    number, run = whole_in(await body_of(request), "request"), desk_of(request).store.run
    return answer({"number": await run(fraud.confirm_fraud, person, request.path_params["id"], number)})


async def withdraw(request: Request, person: Person) -> Response:
    """Taken back, or put aside: the test goes on."""
    body, run = await body_of(request), desk_of(request).store.run
    reason = text_in(body, "reason", _LONGEST_REASON) if "reason" in body else ""
    number = whole_in(body, "request")
    done = await run(fraud.withdraw_fraud, person, request.path_params["id"], number, reason)
    return answer({"number": done})


routes = [
    RoleRoute("/attempts/{id}/fraud", ask, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/attempts/{id}/fraud/confirm", confirm, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/attempts/{id}/fraud/withdraw", withdraw, roles=ROOM_STAFF, method="POST"),
]
