"""Keeping an attempt's clock: entries go into the ledger, and the row repeats what the ledger says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import col, or_, select

from exam_server.domain.attempts import RUNNING, AttemptState
from exam_server.domain.errors import TooLate
from exam_server.domain.timing import EntryKind, Ledger, Scope, TimeEntry, merged_stops
from exam_server.storage.columns import from_micros, to_micros, to_millis
from exam_server.storage.prepared import Prepared, table_of
from exam_server.storage.queries import extra_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Attempt, Candidate, Session, TimeEntryRow
from exam_server.storage.transaction import Reading, Transaction

_MICROSECOND = timedelta(microseconds=1)
_ENTRY = table_of(TimeEntryRow)
_STOPS = Prepared(
    core_select(_ENTRY.c.kind, _ENTRY.c.at, _ENTRY.c.attempt_id, _ENTRY.c.help_call)
    .where(_ENTRY.c.session_id == bindparam("session"))
    .where(or_(_ENTRY.c.attempt_id == bindparam("attempt"), _ENTRY.c.attempt_id.is_(None)))
    .order_by(_ENTRY.c.number)
)


@dataclass(frozen=True)
class Why:
    """What the ledger keeps beside an entry: the reason, the page's number, the help call it is for."""

    reason: str = ""
    request: str | None = None
    help_call: int | None = None


_NO_MORE = Why()


def ledger_of(reading: Reading, candidate: Candidate) -> Ledger:
    """The candidate's ledger: its own entries and those of its room."""
    rows = reading.orm.scalars(
        select(TimeEntryRow)
        .where(TimeEntryRow.session_id == candidate.session_id)
        .where(or_(TimeEntryRow.attempt_id == candidate.id, col(TimeEntryRow.attempt_id).is_(None)))
        .order_by(col(TimeEntryRow.number))
    )
    entries = tuple(
        TimeEntry(
            EntryKind(row.kind),
            row.at,
            _scope(row.attempt_id, row.help_call),
            row.length_us * _MICROSECOND,
        )
        for row in rows
    )
    rules = rules_of(reading.house, reading.get(Session, candidate.session_id))
    return Ledger(rules.duration, extra_of(candidate), entries)


def stopped_between(reading: Reading, session_id: str, attempt_id: str, since: int, until: int) -> int:
    """How many microseconds of this span the candidate's clock stood still; for the path of each response."""
    rows = reading.rows(_STOPS, {"session": session_id, "attempt": attempt_id})
    stops = merged_stops(
        TimeEntry(EntryKind(kind), from_micros(at), _scope(whose, call)) for kind, at, whose, call in rows
    )
    spans = ((to_micros(s.since), until if s.until is None else to_micros(s.until)) for s in stops)
    return sum(max(0, min(end, until) - max(start, since)) for start, end in spans)


def _scope(attempt_id: str | None, help_call: int | None) -> Scope:
    """A stop by a help call and a pause by the invigilator stand side by side: neither ends the other."""
    if attempt_id is None:
        return Scope.ROOM
    return Scope.ATTEMPT if help_call is None else Scope.HELP


def enter_time(
    tx: Transaction,
    session_id: str,
    number: int,
    entry: TimeEntry,
    *,
    actor: str,
    attempt_id: str | None = None,
    why: Why = _NO_MORE,
) -> None:
    """Adds a line to the ledger, under the number of the event that says the same in the log."""
    tx.orm.add(
        TimeEntryRow(
            session_id=session_id,
            number=number,
            attempt_id=attempt_id,
            kind=entry.kind,
            at=entry.at,
            length_us=entry.length // _MICROSECOND,
            actor=actor,
            reason=why.reason,
            request=why.request,
            help_call=why.help_call,
        )
    )
    tx.orm.flush()


def set_clock(tx: Transaction, candidate: Candidate, attempt: Attempt) -> Ledger:
    """Writes what the ledger says into the attempt's row; an ended attempt has no deadline."""
    ledger = ledger_of(tx, candidate)
    attempt.allowed_us = ledger.allowed // _MICROSECOND
    running = AttemptState(attempt.state) in RUNNING
    attempt.due_at = ledger.deadline if running else None
    stopped = running and ledger.stopped_since is not None
    attempt.left_us = ledger.time_left(tx.now) // _MICROSECOND if stopped else None
    attempt.stopped_since = ledger.stopped_since if stopped else None
    return ledger


def settle_break(attempt: Attempt, now: datetime) -> None:
    """A rest break that is under way is over, whoever or whatever ended it: what was had of it counts."""
    if attempt.break_since is None or attempt.break_until is None:
        return
    attempt.breaks_us += max(timedelta(), min(now, attempt.break_until) - attempt.break_since) // _MICROSECOND
    attempt.break_since = attempt.break_until = None


def check_not_over(attempt: Attempt, now: datetime) -> None:
    """An invigilator's act comes too late for an attempt whose time is over but not yet closed."""
    if attempt.due_at is not None and now >= attempt.due_at:
        raise TooLate("time_is_over")


def deadline_ms(attempt: Attempt) -> int | None:
    """The deadline as browsers count; None while the clock is stopped."""
    return None if attempt.due_at is None else to_millis(attempt.due_at)


def left_ms(attempt: Attempt) -> int | None:
    """What was left when the clock stopped; None while it runs."""
    return None if attempt.left_us is None else attempt.left_us // 1000


def is_room_stopped(session: Session) -> bool:
    """True while the whole room's clock stands still."""
    return session.stopped_since is not None
