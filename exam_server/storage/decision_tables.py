"""Decisions on accommodations, the sealed reasons behind them, and who has read those."""

import datetime as dt
from typing import Any

from sqlmodel import Column, Field, LargeBinary, SQLModel, Text

from exam_server.storage.columns import Instant


def _instant(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=nullable))


class PupilKey(SQLModel, table=True):
    """A pupil's own key, wrapped by the key of that name. Without this row nothing can be opened."""

    __tablename__ = "pupil_key"

    pupil_id: str = Field(primary_key=True, foreign_key="pupil.id")
    wrapped_by: str
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AccommodationDecision(SQLModel, table=True):
    """What was decided for a pupil (JSON, to be applied) and, sealed, why: basis, reference, who decided.

    `settled_by` has approved or withdrawn it; whoever ends it later is another person, who need not know why.
    """

    __tablename__ = "accommodation_decision"

    id: str = Field(primary_key=True)
    pupil_id: str = Field(foreign_key="pupil.id", index=True)
    state: str
    decided: str = Field(sa_column=Column(Text, nullable=False))
    derogation: bool = False
    valid_from: dt.date
    valid_until: dt.date | None = None
    recorded_by: str = Field(foreign_key="account.id")
    recorded_at: dt.datetime = _instant()
    settled_by: str | None = Field(default=None, foreign_key="account.id")
    settled_at: dt.datetime | None = _instant(nullable=True)
    ended_by: str | None = Field(default=None, foreign_key="account.id")
    ended_at: dt.datetime | None = _instant(nullable=True)
    sealed_reason: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DecisionEvidence(SQLModel, table=True):
    """A scanned document behind a decision, sealed with its name."""

    __tablename__ = "decision_evidence"

    decision_id: str = Field(primary_key=True, foreign_key="accommodation_decision.id")
    sealed_name: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed_file: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ReasonReading(SQLModel, table=True):
    """Somebody has read the reason or the evidence of a decision."""

    __tablename__ = "reason_reading"

    decision_id: str = Field(primary_key=True, foreign_key="accommodation_decision.id")
    number: int = Field(primary_key=True)
    at: dt.datetime = _instant()
    actor_id: str = Field(foreign_key="account.id")
    what: str
