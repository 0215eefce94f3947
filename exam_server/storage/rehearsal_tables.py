"""The tables of a rehearsal: the code that lets computers in, and what was measured at each seat last."""

import datetime as dt

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from exam_server.storage.columns import Instant


class Rehearsal(SQLModel, table=True):
    """A session's rehearsal: its code, and until when that lets computers in. An ended one has no code."""

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    code: str | None = Field(default=None, unique=True)
    ends_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


class RehearsedSeat(SQLModel, table=True):
    """What was measured at a seat last, in which room, and what it came to; `checks` and `measures` are JSON.

    `trials` counts the measures of this seat, those before the last one too.
    """

    __tablename__ = "rehearsed_seat"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    seat_row: int = Field(primary_key=True)
    seat_column: int = Field(primary_key=True)
    room: str
    measured_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    readiness: str
    checks: str = Field(sa_column=Column(Text, nullable=False))
    measures: str = Field(sa_column=Column(Text, nullable=False))
    trials: int
