"""Help calls over HTTP: the candidate calls and withdraws, the invigilator answers."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import help_calls, replacing
from exam_server.acts.attempts import Extension
from exam_server.domain.errors import InvalidInput
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.roles import Person, Role
from exam_server.web.access import Handler, RoleRoute, candidate_token
from exam_server.web.candidate import state_of
from exam_server.web.desk import answer, body_of, desk_of, text_in, whole_in

_LONGEST_REASON = 200


async def call(request: Request) -> Response:
    """The candidate asks for the invigilator."""
    text = text_in(await body_of(request), "kind", 40)
    try:
        kind = HelpCallKind(text)
    except ValueError:
        raise InvalidInput("bad_field", field="kind") from None
    await desk_of(request).store.run(help_calls.call_for_help, candidate_token(request), kind)
    return answer(await state_of(request))


async def withdraw(request: Request) -> Response:
    """The candidate takes the call back."""
    number = whole_in(await body_of(request), "call")
    await desk_of(request).store.run(help_calls.withdraw_call, candidate_token(request), number)
    return answer(await state_of(request))


async def come(request: Request, person: Person) -> Response:
    """The invigilator is coming."""
    number = whole_in(await body_of(request), "call")
    run = desk_of(request).store.run
    return answer({"number": await run(help_calls.answer_call, person, _id(request), number)})


async def dismiss(request: Request, person: Person) -> Response:
    """The call is over, with nothing more to do."""
    number = whole_in(await body_of(request), "call")
    run = desk_of(request).store.run
    return answer({"number": await run(help_calls.dismiss_call, person, _id(request), number)})


async def give_time(request: Request, person: Person) -> Response:
    """The call is over, with more time."""
    body = await body_of(request)
    minutes = whole_in(body, "minutes")
    if not 1 <= minutes <= 180:
        raise InvalidInput("bad_extension")
    length = Extension(timedelta(minutes=minutes), _why(text_in(body, "reason", _LONGEST_REASON)))
    run, number = desk_of(request).store.run, whole_in(body, "call")
    return answer({"number": await run(help_calls.give_time_back, person, _id(request), number, length)})


async def replace_item(request: Request, person: Person) -> Response:
    """The call is over, with another item."""
    body = await body_of(request)
    reason, number = _why(text_in(body, "reason", _LONGEST_REASON)), whole_in(body, "call")
    run = desk_of(request).store.run
    return answer({"number": await run(replacing.replace_item, person, _id(request), number, reason)})


def _why(reason: str) -> str:
    if not reason:
        raise InvalidInput("bad_reason")
    return reason


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _verb(path: str, handler: Handler) -> RoleRoute:
    return RoleRoute(path, handler, roles=(Role.INVIGILATOR, Role.HEAD), method="POST")


routes = [
    Route("/exam/help", call, methods=["POST"]),
    Route("/exam/help/withdraw", withdraw, methods=["POST"]),
    _verb("/attempts/{id}/help/come", come),
    _verb("/attempts/{id}/help/dismiss", dismiss),
    _verb("/attempts/{id}/help/time", give_time),
    _verb("/attempts/{id}/help/item", replace_item),
]
