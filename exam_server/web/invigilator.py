"""The invigilator's pages and verbs: open, check in, watch, act."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import attempts, check_in, rest_breaks, room, sessions, welcoming
from exam_server.acts.identifiers import token_hash
from exam_server.acts.lookups import session_of_room
from exam_server.acts.staff import PER_CODE, check_tries, count_try
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import IdentityDocument, RefusalReason, Seat
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.live.presence import Presence
from exam_server.live.projection import for_board
from exam_server.storage import board_view, queries
from exam_server.storage.exposure import count_exposure
from exam_server.storage.room_staff import acts_of_staff, people_of
from exam_server.storage.transaction import Reading
from exam_server.web.access import Handler, RoleRoute
from exam_server.web.accommodation_words import MEASURES
from exam_server.web.closing import reason_in
from exam_server.web.desk import answer, body_of, desk_of, page, text_in, whole_in
from exam_server.web.incidents import groups_for, outcomes
from exam_server.web.language import _


async def home(request: Request, person: Person) -> Response:
    """The sessions that the person invigilates."""
    only = None if Role.HEAD in person.roles else person.id
    rows = await desk_of(request).store.read(queries.session_rows, person.centre_id, invigilator=only)
    return page(request, "console/invigilator/home.html", person, sessions=rows)


async def open_session(request: Request, person: Person) -> Response:
    """Opens a session by its code."""
    store, code = desk_of(request).store, text_in(await body_of(request), "code", 40)
    check_tries(await store.run(count_try, "open:" + token_hash(person.id), PER_CODE))
    exposure = await store.read(count_exposure)
    session_id = await store.run(sessions.open_session, person, code, exposure)
    return answer({"next": f"/sessions/{session_id}/board"})


async def board_page(request: Request, person: Person) -> Response:
    """The board of a session."""
    session_id = request.path_params["id"]

    def look(reading: Reading) -> queries.SessionRow:
        session_of_room(reading, person, session_id)
        return queries.session_rows(reading, person.centre_id, session_id=session_id)[0]

    session = await desk_of(request).store.read(look)
    return page(
        request,
        "console/invigilator/board.html",
        person,
        session=session,
        groups=groups_for(person),
        outcomes=outcomes(),
        measures={f"measure_{code}": _(text) for code, text in MEASURES.items()},
    )


async def board_json(request: Request, person: Person) -> Response:
    """The board as it is now, with the number from which to follow."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> dict[str, JSON]:
        session = session_of_room(reading, person, session_id)
        acts = acts_of_staff(reading, session_id)
        told: list[JSON] = [for_board(fact) for fact in acts]
        people = people_of(reading, session, acts)
        return {**board_view.board(reading, session, person.id), "acts": told, "people": people}

    board = await desk.store.read(look)
    known, devices = desk.attendance.of_session(session_id), desk.attendance.devices_of(session_id)
    rows = board["candidates"]
    for row in rows if isinstance(rows, list) else []:
        presence, last_sign = known.get(row["id"], (Presence.NEVER, 0))
        row["presence"] = str(presence)
        row["last_sign"] = last_sign or None
        device = devices.get(row["id"])
        row["device"] = None if device is None else device.to_json()
    return answer({**board, "speed": desk.settings.speed})


async def verify_identity(request: Request, person: Person) -> Response:
    """Identity checked; with `seat`, the first free one is given to whoever has none."""
    body = await body_of(request)
    act = welcoming.welcome if body.get("seat") is True else check_in.verify_identity
    return _numbered(await desk_of(request).store.run(act, person, _id(request), _document(body)))


async def welcome_all(request: Request, person: Person) -> Response:
    """Everyone still awaited is present."""
    document = _document(await body_of(request))
    return _numbered(await desk_of(request).store.run(welcoming.welcome_all, person, _id(request), document))


async def give_seat(request: Request, person: Person) -> Response:
    """A place in the room."""
    body = await body_of(request)
    seat = Seat(whole_in(body, "row"), whole_in(body, "column"))
    return _numbered(await desk_of(request).store.run(check_in.give_seat, person, _id(request), seat))


async def admit(request: Request, person: Person) -> Response:
    """May start."""
    return _numbered(await desk_of(request).store.run(check_in.admit, person, _id(request)))


async def admit_all(request: Request, person: Person) -> Response:
    """Everyone present with a seat may start."""
    return _numbered(await desk_of(request).store.run(check_in.admit_all, person, _id(request)))


async def mark_absent(request: Request, person: Person) -> Response:
    """Not here."""
    return _numbered(await desk_of(request).store.run(check_in.mark_absent, person, _id(request)))


async def refuse(request: Request, person: Person) -> Response:
    """Came, and is not let in."""
    body = await body_of(request)
    try:
        reason = RefusalReason(text_in(body, "reason", 40))
    except ValueError:
        raise InvalidInput("bad_reason") from None
    note = text_in(body, "note", 300) if "note" in body else ""
    return _numbered(await desk_of(request).store.run(check_in.refuse, person, _id(request), reason, note))


