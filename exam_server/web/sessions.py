"""The head of school's pages of one session: plan, change, register, print, export."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import sessions
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.access_cards import card_code, written
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import ROOM_STAFF, Person, Role, roles_of
from exam_server.domain.sessions import FINALISED, OVER, TRANSITIONS, SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage import queries
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import Desk, answer, body_of, desk_of, page, text_in
from exam_server.web.language import _
from exam_server.web.results import bundle, results_page
from exam_server.web.sentences import REFUSED_PUPIL


async def new_page(request: Request, person: Person) -> Response:
    """The form of a new session."""
    desk = desk_of(request)
    invigilators = await desk.store.read(_invigilators, person)
    today = _today(desk)
    planned = sessions.Plan("", today, time(9), 5, 6, ())
    return page(
        request,
        "console/head/session_new.html",
        person,
        plan=planned,
        invigilators=invigilators,
        today=today,
    )


async def plan(request: Request, person: Person) -> Response:
    """Creates a session."""
    wanted = _plan_in(await body_of(request))
    session_id = await desk_of(request).store.run(sessions.plan_session, person, wanted)
    return answer({"next": f"/sessions/{session_id}"})


async def change_page(request: Request, person: Person) -> Response:
    """The plan of a session that has not opened, to change."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> dict[str, Any]:
        session = session_of_centre(reading, person, session_id)
        move(TRANSITIONS, SessionState(session.state), SessionAction.CHANGE)
        return {
            "session": queries.session_rows(reading, person.centre_id, session_id=session_id)[0],
            "plan": sessions.plan_of(reading, session),
            "invigilators": _invigilators(reading, person),
        }

    context = await desk.store.read(look)
    return page(request, "console/head/session_change.html", person, today=_today(desk), **context)


async def change(request: Request, person: Person) -> Response:
    """Changes the plan."""
    wanted = _plan_in(await body_of(request))
    session_id = request.path_params["id"]
    number = await desk_of(request).store.run(sessions.change_plan, person, session_id, wanted)
    return answer({"number": number, "next": f"/sessions/{session_id}"})


async def cancel(request: Request, person: Person) -> Response:
    """Cancels the session."""
    session_id = request.path_params["id"]
    number = await desk_of(request).store.run(sessions.cancel_session, person, session_id)
    return answer({"number": number, "next": f"/sessions/{session_id}"})


def _invigilators(reading: Reading, person: Person) -> list[dict[str, object]]:
    """Who may be chosen to invigilate, the head's office last: it does so where nobody else can."""
    fit = [one for one in queries.staff_of(reading, person.centre_id) if ROOM_STAFF & roles_of(one.roles)]
    listed: list[dict[str, object]] = [
        {"id": one.id, "name": one.name, "is_office": Role.INVIGILATOR not in roles_of(one.roles)}
        for one in fit
    ]
    return sorted(listed, key=lambda one: bool(one["is_office"]))


def _today(desk: Desk) -> date:
    return desk.store.clock().astimezone(desk.store.house.zone).date()


def _plan_in(body: Mapping[str, JSON]) -> sessions.Plan:
    """The plan that a form holds; raises InvalidInput, naming the field."""
    chosen = body.get("invigilators")
    if isinstance(chosen, str):
        chosen = [chosen]
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        raise InvalidInput("invalid_session", problems=[("invigilators", "invigilator_required")])
    return sessions.Plan(
        room=text_in(body, "room", 80),
        day=_day(text_in(body, "date", 10)),
        at=_time(text_in(body, "time", 8)),
        rows=_small(body.get("rows"), "rows"),
        columns=_small(body.get("columns"), "columns"),
        invigilators=tuple(str(one) for one in chosen),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("invalid_session", problems=[("date", "date_invalid")]) from None


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise InvalidInput("invalid_session", problems=[("time", "time_invalid")]) from None
    return found.replace(tzinfo=None)


def _small(value: JSON, name: str) -> int:
    """A whole number, also as the text of a form field."""
    try:
        return int(str(value))
    except ValueError:
        raise InvalidInput("invalid_session", problems=[(name, f"{name}_out_of_range")]) from None


async def session_page(request: Request, person: Person) -> Response:
    """One session, as a list of what is to be done."""
    session_id = request.path_params["id"]

    def look(reading: Reading) -> dict[str, Any]:
        session_of_centre(reading, person, session_id)
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        rows, assigned = (
            queries.candidate_rows(reading, session_id),
            queries.invigilators_of(reading, session_id),
        )
        known = {one.id for one in assigned}
        return {
            "session": session_json(row)
            | {
                "invigilators": [{"name": one.name} for one in assigned],
                "steps": _steps(row),
            },
            "candidates": rows,
            "addable": [one for one in _invigilators(reading, person) if one["id"] not in known],
            "classes": queries.class_rows(reading, person.centre_id, session_id),
        }

    context = await desk_of(request).store.read(look)
    return page(request, "console/head/session.html", person, **context)


def session_json(row: queries.SessionRow) -> dict[str, object]:
    """A session row as templates take it."""
    return asdict(row)


def _steps(row: queries.SessionRow) -> dict[str, object]:
    return {
        "registered": row.registered,
        "opened": row.opened_at is not None,
        "closed": row.state in OVER,
        "finalised": row.state in FINALISED,
    }


async def register(request: Request, person: Person) -> Response:
    """Registers a class."""
    class_name = text_in(await body_of(request), "class", 40)
    done = await desk_of(request).store.run(
        sessions.register_class, person, request.path_params["id"], class_name
    )
    refused = [{"name": one.name, "why": _(REFUSED_PUPIL[one.why])} for one in done.refused]
    return answer({"registered": done.registered, "refused": refused})


async def unregister(request: Request, person: Person) -> Response:
    """Takes a candidate out of the session."""
    candidate_id = request.path_params["id"]
    number = await desk_of(request).store.run(sessions.unregister_candidate, person, candidate_id)
    return answer({"number": number})


async def cards_page(request: Request, person: Person) -> Response:
    """The access cards, to print."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> tuple[queries.SessionRow, list[queries.CandidateRow]]:
        check_not_cancelled(session_of_centre(reading, person, session_id))
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        return row, queries.candidate_rows(reading, session_id)

    session, rows = await desk.store.read(look)
    cards = [
        {
            "id": row.id,
            "family_name": row.family_name,
            "given_name": row.given_name,
            "class_name": row.class_name,
            "code": written(card_code(desk.settings.secret, row.id, row.card_issue)),
            "used": row.card_used,
        }
        for row in rows
    ]
    address = desk.settings.base_url
    return page(request, "console/head/cards.html", person, session=session, cards=cards, address=address)


def check_not_cancelled(session: Session) -> None:
    """A cancelled session has no cards and nothing to close; raises NotAllowed."""
    if session.state == SessionState.CANCELLED:
        raise NotAllowed("session_cancelled")


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/sessions/new", new_page, roles=_HEAD),
    RoleRoute("/sessions", plan, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}", session_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/change", change_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/change", change, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/cancel", cancel, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/candidates", register, roles=_HEAD, method="POST"),
    RoleRoute("/attempts/{id}/unregister", unregister, roles=_HEAD, method="POST"),
    RoleRoute("/sessions/{id}/cards", cards_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/results", results_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/bundle", bundle, roles=_HEAD),
]
