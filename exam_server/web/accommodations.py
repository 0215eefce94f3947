"""The accommodations officer's pages: what is to be done, and each session before the day."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.accommodations import name_help, set_extra_time
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.accommodations import OF_THE_ROOM, fraction_text, parse_extra_time
from exam_server.domain.decisions import DecisionState
from exam_server.domain.preparation import Expected, Lack, lacks, latest_end
from exam_server.domain.roles import Person, Role
from exam_server.storage import queries
from exam_server.storage.decision_rows import decision_rows
from exam_server.storage.preparation_rows import expected_in, needed_again_at
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.accommodation_words import MISSING, words_of
from exam_server.web.decisions import told
from exam_server.web.desk import answer, body_of, desk_of, page, text_in
from exam_server.web.language import _

LONGEST_NAME = 120


async def home(request: Request, person: Person) -> Response:
    """What waits for a second person, what ends soon, and the sessions to come with what they lack."""
    store = desk_of(request).store
    today = store.clock().astimezone(store.house.zone).date()

    def look(reading: Reading) -> dict[str, Any]:
        decisions = [told(row, today) for row in decision_rows(reading, person.centre_id)]
        return {
            "to_approve": [one for one in decisions if one["state"] is DecisionState.RECORDED],
            "ending": [one for one in decisions if one["ends_soon"]],
            "known": len(decisions),
            "sessions": [
                {**asdict(row), "lacks": len(_prepared(reading, reading.get(Session, row.id))["lacks"])}
                for row in queries.session_rows(reading, person.centre_id)
                if row.state in {"planned", "open"}
            ],
        }

    context = await store.read(look)
    return page(request, "console/accommodations/home.html", person, **context)


async def session_page(request: Request, person: Person) -> Response:
    """One session: what is missing, who has what, and extra time where it was decided at the last moment."""
    session_id = request.path_params["id"]

    def look(reading: Reading) -> dict[str, Any]:
        session = session_of_centre(reading, person, session_id)
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        return {
            "session": row,
            "candidates": queries.candidate_rows(reading, session_id),
            **_prepared(reading, session),
        }

    context = await desk_of(request).store.read(look)
    return page(request, "console/accommodations/session.html", person, **context)


def _prepared(reading: Reading, session: Session) -> dict[str, Any]:
    rules, expected = rules_of(reading.house, session), expected_in(reading, session)
    ends_at = latest_end(session.starts_at, rules.check_in, rules.duration, expected)
    next_at = needed_again_at(reading, session)
    return {
        "ends_at": ends_at,
        "lacks": [_lack(one) for one in lacks(expected, ends_at, next_at)],
        "expected": [_line(one) for one in expected if not one.decided.is_empty],
    }


def _line(one: Expected) -> dict[str, Any]:
    return {
        "id": one.candidate_id,
        "name": one.name,
        "words": words_of(one.decided),
        "needs_people": bool(one.decided.measures & OF_THE_ROOM),
        "adult": one.adult,
        "place": one.place,
    }


def _lack(one: Lack) -> dict[str, Any]:
    text, remedy = MISSING[one.missing]
    return {"name": one.name, "candidate": one.candidate_id, "text": _(text), "remedy": _(remedy)}


async def extra_time(request: Request, person: Person) -> Response:
    """Sets a candidate's extra time."""
    extra = parse_extra_time(text_in(await body_of(request), "fraction", 20))
    minutes = await desk_of(request).store.run(set_extra_time, person, request.path_params["id"], extra)
    return answer({"fraction": fraction_text(extra) or "0", "allowed_minutes": minutes})


async def people(request: Request, person: Person) -> Response:
    """Who reads or writes for a candidate, and where."""
    body = await body_of(request)
    adult, place = (text_in(body, name, LONGEST_NAME) for name in ("adult", "place"))
    await desk_of(request).store.run(name_help, person, request.path_params["id"], adult, place)
    return answer({})


_BOTH = (Role.ACCOMMODATIONS, Role.HEAD)
routes = [
    RoleRoute("/accommodations", home, roles=_BOTH),
    RoleRoute("/sessions/{id}/accommodations", session_page, roles=_BOTH),
    RoleRoute("/attempts/{id}/extra-time", extra_time, roles=_BOTH, method="POST"),
    RoleRoute("/attempts/{id}/people", people, roles=_BOTH, method="POST"),
]
