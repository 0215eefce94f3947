"""When each candidate of a session last worked, and how often the page was left, as boards show it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.events import EventKind
from exam_server.domain.json import JSON
from exam_server.domain.timing import EntryKind
from exam_server.storage.columns import to_millis
from exam_server.storage.tables import Attempt, LogEntry, Response, TimeEntryRow
from exam_server.storage.transaction import Reading


@dataclass
class Absences:
    """How often and how long a candidate's page was left: a neutral fact, from the log alone."""

    times: int = 0
    ms: int = 0

    def to_json(self) -> dict[str, JSON]:
        """As boards get it."""
        return {"times": self.times, "ms": self.ms}


def signs_of(reading: Reading, session_id: str) -> Callable[[str], dict[str, JSON]]:
    """What the board's row of each candidate has of both."""
    worked_at, absences = worked_at_of(reading, session_id), absences_of(reading, session_id)

    def of(candidate_id: str) -> dict[str, JSON]:
        away = absences.get(candidate_id, Absences())
        return {"worked_at": worked_at.get(candidate_id), "away": away.to_json()}

    return of


def absences_of(reading: Reading, session_id: str) -> dict[str, Absences]:
    """By candidate; those who never left the page are not in it, and what was erased is not counted."""
    rows = reading.orm.execute(
        select(LogEntry.candidate, LogEntry.content)
        .where(LogEntry.session_id == session_id)
        .where(LogEntry.kind == str(EventKind.FOCUS_RETURNED))
    ).all()
    found: dict[str, Absences] = {}
    for candidate_id, content in rows:
        if candidate_id is not None and content is not None:
            absences = found.setdefault(candidate_id, Absences())
            absences.times += 1
            absences.ms += orjson.loads(content)["ms"]
    return found


def worked_at_of(reading: Reading, session_id: str) -> dict[str, int]:
    """By attempt, in ms: the last response (draft or not), the start, or the end of the last stop."""
    attempts = reading.orm.execute(
        select(Attempt.id, Attempt.started_at).where(Attempt.session_id == session_id)
    ).all()
    rows = reading.orm.execute(
        select(Response.attempt_id, func.max(col(Response.received_at)))
        .join(Attempt, col(Attempt.id) == Response.attempt_id)
        .where(Attempt.session_id == session_id)
        .group_by(Response.attempt_id)
    )
    saved = {row[0]: row[1] for row in rows}
    resumed = _resumed_of(reading, session_id)
    return {
        attempt_id: max(
            to_millis(at)
            for at in (started, saved.get(attempt_id), resumed.get(attempt_id), resumed.get(None))
            if at is not None
        )
        for attempt_id, started in attempts
    }


def _resumed_of(reading: Reading, session_id: str) -> dict[str | None, datetime]:
    """When each clock last went on again; that of the room under None."""
    rows = reading.orm.execute(
        select(TimeEntryRow.attempt_id, func.max(col(TimeEntryRow.at)))
        .where(TimeEntryRow.session_id == session_id, TimeEntryRow.kind == str(EntryKind.RESUMED))
        .group_by(TimeEntryRow.attempt_id)
    )
    return {row[0]: row[1] for row in rows}
