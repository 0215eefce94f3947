"""The rehearsal of a room as pages and papers show it: the code while it holds, each seat's last measure."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import col, select

from exam_server.domain.measures import Measures, measures_in
from exam_server.domain.rehearsal import Check, Readiness
from exam_server.storage.rehearsal_tables import Rehearsal, RehearsedSeat
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class SeatRow:
    """A seat that was measured: when, what was found, and what that came to then."""

    row: int
    column: int
    at: datetime
    readiness: Readiness
    checks: dict[Check, Readiness]
    measures: Measures


def code_now(reading: Reading, session_id: str) -> tuple[str, datetime] | None:
    """The code that lets computers in, and until when; None while there is none."""
    rehearsal = reading.orm.get(Rehearsal, session_id)
    if rehearsal is None or rehearsal.code is None or reading.now >= rehearsal.ends_at:
        return None
    return rehearsal.code, rehearsal.ends_at


def rehearsed_seats(reading: Reading, session: Session) -> list[SeatRow]:
    """The seats that were measured, in the order of the plan: those of the room and the plan as they are now.

    A session that was moved to another room, or given fewer rows, has nothing to learn from the others.
    """
    rows = reading.orm.scalars(
        select(RehearsedSeat)
        .where(RehearsedSeat.session_id == session.id, RehearsedSeat.room == session.room)
        .where(RehearsedSeat.seat_row <= session.rows, RehearsedSeat.seat_column <= session.columns)
        .order_by(col(RehearsedSeat.seat_row), col(RehearsedSeat.seat_column))
    )
    return [
        SeatRow(
            row=one.seat_row,
            column=one.seat_column,
            at=one.measured_at,
            readiness=Readiness(one.readiness),
            checks=_in_order(orjson.loads(one.checks)),
            measures=measures_in(orjson.loads(one.measures)),
        )
        for one in rows
    ]


def _in_order(judged: dict[str, str]) -> dict[Check, Readiness]:
    """What was judged then, in the order of the checks: a check that is newer is not there."""
    return {check: Readiness(judged[check]) for check in Check if check in judged}
