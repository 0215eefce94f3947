"""The papers of a session, as PDFs: convocations, cards, seat plan, sheets, session report."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.lookups import session_of_centre, session_of_room
from exam_server.acts.sealing import root_of_log
from exam_server.domain.access_cards import card_code, written
from exam_server.domain.candidates import SETTLED_AT_DESK
from exam_server.domain.errors import NotAllowed
from exam_server.domain.finalisation import fold
from exam_server.domain.report import course_of
from exam_server.domain.roles import Person, Role
from exam_server.domain.rules import ExamRules
from exam_server.domain.sessions import SessionState
from exam_server.papers import typesetting
from exam_server.papers.forms import Attending, Card, Convocation, Placed
from exam_server.storage import queries
from exam_server.storage.incident_rows import incident_rows
from exam_server.storage.log import actors_of, facts_after
from exam_server.storage.rehearsal_rows import SeatRow, rehearsed_seats
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading
from exam_server.web import paper_words as words
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of
from exam_server.web.language import _
from exam_server.web.minutes import Gathered, minutes_of
from exam_server.web.pages import date_short, minutes_hm
from exam_server.web.readiness import readiness_of, readiness_words
from exam_server.web.sealing import host_of

LookUp = Callable[[Reading, Person, str], Session]


@dataclass(frozen=True)
class _Room:
    """What most papers are made of, as it was at one moment."""

    centre: Centre
    session: queries.SessionRow
    rules: ExamRules
    rows: list[queries.CandidateRow]
    invigilators: list[str]


def _room(reading: Reading, person: Person, session_id: str, look_up: LookUp) -> _Room:
    """A cancelled session has no papers; raises NotAllowed."""
    session = look_up(reading, person, session_id)
    if session.state == SessionState.CANCELLED:
        raise NotAllowed("session_cancelled")
    return _Room(
        centre=reading.get(Centre, session.centre_id),
        session=queries.session_rows(reading, person.centre_id, session_id=session_id)[0],
        rules=rules_of(reading.house, session),
        rows=queries.candidate_rows(reading, session_id),
        invigilators=[account.name for account in queries.invigilators_of(reading, session_id)],
    )


async def convocations(request: Request, person: Person) -> Response:
    """One page a candidate."""
    room, zone = await _read(request, person, session_of_centre)
    sitting = words.sitting(room.centre, room.session, zone, _("Convocations"), words.convocation_words())
    pages = [
        Convocation(_name(row), row.class_name, _born(row), minutes_hm(row.allowed_minutes))
        for row in room.rows
    ]
    lists = words.convocation_lists(room.rules)
    return _pdf(
        "convocations", room, await asyncio.to_thread(typesetting.convocations, sitting, pages, lists)
    )


async def cards(request: Request, person: Person) -> Response:
    """The access cards, to cut."""
    room, zone = await _read(request, person, session_of_centre)
    settings = desk_of(request).settings
    sitting = words.sitting(room.centre, room.session, zone, _("Cartes d’accès"), words.card_words())
    deck = [
        Card(
            _name(row),
            row.class_name,
            written(card_code(settings.secret, row.id, row.card_issue)),
            row.card_used,
        )
        for row in room.rows
    ]
    made = await asyncio.to_thread(typesetting.cards, sitting, deck, settings.base_url)
    return _pdf("cartes-acces", room, made)


async def seat_plan(request: Request, person: Person) -> Response:
    """Who sits where."""
    room, zone = await _read(request, person, session_of_room)
    session = room.session
    sitting = words.sitting(room.centre, session, zone, _("Plan de salle"), words.seat_words())
    expected = [row for row in room.rows if row.state not in SETTLED_AT_DESK]
    placed = [Placed(*row.seat, _name(row), row.class_name) for row in expected if row.seat is not None]
    unplaced = [_name(row) for row in expected if row.seat is None]
    made = await asyncio.to_thread(
        typesetting.seat_plan, sitting, session.rows, session.columns, placed, unplaced
    )
    return _pdf("plan-de-salle", room, made)


async def attendance_sheet(request: Request, person: Person) -> Response:
    """The list to sign."""
    room, zone = await _read(request, person, session_of_room)
    title = _("Feuille d’émargement")
    sitting = words.sitting(room.centre, room.session, zone, title, words.attendance_words())
    lines = [
        Attending(
            _name(row), row.class_name, _born(row), _seat(row), minutes_hm(row.allowed_minutes), row.adult
        )
        for row in room.rows
    ]
    made = await asyncio.to_thread(typesetting.attendance_sheet, sitting, lines, room.invigilators)
    return _pdf("emargement", room, made)


async def readiness_sheet(request: Request, person: Person) -> Response:
    """What a rehearsal of the room found."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> tuple[_Room, list[SeatRow]]:
        room = _room(reading, person, session_id, session_of_room)
        return room, rehearsed_seats(reading, reading.get(Session, session_id))

    (room, seats), zone = await desk.store.read(look), desk.store.house.zone
    title = _("Fiche de préparation de la salle")
    sitting = words.sitting(room.centre, room.session, zone, title, readiness_words())
    sheet = readiness_of(room.session, seats, zone)
    return _pdf("preparation", room, await asyncio.to_thread(typesetting.readiness_sheet, sitting, sheet))


