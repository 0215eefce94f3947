"""The incident reports of a session: the page that lists them, and what may be done to each."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import incidents
from exam_server.acts.lookups import session_of_room
from exam_server.domain.errors import InvalidInput
from exam_server.domain.incidents import CATEGORIES, About, Category, Outcome, Report, Settlement, may_read
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.storage import queries
from exam_server.storage.incident_rows import IncidentRow, incident_rows
from exam_server.storage.results_rows import rulings_waiting
from exam_server.storage.transaction import Reading, Transaction
from exam_server.web import incident_words
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, page, text_in
from exam_server.web.language import _

Words = TypeVar("Words", str, str | None, Settlement)

LONGEST = 2000
"""Characters of a description, a note or a statement."""


async def incidents_page(request: Request, person: Person) -> Response:
    """The session's reports, and a form for the next one."""
    session_id = request.path_params["id"]

    def look(
        reading: Reading,
    ) -> tuple[queries.SessionRow, list[queries.CandidateRow], list[IncidentRow], int]:
        session_of_room(reading, person, session_id)
        row = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
        reports = [one for one in incident_rows(reading, session_id) if may_read(one.category, person.roles)]
        candidates, waiting = (
            queries.candidate_rows(reading, session_id),
            rulings_waiting(reading, session_id),
        )
        return row, candidates, reports, waiting

    session, candidates, rows, waiting = await desk_of(request).store.read(look)
    return page(
        request,
        "console/invigilator/incidents.html",
        person,
        session=session,
        candidates=candidates,
        incidents=rows,
        can_report=(SessionState(session.state), SessionAction.REPORT) in TRANSITIONS,
        can_rule=Role.HEAD in person.roles
        and (SessionState(session.state), SessionAction.RULE) in TRANSITIONS,
        waiting=waiting,
        groups=groups_for(person),
        category_words={code: _(words) for code, words in incident_words.CATEGORIES.items()},
        outcomes=outcomes(),
    )


def groups_for(person: Person) -> list[dict[str, object]]:
    """The categories that this person may report, by group, in the reader's language."""
    return [
        {
            "label": _(label),
            "categories": [
                {
                    "code": one.code,
                    "label": _(incident_words.CATEGORIES[one.code]),
                    "position": one.needs_position,
                    "about": _about(one),
                    "described": one.described,
                    "resolved": one.resolved,
                }
                for one in CATEGORIES.values()
                if one.group == group and one.reporters & person.roles
            ],
        }
        for group, label in incident_words.GROUPS.items()
    ]


def outcomes() -> dict[str, str]:
    """What may come of what happened, by code, in the reader's language."""
    return {code: _(words) for code, words in incident_words.OUTCOMES.items()}


def _about(category: Category) -> str:
    if About.ROOM not in category.about:
        return "candidate"
    return "either" if About.CANDIDATE in category.about else "room"


async def report(request: Request, person: Person) -> Response:
    """Reports what happened."""
    session_id, body = request.path_params["id"], await body_of(request)
    wanted = Report(
        category=text_in(body, "category", 40),
        candidate=text_in(body, "candidate", 40) or None if body.get("candidate") else None,
        position=_position(body),
        description=text_in(body, "description", LONGEST) if body.get("description") else "",
        settlement=_settlement(body) if body.get("outcome") else None,
    )
    incident = await desk_of(request).store.run(incidents.report_incident, person, session_id, wanted)
    return answer({"incident": incident, "next": f"/sessions/{session_id}/incidents"})


def _settlement(body: Mapping[str, JSON]) -> Settlement:
    """What came of it; raises InvalidInput that names the field."""
    try:
        outcome = Outcome(str(body.get("outcome", "")))
    except ValueError:
        raise InvalidInput("invalid_incident", problems=[("outcome", "outcome_required")]) from None
    return Settlement(outcome, text_in(body, "done", LONGEST) if body.get("done") else "")


def _position(body: Mapping[str, JSON]) -> int | None:
    """A whole number, or nothing; raises InvalidInput that names the field."""
    position = body.get("position")
    if position is None or position == "":
        return None
    if type(position) is not int or not 1 <= position <= 1000:
        raise InvalidInput("invalid_incident", problems=[("position", "position_not_given")])
    return position


async def amend(request: Request, person: Person) -> Response:
    """Adds a note."""
    note = _words(await body_of(request), "note")
    return await _changed(request, incidents.amend_incident, person, note)


async def resolve(request: Request, person: Person) -> Response:
    """Says what was done, and what came of it."""
    settlement = _settlement(await body_of(request))
    return await _changed(request, incidents.resolve_incident, person, settlement)


async def withdraw(request: Request, person: Person) -> Response:
    """Withdraws a report, and says why."""
    reason = _words(await body_of(request), "reason")
    return await _changed(request, incidents.withdraw_incident, person, reason)


async def record_statement(request: Request, person: Person) -> Response:
    """What the candidate says, or that the candidate has nothing to say."""
    body = await body_of(request)
    statement = None if body.get("declined") in {True, "1"} else _words(body, "statement")
    return await _changed(request, incidents.record_statement, person, statement)


async def _changed(
    request: Request, act: Callable[[Transaction, Person, str, Words], int], person: Person, words: Words
) -> Response:
    """Does one thing to one report."""
    number = await desk_of(request).store.run(act, person, request.path_params["id"], words)
    return answer({"number": number})


def _words(body: Mapping[str, JSON], name: str) -> str:
    words = text_in(body, name, LONGEST) if body.get(name) else ""
    if not words:
        raise InvalidInput("invalid_incident", problems=[(name, "words_required")])
    return words


_ROOM = (Role.INVIGILATOR, Role.HEAD)

routes = [
    RoleRoute("/sessions/{id}/incidents", incidents_page, roles=_ROOM),
    RoleRoute("/sessions/{id}/incidents", report, roles=_ROOM, method="POST"),
    RoleRoute("/incidents/{id}/amend", amend, roles=_ROOM, method="POST"),
    RoleRoute("/incidents/{id}/resolve", resolve, roles=_ROOM, method="POST"),
    RoleRoute("/incidents/{id}/withdraw", withdraw, roles=_ROOM, method="POST"),
    RoleRoute("/incidents/{id}/statement", record_statement, roles=_ROOM, method="POST"),
]
