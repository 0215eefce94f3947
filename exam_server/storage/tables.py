"""The tables, without behaviour. Instants are aware UTC; JSON is kept as canonical text."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from exam_server.storage.columns import Instant


def _instant(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=nullable, index=index))


class Centre(SQLModel, table=True):
    """A school that holds sessions."""

    id: str = Field(primary_key=True)
    uai: str = Field(unique=True)
    name: str


class Account(SQLModel, table=True):
    """A person of the staff."""

    id: str = Field(primary_key=True)
    centre_id: str = Field(foreign_key="centre.id", index=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str | None = None
    roles: str
    disabled: bool = False


class Login(SQLModel, table=True):
    """A staff member's signed-in browser; the cookie holds the token, the row its hash."""

    token_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    created_at: dt.datetime = _instant(nullable=False)
    expires_at: dt.datetime = _instant(nullable=False)


class SignInLink(SQLModel, table=True):
    """A link that signs a staff member in, once."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    expires_at: dt.datetime = _instant(nullable=False)
    used_at: dt.datetime | None = _instant()


class Throttle(SQLModel, table=True):
    """How many tries a code, an account or an address made in the window under way."""

    key: str = Field(primary_key=True)
    window_start: dt.datetime = _instant(nullable=False)
    tries: int


class Pupil(SQLModel, table=True):
    """A person at the school."""

    __table_args__ = (UniqueConstraint("centre_id", "ine"),)

    id: str = Field(primary_key=True)
    centre_id: str = Field(foreign_key="centre.id", index=True)
    ine: str
    siecle_id: str
    local_id: str | None = Field(default=None, index=True)
    family_name: str
    usual_name: str | None = None
    given_name: str
    other_given_names: str = ""
    birth_date: dt.date
    sex: str
    class_name: str
    mef: str | None = None
    birth_commune: str | None = None
    birth_country: str | None = None
    active: bool = True


class PupilProfile(SQLModel, table=True):
    """The profile imported last for a pupil: levels and pix counts as JSON lists of 16."""

    __tablename__ = "pupil_profile"

    pupil_id: str = Field(primary_key=True, foreign_key="pupil.id")
    levels: str
    pix: str
    certifiable: int
    imported_at: dt.datetime = _instant(nullable=False)


class BankVersion(SQLModel, table=True):
    """A published bank, whole: old sessions keep the version that they were sat with."""

    __tablename__ = "bank_version"

    version: str = Field(primary_key=True)
    published_at: dt.datetime = _instant(nullable=False)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    colours: int


class Session(SQLModel, table=True):
    """One sitting: a room, a slot, its candidates; and the head of its log."""

    id: str = Field(primary_key=True)
    centre_id: str = Field(foreign_key="centre.id", index=True)
    code: str = Field(unique=True)
    room: str
    date: dt.date
    starts_at: dt.datetime = _instant(nullable=False)
    rows: int
    columns: int
    state: str
    created_by: str
    secret: str
    bank_version: str | None = None
    rules: str | None = Field(default=None, sa_column=Column(Text))
    banned: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    opened_at: dt.datetime | None = _instant()
    check_in_ends_at: dt.datetime | None = _instant()
    stopped_since: dt.datetime | None = _instant()
    stop_reason: str | None = None
    closed_at: dt.datetime | None = _instant()
    finalised_at: dt.datetime | None = _instant()
    log_number: int = 0
    log_hash: str = ""


class SessionInvigilator(SQLModel, table=True):
    """Who invigilates a session; `on_duty_since` while that person watches the room."""

    __tablename__ = "session_invigilator"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    account_id: str = Field(primary_key=True, foreign_key="account.id", index=True)
    on_duty_since: dt.datetime | None = _instant()


class Candidate(SQLModel, table=True):
    """A pupil registered for one session, with the profile frozen at registration.

    `messages` are those that the candidate has not closed yet, as a JSON list. `accommodations` (JSON) is
    what was decided; its extra time and its choice of items stand in columns of their own too. `adult` reads
    or writes for the candidate, `place` is where, when it is not the session's room.
    """

    __table_args__ = (
        UniqueConstraint("session_id", "pupil_id"),
        UniqueConstraint("session_id", "seat_row", "seat_column"),
    )

    id: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    pupil_id: str = Field(foreign_key="pupil.id", index=True)
    state: str
    levels: str
    pix: str
    extra_numerator: int = 0
    extra_denominator: int = 1
    accessible_only: bool = False
    accommodations: str = Field(default="{}", sa_column=Column(Text, nullable=False, server_default="{}"))
    adult: str | None = None
    place: str | None = None
    identity_document: str | None = None
    identity_at: dt.datetime | None = _instant()
    identity_by: str | None = None
    seat_row: int | None = None
    seat_column: int | None = None
    admitted_at: dt.datetime | None = _instant()
    refused_for: str | None = None
    refusal_note: str | None = None
    card_issue: int = 1
    card_hash: str = Field(unique=True)
    card_used_at: dt.datetime | None = _instant()
    device_hash: str | None = Field(default=None, unique=True)
    messages: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    end_reason: str | None = None
    end_note: str | None = None


class Attempt(SQLModel, table=True):
    """One candidate's sitting; it shares the candidate's identifier.

    `due_at`, `allowed_us` and `left_us` repeat what is computed from the ledger, so that the clock can find
    what is due by an index and a page need not add up the ledger. `due_at` is null while the clock is stopped
    and after the end; `left_us` is what was left when it stopped. `position` counts every item given,
    `replaced` those among them that were taken back: the candidate is at question `position - replaced`.
    `break_until` is when a rest break under way ends; `breaks_us` is what was had of those that are over.
    `passed` counts the items that were passed over; `receipt` is the digest of what counts, from the end on.
    """

    __table_args__ = (Index("ix_attempt_due", "due_at"),)

    id: str = Field(sa_column=Column(Text, ForeignKey("candidate.id"), primary_key=True))
    session_id: str = Field(foreign_key="session.id", index=True)
    state: str
    spec: str = Field(sa_column=Column(Text, nullable=False))
    variant_seed: int = Field(sa_column=Column(BigInteger, nullable=False))
    started_at: dt.datetime = _instant(nullable=False)
    due_at: dt.datetime | None = _instant()
    allowed_us: int = Field(sa_column=Column(BigInteger, nullable=False))
    left_us: int | None = Field(default=None, sa_column=Column(BigInteger))
    stopped_since: dt.datetime | None = _instant()
    stop_reason: str | None = None
    ended_at: dt.datetime | None = _instant()
    position: int = 0
    answered: int = 0
    replaced: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    break_since: dt.datetime | None = _instant()
    break_until: dt.datetime | None = _instant()
    breaks_taken: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    breaks_us: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    passed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    receipt: str | None = None


class GivenItem(SQLModel, table=True):
    """The item at one position of an attempt; how the engine chose it stands in the log.

    An item that was replaced before it was answered has `neutralised_after`, how many items lay behind the
    candidate then, and the `seconds` for which it had been in hand; a draft of it counts for nothing.
    """

    __tablename__ = "given_item"

    attempt_id: str = Field(primary_key=True, foreign_key="attempt.id")
    position: int = Field(primary_key=True)
    item_id: str = Field(index=True)
    given_at: dt.datetime = _instant(nullable=False)
    neutralised_after: int | None = None
    seconds: int | None = None


class Response(SQLModel, table=True):
    """What the candidate gave for an item: the newest revision, a draft until `final`."""

    attempt_id: str = Field(primary_key=True, foreign_key="attempt.id")
    position: int = Field(primary_key=True)
    revision: int
    content: str = Field(sa_column=Column(Text, nullable=False))
    final: bool
    correct: bool
    seconds: int
    answered_at: dt.datetime = _instant(nullable=False)
    received_at: dt.datetime = _instant(nullable=False)


class IncidentReport(SQLModel, table=True):
    """What happened, in a person's words; `number` is its fact's. `notes` is a JSON list that only grows."""

    __tablename__ = "incident_report"

    id: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id", index=True)
    number: int
    candidate_id: str | None = Field(default=None, foreign_key="candidate.id")
    position: int | None = None
    category: str
    description: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    reported_by: str
    reported_at: dt.datetime = _instant(nullable=False)
    outcome: str | None = None
    notes: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    statement: str | None = Field(default=None, sa_column=Column(Text))
    statement_declined: bool = False
    statement_at: dt.datetime | None = _instant()


class TimeEntryRow(SQLModel, table=True):
    """A line of the time ledger; without an attempt it is the whole room's.

    `request` is the asking page's own number of an extension: asked twice, it is given once. `help_call` is
    the number of the call that stopped the clock, let it run again, or was answered with an extension.
    """

    __tablename__ = "time_entry"
    __table_args__ = (
        Index("ix_time_entry_session", "session_id", "attempt_id"),
        UniqueConstraint("attempt_id", "request"),
    )

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    attempt_id: str | None = Field(default=None, index=True)
    kind: str
    at: dt.datetime = _instant(nullable=False)
    length_us: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    actor: str
    reason: str = ""
    request: str | None = None
    help_call: int | None = None


class HelpCall(SQLModel, table=True):
    """A candidate asked for the invigilator; `number` is that of the event that says so.

    `open_for` is the attempt while the call waits, and null after: so nobody has two open calls.
    """

    __tablename__ = "help_call"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    attempt_id: str = Field(sa_column=Column(Text, ForeignKey("attempt.id"), nullable=False, index=True))
    open_for: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    kind: str
    state: str
    position: int
    stops_clock: bool
    made_at: dt.datetime = _instant(nullable=False)
    answered_by: str | None = None
    resolution: str | None = None
    ended_at: dt.datetime | None = _instant()


class LogEntry(SQLModel, table=True):
    """A line of a session's log; `content` and `salt` are what may be erased later."""

    __tablename__ = "log_entry"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    at_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    actor: str
    candidate: str | None = None
    content: str | None = Field(default=None, sa_column=Column(Text))
    salt: str | None = None
    content_hash: str
    hash: str
