"""The tables of what follows a closing, without behaviour: rulings, versions of the results, certificates."""

import datetime as dt

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from exam_server.storage.columns import Instant


class Ruling(SQLModel, table=True):
    """What the head decides about one candidate after an incident; `number` is the fact that proposed it.

    `positions` (JSON) are the items that a ruling leaves out. `incident_id` is the report that it answers.
    A ruling that takes two persons is `proposed` until a second one has taken it.
    """

    __table_args__ = (Index("ix_ruling_candidate", "session_id", "candidate_id"),)

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    candidate_id: str = Field(foreign_key="candidate.id")
    incident_id: str | None = Field(default=None, foreign_key="incident_report.id")
    kind: str
    positions: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    proposed_by: str = Field(foreign_key="account.id")
    proposed_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    taken_by: str | None = Field(default=None, foreign_key="account.id")
    taken_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_by: str | None = Field(default=None, foreign_key="account.id")
    ended_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


class ResultsVersion(SQLModel, table=True):
    """The signed results of a session as they were finalised for the n-th time; never overwritten.

    `results` is the signed document, `head_act` (JSON) how the head confirmed it, `entries` the length of
    the log then. `token` is the timestamp of the document, once an authority has given one.
    """

    __tablename__ = "results_version"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    version: int = Field(primary_key=True)
    results: str = Field(sa_column=Column(Text, nullable=False))
    entries: int
    checkpoint: str = Field(default="", sa_column=Column(Text, nullable=False))
    head_act: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    finalised_by: str = Field(foreign_key="account.id")
    finalised_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    published_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawn_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawal_reason: str | None = Field(default=None, sa_column=Column(Text))
    token: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    token_asked_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    token_tries: int = 0
    token_problem: str | None = None


class Certificate(SQLModel, table=True):
    """One candidate's certificate: found by its code, revoked by its place in a status list.

    `record` is the signed record, `qr` the text of its QR code.
    """

    __table_args__ = (UniqueConstraint("status_list", "status_index"),)

    code: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    version: int
    candidate_id: str = Field(foreign_key="candidate.id", index=True)
    status_list: int
    status_index: int
    record: str = Field(sa_column=Column(Text, nullable=False))
    qr: str = Field(sa_column=Column(Text, nullable=False))
    issued_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    revoked_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    revocation: str | None = None


class LogCheckpoint(SQLModel, table=True):
    """A signed statement of how long a session's log was, and what its Merkle tree's root was then.

    `frontier` (JSON) is what the next checkpoint continues from.
    """

    __tablename__ = "log_checkpoint"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    size: int = Field(primary_key=True)
    root: str
    note: str = Field(sa_column=Column(Text, nullable=False))
    frontier: str = Field(sa_column=Column(Text, nullable=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


class HouseEntry(SQLModel, table=True):
    """A line of the log of sessions, the whole server's: so that no session can vanish."""

    __tablename__ = "house_entry"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    session_id: str = Field(foreign_key="session.id", index=True)
    kind: str
    line: str = Field(sa_column=Column(Text, nullable=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
