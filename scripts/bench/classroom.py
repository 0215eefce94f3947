"""Rooms full of candidates who are about to start, put straight into a database for a bench."""

from dataclasses import dataclass
from datetime import date, time
from itertools import islice

import orjson
from sqlmodel import select

from exam_server.acts.check_in import admit_all, give_seat, verify_identity
from exam_server.acts.entering import enter
from exam_server.acts.identifiers import new_id
from exam_server.acts.sessions import Plan, open_session, plan_session, register_class
from exam_server.acts.staff import add_account, add_centre, sign_in
from exam_server.domain.access_cards import card_code
from exam_server.domain.candidates import IdentityDocument, Seat
from exam_server.domain.roles import Person, Role
from exam_server.storage.exposure import count_exposure
from exam_server.storage.tables import Candidate, Pupil, PupilProfile, Session
from exam_server.storage.transaction import Transaction

ROOM = 32
COLUMNS = 8
COMPETENCES = 16


@dataclass(frozen=True)
class Filled:
    """One room: its session, the token of its invigilator's login, those of the candidates' devices."""

    session_id: str
    staff_token: str
    tokens: list[str]


def fill_rooms(tx: Transaction, rooms: int) -> list[str]:
    """So many rooms of 32 admitted candidates; returns the token of each one's device."""
    by = add_somebody(tx)
    tokens: list[str] = []
    for number in range(rooms):
        _add_class(tx, by.centre_id, number, ROOM)
        tokens += _fill_room(tx, by, number, ROOM)[1]
    return tokens


def fill_one(tx: Transaction, size: int) -> Filled:
    """One room of so many admitted candidates, and somebody signed in who may watch it."""
    by = add_somebody(tx)
    _add_class(tx, by.centre_id, 0, size)
    session_id, tokens = _fill_room(tx, by, 0, size)
    return Filled(session_id, sign_in(tx, by.id)[0], tokens)


def fill_numbered(tx: Transaction, by: Person, number: int, size: int) -> Filled:
    """One more room of so many, for the same person, with a login of its own."""
    _add_class(tx, by.centre_id, number, size)
    session_id, tokens = _fill_room(tx, by, number, size)
    return Filled(session_id, sign_in(tx, by.id)[0], tokens)


def add_somebody(tx: Transaction) -> Person:
    """A school, and the one person who may do everything in it."""
    centre_id = add_centre(tx, "0990001N", "Bench")
    roles = frozenset({Role.HEAD, Role.INVIGILATOR})
    account_id = add_account(tx, centre_id, "bench@demo.invalid", "Bench", roles, None)
    return Person(account_id, centre_id, "Bench", roles)


def _add_class(tx: Transaction, centre_id: str, room: int, size: int) -> None:
    for place in range(size):
        number = room * size + place
        levels = [1 + (number * 7 + k * 5) % 6 for k in range(COMPETENCES)]
        pupil = Pupil(
            id=new_id(),
            centre_id=centre_id,
            ine=f"099{number:07d}A",
            siecle_id=str(number),
            family_name=f"Démo-{number:04d}",
            given_name="Prunelle",
            birth_date=date(2011, 3, 4),
            sex="F",
            class_name=f"C{room}",
        )
        tx.orm.add(pupil)
        tx.orm.add(
            PupilProfile(
                pupil_id=pupil.id,
                levels=orjson.dumps(levels).decode(),
                pix=orjson.dumps([level * 8 for level in levels]).decode(),
                certifiable=COMPETENCES,
                imported_at=tx.now,
            )
        )
    tx.orm.flush()


def _fill_room(tx: Transaction, by: Person, room: int, size: int) -> tuple[str, list[str]]:
    rows = -(-size // COLUMNS)
    today = tx.now.astimezone(tx.house.zone).date()
    session_id = plan_session(tx, by, Plan(f"Salle {room}", today, time(9), rows, COLUMNS, (by.id,)))
    register_class(tx, by, session_id, f"C{room}")
    open_session(tx, by, tx.get(Session, session_id).code, count_exposure(tx))
    seats = ((row, column) for row in range(1, rows + 1) for column in range(1, COLUMNS + 1))
    ids = list(tx.orm.scalars(select(Candidate.id).where(Candidate.session_id == session_id)))
    for candidate_id, (row, column) in zip(ids, islice(seats, size), strict=True):
        verify_identity(tx, by, candidate_id, IdentityDocument.SCHOOL_CARD)
        give_seat(tx, by, candidate_id, Seat(row, column))
    admit_all(tx, by, session_id)
    return session_id, [enter(tx, card_code(tx.house.secret, candidate_id, 1)).token for candidate_id in ids]
