"""Rooms full of candidates who are about to start, put straight into a database for the response bench."""

from datetime import date, time
from itertools import islice

import orjson
from sqlmodel import select

from exam_server.acts.check_in import admit_all, give_seat, verify_identity
from exam_server.acts.entering import enter
from exam_server.acts.identifiers import new_id
from exam_server.acts.sessions import Plan, open_session, plan_session, register_class
from exam_server.acts.staff import add_account, add_centre
from exam_server.domain.access_cards import card_code
from exam_server.domain.candidates import IdentityDocument, Seat
from exam_server.domain.roles import Person, Role
from exam_server.storage.exposure import count_exposure
from exam_server.storage.tables import Candidate, Pupil, PupilProfile, Session
from exam_server.storage.transaction import Transaction

ROOM = 32
ROWS, COLUMNS = 4, 8
COMPETENCES = 16


def fill_rooms(tx: Transaction, rooms: int) -> list[str]:
    """So many rooms of 32 admitted candidates; returns the token of each one's device."""
    centre_id = add_centre(tx, "0990001N", "Bench")
    roles = frozenset({Role.HEAD, Role.INVIGILATOR})
    account_id = add_account(tx, centre_id, "bench@demo.invalid", "Bench", roles, None)
    by = Person(account_id, centre_id, "Bench", roles)
    tokens: list[str] = []
    for number in range(rooms):
        _add_class(tx, centre_id, number)
        tokens += _fill_room(tx, by, number)
    return tokens


def _add_class(tx: Transaction, centre_id: str, room: int) -> None:
    for place in range(ROOM):
        number = room * ROOM + place
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


def _fill_room(tx: Transaction, by: Person, room: int) -> list[str]:
    today = tx.now.astimezone(tx.house.zone).date()
    session_id = plan_session(tx, by, Plan(f"Salle {room}", today, time(9), ROWS, COLUMNS, (by.id,)))
    register_class(tx, by, session_id, f"C{room}")
    open_session(tx, by, tx.get(Session, session_id).code, count_exposure(tx))
    seats = ((row, column) for row in range(1, ROWS + 1) for column in range(1, COLUMNS + 1))
    ids = list(tx.orm.scalars(select(Candidate.id).where(Candidate.session_id == session_id)))
    for candidate_id, (row, column) in zip(ids, islice(seats, ROOM), strict=True):
        verify_identity(tx, by, candidate_id, IdentityDocument.SCHOOL_CARD)
        give_seat(tx, by, candidate_id, Seat(row, column))
    admit_all(tx, by, session_id)
    return [enter(tx, card_code(tx.house.secret, candidate_id, 1)).token for candidate_id in ids]
