"""Who invigilates and who watches the room now, over HTTP."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import duty
from exam_server.domain.json import JSON
from exam_server.domain.roles import ROOM_STAFF, Person, Role
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, text_in

_LONGEST_REASON = 200
_LONGEST_ID = 40


async def add(request: Request, person: Person) -> Response:
    """One more invigilator for an open session."""
    session_id, account = (
        request.path_params["id"],
        text_in(await body_of(request), "invigilator", _LONGEST_ID),
    )
    number = await desk_of(request).store.run(duty.add_invigilator, person, session_id, account)
    return answer({"number": number, "next": f"/sessions/{session_id}"})


async def come(request: Request, person: Person) -> Response:
    """Watches the room from now on."""
    number = await desk_of(request).store.run(duty.come_on_duty, person, request.path_params["id"])
    return answer({"number": number})


async def leave(request: Request, person: Person) -> Response:
    """No longer watches the room."""
    run, reason = desk_of(request).store.run, _reason(await body_of(request))
    return answer({"number": await run(duty.leave_duty, person, request.path_params["id"], reason)})


async def take_over(request: Request, person: Person) -> Response:
    """Takes a colleague's place."""
    body, run = await body_of(request), desk_of(request).store.run
    colleague, reason = text_in(body, "from", _LONGEST_ID), _reason(body)
    number = await run(duty.take_over, person, request.path_params["id"], colleague, reason)
    return answer({"number": number})


async def hand_over(request: Request, person: Person) -> Response:
    """Gives the place to a colleague."""
    body, run = await body_of(request), desk_of(request).store.run
    colleague, reason = text_in(body, "to", _LONGEST_ID), _reason(body)
    number = await run(duty.hand_over, person, request.path_params["id"], colleague, reason)
    return answer({"number": number})


def _reason(body: Mapping[str, JSON]) -> str:
    """A few words, or none: why somebody goes for a moment is often nobody's business."""
    return text_in(body, "reason", _LONGEST_REASON) if "reason" in body else ""


routes = [
    RoleRoute("/sessions/{id}/invigilators", add, roles=(Role.HEAD,), method="POST"),
    RoleRoute("/sessions/{id}/duty/come", come, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/sessions/{id}/duty/leave", leave, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/sessions/{id}/duty/take-over", take_over, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/sessions/{id}/duty/hand-over", hand_over, roles=ROOM_STAFF, method="POST"),
]
