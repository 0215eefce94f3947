"""The table of requests to end a test for suspected fraud, without behaviour."""

import datetime as dt

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from exam_server.storage.columns import Instant


class FraudRequest(SQLModel, table=True):
    """Somebody asks that a test be ended, and a second person has to confirm; `number` is its event's.

    `open_for` is the attempt while the request waits, and null after: so there is one at a time.
    """

    __tablename__ = "fraud_request"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    attempt_id: str = Field(sa_column=Column(Text, ForeignKey("attempt.id"), nullable=False, index=True))
    open_for: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    state: str
    requested_by: str
    requested_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = Field(sa_column=Column(Text, nullable=False))
    ended_by: str | None = None
    ended_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
