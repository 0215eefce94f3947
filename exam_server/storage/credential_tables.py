"""The tables of what people and programs prove themselves with, without behaviour."""

import datetime as dt

from sqlalchemy import Column, LargeBinary, Text
from sqlmodel import Field, SQLModel

from exam_server.storage.columns import Instant


class Passkey(SQLModel, table=True):
    """A passkey of a member of staff; `public_key` is its COSE key, as the browser gave it."""

    credential: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    name: str
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sign_count: int = 0
    added_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    removed_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


class OneTimeSecret(SQLModel, table=True):
    """What a member of staff's one-time codes come from, sealed; `used_step` is the last one that served."""

    __tablename__ = "one_time_secret"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    added_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    used_step: int = 0


class Challenge(SQLModel, table=True):
    """What a browser was asked to sign, once; `statement` is the text that the challenge is the digest of."""

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    purpose: str
    statement: str = Field(sa_column=Column(Text, nullable=False))
    challenge: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


class LivretClient(SQLModel, table=True):
    """A program that may pull results: its secret's hash, its scopes, and the schools (JSON; empty: all)."""

    __tablename__ = "livret_client"

    id: str = Field(primary_key=True)
    name: str
    secret_hash: str
    scopes: str
    centres: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    added_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    disabled_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


class LivretStatement(SQLModel, table=True):
    """A signed export for the livret, a correction or a withdrawal; each names what it replaces."""

    __tablename__ = "livret_statement"

    centre_id: str = Field(primary_key=True, foreign_key="centre.id")
    number: int = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    version: int
    kind: str
    replaces: int | None = None
    signed: str = Field(sa_column=Column(Text, nullable=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
