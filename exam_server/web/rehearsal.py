"""The rehearsal of a room on the console: the code for its computers, and the seats as they become ready."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import rehearsing
from exam_server.acts.lookups import session_of_room
from exam_server.domain.roles import Person, Role
from exam_server.domain.sessions import TRANSITIONS, SessionAction, SessionState
from exam_server.papers.qr_codes import qr_of
from exam_server.storage import queries
from exam_server.storage.columns import to_millis
from exam_server.storage.rehearsal_rows import SeatRow, code_now, rehearsed_seats
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, body_of, desk_of, page
from exam_server.web.language import _
from exam_server.web.rehearsal_words import READINESS, lines_of, worst_first

COMPUTERS_PATH = "/rehearsal"
UNTRIED = "untried"


async def rehearsal_page(request: Request, person: Person) -> Response:
    """The code, large; the seats, live."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> queries.SessionRow:
        session_of_room(reading, person, session_id)
        return queries.session_rows(reading, person.centre_id, session_id=session_id)[0]

    session = await desk.store.read(look)
    return page(
        request,
        "console/invigilator/rehearsal.html",
        person,
        session=session,
        can_rehearse=(SessionState(session.state), SessionAction.REHEARSE) in TRANSITIONS,
        site=desk.settings.base_url,
        computers=COMPUTERS_PATH,
        qr=qr_of(desk.settings.base_url + COMPUTERS_PATH),
        state_words={
            **{str(readiness): _(words) for readiness, words in READINESS.items()},
            UNTRIED: _("Pas essayé"),
        },
    )


async def rehearsal_json(request: Request, person: Person) -> Response:
    """The rehearsal as it is now, with the number from which to follow."""
    session_id = request.path_params["id"]

    def look(reading: Reading) -> tuple[Session, tuple[str, datetime] | None, list[SeatRow], datetime]:
        session = session_of_room(reading, person, session_id)
        return session, code_now(reading, session_id), rehearsed_seats(reading, session), reading.now

    session, code, seats, now = await desk_of(request).store.read(look)
    can_rehearse = (SessionState(session.state), SessionAction.REHEARSE) in TRANSITIONS
    shown = code if can_rehearse else None
    return answer(
        {
            "number": session.log_number,
            "now": to_millis(now),
            "state": session.state,
            "room": session.room,
            "rows": session.rows,
            "columns": session.columns,
            "can_rehearse": can_rehearse,
            "code": None if shown is None else shown[0],
            "ends_at": None if shown is None else to_millis(shown[1]),
            "seats": [_seat_json(one) for one in seats],
        }
    )


def _seat_json(seat: SeatRow) -> dict[str, object]:
    lines = worst_first(lines_of(seat.checks, seat.measures))
    return {
        "row": seat.row,
        "column": seat.column,
        "at": to_millis(seat.at),
        "readiness": seat.readiness,
        "lines": lines,
    }


async def begin(request: Request, person: Person) -> Response:
    """A code for the room's computers."""
    return await _changed(request, person, rehearsing.begin_rehearsal)


async def end(request: Request, person: Person) -> Response:
    """No computer comes in any more."""
    return await _changed(request, person, rehearsing.end_rehearsal)


async def _changed(
    request: Request, person: Person, act: Callable[[Transaction, Person, str], int]
) -> Response:
    await body_of(request)
    return answer({"number": await desk_of(request).store.run(act, person, request.path_params["id"])})


_ROOM = (Role.INVIGILATOR, Role.HEAD)

routes = [
    RoleRoute("/sessions/{id}/rehearsal", rehearsal_page, roles=_ROOM),
    RoleRoute("/sessions/{id}/rehearsal.json", rehearsal_json, roles=_ROOM),
    RoleRoute("/sessions/{id}/rehearsal/begin", begin, roles=_ROOM, method="POST"),
    RoleRoute("/sessions/{id}/rehearsal/end", end, roles=_ROOM, method="POST"),
]