async def report(request: Request, person: Person) -> Response:
    """The « procès-verbal »."""
    desk, session_id = desk_of(request), request.path_params["id"]

    def look(reading: Reading) -> tuple[_Room, Gathered]:
        room = _room(reading, person, session_id, session_of_centre)
        session = reading.get(Session, session_id)
        facts = facts_after(reading, session_id, 0)
        return room, Gathered(
            room.session,
            room.rows,
            room.rules,
            fold(facts),
            course_of(facts, actors_of(reading, session_id)),
            queries.names_of_staff(reading, person.centre_id),
            (session.log_number, session.log_hash, root_of_log(reading, host_of(desk), session)),
            room.invigilators,
            incident_rows(reading, session_id),
        )

    room, course = await desk.store.read(look)
    zone = desk.store.house.zone
    said = words.report_words(provisional=course.went.closed_ms is None)
    sitting = words.sitting(room.centre, room.session, zone, _("Procès-verbal de session"), said)
    minutes = minutes_of(course, zone)
    return _pdf("proces-verbal", room, await asyncio.to_thread(typesetting.session_report, sitting, minutes))


async def _read(request: Request, person: Person, look_up: LookUp) -> tuple[_Room, ZoneInfo]:
    store = desk_of(request).store
    room = await store.read(_room, person, request.path_params["id"], look_up)
    return room, store.house.zone


def _name(row: queries.CandidateRow) -> str:
    return f"{row.family_name} {row.given_name}"


def _born(row: queries.CandidateRow) -> str:
    return _("Né(e) le {day}").format(day=date_short(row.birth_date))


def _seat(row: queries.CandidateRow) -> str:
    if row.seat is None:
        return ""
    return _("Rang {row}, place {column}").format(row=row.seat[0], column=row.seat[1])


def file_name(paper: str, session: queries.SessionRow, ending: str) -> str:
    """A name of plain letters that tells the papers of a day apart; nobody's own name is in it."""
    plain = unicodedata.normalize("NFKD", session.room).encode("ascii", "ignore").decode().lower()
    parts = (paper, re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40], session.date.isoformat())
    return "-".join(part for part in parts if part) + f".{ending}"


def _pdf(paper: str, room: _Room, made: bytes) -> Response:
    """A download."""
    headers = {"content-disposition": f'attachment; filename="{file_name(paper, room.session, "pdf")}"'}
    return Response(made, media_type="application/pdf", headers=headers)


_HEAD = (Role.HEAD,)
_ROOM = (Role.INVIGILATOR, Role.HEAD)

routes = [
    RoleRoute("/sessions/{id}/papers/convocations", convocations, roles=_HEAD),
    RoleRoute("/sessions/{id}/papers/cards", cards, roles=_HEAD),
    RoleRoute("/sessions/{id}/papers/seats", seat_plan, roles=_ROOM),
    RoleRoute("/sessions/{id}/papers/attendance", attendance_sheet, roles=_ROOM),
    RoleRoute("/sessions/{id}/papers/readiness", readiness_sheet, roles=_ROOM),
    RoleRoute("/sessions/{id}/papers/report", report, roles=_HEAD),
]
