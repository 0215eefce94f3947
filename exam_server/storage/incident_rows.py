"""The incident reports of a session as pages list them, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.incidents import IncidentState
from exam_server.storage.columns import from_micros
from exam_server.storage.tables import Account, Candidate, IncidentReport, Pupil
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class IncidentRow:
    """A report in a list; each note is {kind, text, by, at}."""

    id: str
    category: str
    name: str | None
    position: int | None
    description: str
    standing: bool
    by: str
    at: datetime
    notes: list[dict[str, Any]]
    statement: str | None
    statement_declined: bool

    @property
    def asks_for_statement(self) -> bool:
        """About somebody who has not been heard yet."""
        return self.standing and self.name is not None and self.statement is None


def incident_rows(reading: Reading, session_id: str) -> list[IncidentRow]:
    """The reports of a session, withdrawn ones too."""
    rows = reading.orm.execute(
        select(IncidentReport, Account.name, Pupil.family_name, Pupil.given_name)
        .join(Account, col(Account.id) == IncidentReport.reported_by)
        .outerjoin(Candidate, col(Candidate.id) == IncidentReport.candidate_id)
        .outerjoin(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .where(IncidentReport.session_id == session_id)
        .order_by(col(IncidentReport.number).desc())
    ).all()
    return [
        IncidentRow(
            id=one.id,
            category=one.category,
            name=None if family is None else f"{family} {given}",
            position=one.position,
            description=one.description,
            standing=one.state == IncidentState.STANDING,
            by=by,
            at=one.reported_at,
            notes=[{**note, "at": from_micros(note["at"] * 1000)} for note in orjson.loads(one.notes)],
            statement=one.statement,
            statement_declined=one.statement_declined,
        )
        for one, by, family, given in rows
    ]


def incidents_standing(reading: Reading, session_id: str) -> int:
    """How many reports stand."""
    query = select(func.count()).where(
        col(IncidentReport.session_id) == session_id, col(IncidentReport.state) == IncidentState.STANDING
    )
    return reading.orm.scalar(query) or 0
