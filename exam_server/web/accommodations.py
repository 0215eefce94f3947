"""The accommodations officer's pages: who has extra time, and setting it."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.accommodations import set_extra_time
from exam_server.domain.accommodations import fraction_text, parse_extra_time
from exam_server.domain.roles import Person, Role
from exam_server.storage import queries
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, page, text_in


async def home(request: Request, person: Person) -> Response:
    """The sessions to come and under way, with their candidates."""

    def look(reading: Reading) -> list[dict[str, object]]:
        return [
            {**asdict(row), "candidates": queries.candidate_rows(reading, row.id)}
            for row in queries.session_rows(reading, person.centre_id)
            if row.state in {"planned", "open"}
        ]

    sessions = await desk_of(request).store.read(look)
    return page(request, "console/accommodations/home.html", person, sessions=sessions)


async def extra_time(request: Request, person: Person) -> Response:
    """Sets a candidate's extra time."""
    extra = parse_extra_time(text_in(await body_of(request), "fraction", 20))
    minutes = await desk_of(request).store.run(set_extra_time, person, request.path_params["id"], extra)
    return answer({"fraction": fraction_text(extra) or "0", "allowed_minutes": minutes})


routes = [
    RoleRoute("/accommodations", home, roles=(Role.ACCOMMODATIONS,)),
    RoleRoute("/attempts/{id}/extra-time", extra_time, roles=(Role.ACCOMMODATIONS, Role.HEAD), method="POST"),
]