async def withdraw_refusal(request: Request, person: Person) -> Response:
    """Is awaited again."""
    return _numbered(await desk_of(request).store.run(check_in.withdraw_refusal, person, _id(request)))


async def issue_card(request: Request, person: Person) -> Response:
    """A new access card."""
    return answer({"code": await desk_of(request).store.run(check_in.issue_new_card, person, _id(request))})


async def pause(request: Request, person: Person) -> Response:
    """Stops one clock."""
    return _numbered(
        await desk_of(request).store.run(attempts.pause_attempt, person, _id(request), await _why(request))
    )


async def give_break(request: Request, person: Person) -> Response:
    """One of the rest breaks that were decided."""
    return _numbered(await desk_of(request).store.run(rest_breaks.give_break, person, _id(request)))


async def resume(request: Request, person: Person) -> Response:
    """Lets one clock run again."""
    return _numbered(await desk_of(request).store.run(attempts.resume_attempt, person, _id(request)))


async def extend(request: Request, person: Person) -> Response:
    """More time for one."""
    wish = await _extension(request)
    return _numbered(await desk_of(request).store.run(attempts.extend_attempt, person, _id(request), wish))


async def terminate(request: Request, person: Person) -> Response:
    """The end for one."""
    code, note = await _end(request)
    return _numbered(
        await desk_of(request).store.run(attempts.terminate_attempt, person, _id(request), code, note)
    )


async def pause_room(request: Request, person: Person) -> Response:
    """Stops every clock."""
    return _numbered(
        await desk_of(request).store.run(room.pause_room, person, _id(request), await _why(request))
    )


async def resume_room(request: Request, person: Person) -> Response:
    """Lets every clock run again."""
    return _numbered(await desk_of(request).store.run(room.resume_room, person, _id(request)))


async def extend_room(request: Request, person: Person) -> Response:
    """More time for all."""
    wish = await _extension(request)
    return _numbered(await desk_of(request).store.run(room.extend_room, person, _id(request), wish))


async def terminate_room(request: Request, person: Person) -> Response:
    """The end for all."""
    code, note = await _end(request)
    return _numbered(await desk_of(request).store.run(room.terminate_room, person, _id(request), code, note))


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _numbered(number: int) -> Response:
    return answer({"number": number})


def _document(body: Mapping[str, JSON]) -> IdentityDocument:
    try:
        return IdentityDocument(text_in(body, "document", 40))
    except ValueError:
        raise InvalidInput("bad_document") from None


async def _why(request: Request) -> str:
    """A reason in a few words; raises InvalidInput where it is missing."""
    body = await body_of(request)
    why = body.get("reason")
    if not isinstance(why, str) or not 1 <= len(why.strip()) <= 200:
        raise InvalidInput("bad_reason")
    return why.strip()


async def _extension(request: Request) -> attempts.Extension:
    """Minutes, a reason, and the page's own number of the wish where it sends one."""
    body = await body_of(request)
    minutes, wish = whole_in(body, "minutes"), body.get("request")
    if not 1 <= minutes <= 180 or not (wish is None or (isinstance(wish, str) and 1 <= len(wish) <= 64)):
        raise InvalidInput("bad_extension")
    return attempts.Extension(timedelta(minutes=minutes), await _why(request), wish)


async def _end(request: Request) -> tuple[EndReason, str]:
    given = reason_in((await body_of(request)).get("reason"))
    if given.code in {EndReason.ABSENT, EndReason.REFUSED}:
        raise InvalidInput("bad_reason")
    return given.code, given.note


_ROOM = (Role.INVIGILATOR, Role.HEAD)


def _verb(path: str, handler: Handler) -> RoleRoute:
    return RoleRoute(path, handler, roles=_ROOM, method="POST")


routes = [
    RoleRoute("/invigilate", home, roles=_ROOM),
    _verb("/sessions/open", open_session),
    RoleRoute("/sessions/{id}/board", board_page, roles=_ROOM),
    RoleRoute("/sessions/{id}/board.json", board_json, roles=_ROOM),
    _verb("/sessions/{id}/admit", admit_all),
    _verb("/sessions/{id}/welcome", welcome_all),
    _verb("/sessions/{id}/pause", pause_room),
    _verb("/sessions/{id}/resume", resume_room),
    _verb("/sessions/{id}/extend", extend_room),
    _verb("/sessions/{id}/terminate", terminate_room),
    _verb("/attempts/{id}/identity", verify_identity),
    _verb("/attempts/{id}/seat", give_seat),
    _verb("/attempts/{id}/admit", admit),
    _verb("/attempts/{id}/absent", mark_absent),
    _verb("/attempts/{id}/refuse", refuse),
    _verb("/attempts/{id}/withdraw-refusal", withdraw_refusal),
    _verb("/attempts/{id}/card", issue_card),
    _verb("/attempts/{id}/pause", pause),
    _verb("/attempts/{id}/break", give_break),
    _verb("/attempts/{id}/resume", resume),
    _verb("/attempts/{id}/extend", extend),
    _verb("/attempts/{id}/terminate", terminate),
]
