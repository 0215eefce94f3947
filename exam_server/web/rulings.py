"""The head's rulings on candidates, over HTTP: shown before they are taken, by a second person, reversed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import rulings
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import ROOM_STAFF, Person, Role
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.storage.transaction import Transaction
from exam_server.web.access import RoleRoute
from exam_server.web.closing import day_of
from exam_server.web.desk import answer, body_of, desk_of, page, text_in, whole_in
from exam_server.web.language import _
from exam_server.web.publishing import reason_said
from exam_server.web.ruling_view import report_label, rulings_view, told
from exam_server.web.ruling_words import RULINGS, STATES, WHAT_IT_DOES

_LONGEST_ID = 40
_LONGEST_TEXT = 2000
_NOT_SAID_YET = "…"
"""The effect is looked at before the reason is written."""


async def rulings_page(request: Request, person: Person) -> Response:
    """What was ruled, what waits for a second person, and a form for the next one."""
    desk, asked = desk_of(request), request.query_params
    view = await desk.store.read(
        rulings_view, person, request.path_params["id"], asked.get("candidate"), asked.get("incident")
    )
    return page(
        request,
        "console/head/rulings.html",
        person,
        view=view,
        session=view.session,
        is_head=Role.HEAD in person.roles,
        kinds=[
            {"code": str(kind), "label": _(RULINGS[kind]), "does": _(WHAT_IT_DOES[kind])}
            for kind in RulingKind
        ],
        kind_words={str(kind): _(words) for kind, words in RULINGS.items()},
        states={str(state): _(words) for state, words in STATES.items()},
        report_label=report_label,
        day_of=partial(day_of, zone=desk.store.house.zone),
    )


async def effect(request: Request, person: Person) -> Response:
    """What a ruling would change; nothing is done."""
    wanted = _wanted(await body_of(request))
    wanted = replace(wanted, reason=wanted.reason or _NOT_SAID_YET)
    found = await desk_of(request).store.read(rulings.effect_of, person, request.path_params["id"], wanted)
    return answer(told(found))


async def effect_of_reversal(request: Request, person: Person) -> Response:
    """What it would change to reverse a ruling; nothing is done."""
    number, session_id = whole_in(await body_of(request), "ruling"), request.path_params["id"]
    found = await desk_of(request).store.read(rulings.effect_of_reversal, person, session_id, number)
    return answer(told(found))


async def take(request: Request, person: Person) -> Response:
    """Takes a ruling, or proposes one that takes two."""
    wanted, session_id = _wanted(await body_of(request)), request.path_params["id"]
    number = await desk_of(request).store.run(rulings.take_ruling, person, session_id, wanted)
    return answer({"number": number, "next": f"/sessions/{session_id}/rulings"})


async def confirm(request: Request, person: Person) -> Response:
    """A second person takes what was proposed."""
    ruling, session_id = whole_in(await body_of(request), "ruling"), request.path_params["id"]
    number = await desk_of(request).store.run(rulings.confirm_ruling, person, session_id, ruling)
    return answer({"number": number})


async def drop(request: Request, person: Person) -> Response:
    """What was proposed is put aside, with the reason."""
    return await _ended(request, rulings.drop_ruling, person)


async def reverse(request: Request, person: Person) -> Response:
    """A ruling no longer counts, with the reason."""
    return await _ended(request, rulings.reverse_ruling, person)


async def _ended(
    request: Request, act: Callable[[Transaction, Person, str, int, str], int], person: Person
) -> Response:
    ruling, reason = whole_in(await body_of(request), "ruling"), await reason_said(request)
    number = await desk_of(request).store.run(act, person, request.path_params["id"], ruling, reason)
    return answer({"number": number})


def _wanted(body: Mapping[str, JSON]) -> Wanted:
    """A ruling as a form holds it; raises InvalidInput, naming the field."""
    try:
        kind = RulingKind(str(body.get("kind", "")))
    except ValueError:
        raise InvalidInput("invalid_ruling", problems=[("kind", "ruling_kind_missing")]) from None
    return Wanted(
        candidate=text_in(body, "candidate", _LONGEST_ID),
        kind=kind,
        reason=text_in(body, "reason", _LONGEST_TEXT) if body.get("reason") else "",
        positions=_positions(body.get("positions", [])),
        incident=(text_in(body, "incident", _LONGEST_ID) or None) if body.get("incident") else None,
    )


def _positions(value: JSON) -> tuple[int, ...]:
    """Whole numbers, also as the texts of ticked boxes; each counts once."""
    if not isinstance(value, list):
        raise InvalidInput("invalid_ruling", problems=[("positions", "positions_not_answered")])
    found = set()
    for one in value:
        text = str(one)
        if isinstance(one, bool) or not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise InvalidInput("invalid_ruling", problems=[("positions", "positions_not_answered")])
        found.add(int(text))
    return tuple(sorted(found))


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/{id}/rulings", rulings_page, roles=ROOM_STAFF),
    RoleRoute("/sessions/{id}/rulings", take, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/rulings/effect", effect, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/rulings/confirm", confirm, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/sessions/{id}/rulings/drop", drop, roles=ROOM_STAFF, method="POST"),
    RoleRoute("/sessions/{id}/rulings/reverse", reverse, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/rulings/reverse/effect", effect_of_reversal, roles=_HEAD, method="POST"),
]
