"""The incident reports of a session as pages list them, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from exam_server.domain.incidents import OF_THE_OFFICE, IncidentState, Outcome
from exam_server.storage.columns import from_micros
from exam_server.storage.tables import Account, Candidate, IncidentReport, Pupil
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class IncidentRow:
    """A report in a list; each note is {kind, text, by, at}, a resolution has its outcome too."""

    id: str
    number: int
    category: str
    candidate_id: str | None
    name: str | None
    position: int | None
    description: str
    standing: bool
    outcome: Outcome | None
    by: str
    at: datetime
    notes: list[dict[str, Any]]
    statement: str | None
    statement_declined: bool
    statement_at: datetime | None

    @property
    def is_undecided(self) -> bool:
        """The head is to decide, and must before the session is finalised."""
        return self.standing and self.outcome is Outcome.UNDECIDED

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
            number=one.number,
            category=one.category,
            candidate_id=one.candidate_id,
            name=None if family is None else f"{family} {given}",
            position=one.position,
            description=one.description,
            standing=one.state == IncidentState.STANDING,
            outcome=None if one.outcome is None else Outcome(one.outcome),
            by=by,
            at=one.reported_at,
            notes=[{**note, "at": from_micros(note["at"] * 1000)} for note in orjson.loads(one.notes)],
            statement=one.statement,
            statement_declined=one.statement_declined,
            statement_at=one.statement_at,
        )
        for one, by, family, given in rows
    ]


def incidents_standing(reading: Reading, session_id: str) -> int:
    """How many reports stand that everybody of the room may read."""
    return _counted(reading, session_id, col(IncidentReport.category).not_in(OF_THE_OFFICE))


def incidents_undecided(reading: Reading, session_id: str) -> int:
    """How many of them the head has still to decide."""
    return _counted(reading, session_id, col(IncidentReport.outcome) == Outcome.UNDECIDED)


def _counted(reading: Reading, session_id: str, which: ColumnElement[bool]) -> int:
    query = select(func.count()).where(
        col(IncidentReport.session_id) == session_id,
        col(IncidentReport.state) == IncidentState.STANDING,
        which,
    )
    return reading.orm.scalar(query) or 0
