"""What the head is shown of the livret: what it would take now, whom it could not tell, what it was told."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exam_server.acts.livret import Keys, sittings_of
from exam_server.acts.livret_clients import Client, client_rows
from exam_server.acts.livret_statements import Standing, compared, opened, twice_in
from exam_server.domain.roles import Person
from exam_server.exports.livret import LivretStatus, Sitting, listed
from exam_server.exports.livret_statements import Mismatch, StatementKind
from exam_server.storage import livret_rows
from exam_server.storage.credential_tables import LivretStatement
from exam_server.storage.queries import class_rows
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class ClassLine:
    """A class: its pupils, and what the livret would take of them."""

    name: str
    pupils: int
    validated: int
    rejected: int
    pending: int


@dataclass(frozen=True)
class SessionLine:
    """A session in which somebody sat: what is published of it, what was stated, and what has to be."""

    id: str
    room: str
    date: date
    version: int | None
    matched: int
    unmatched: int
    last: int | None
    due: StatementKind | None


@dataclass(frozen=True)
class UnmatchedLine:
    """A pupil whom the livret could not tell, and why."""

    session_id: str
    family_name: str
    given_name: str
    class_name: str
    why: Mismatch


@dataclass(frozen=True)
class StatementLine:
    """A statement that was given."""

    number: int
    session_id: str
    room: str
    date: date
    kind: StatementKind
    version: int
    replaces: int | None
    at: datetime


@dataclass(frozen=True)
class LivretView:
    """The head's page."""

    classes: Sequence[ClassLine]
    sessions: Sequence[SessionLine]
    unmatched: Sequence[UnmatchedLine]
    statements: Sequence[StatementLine]
    clients: Sequence[Client]


def livret_view(reading: Reading, person: Person, keys: Keys) -> LivretView:
    """Everything that the livret would take of the centre now, and what it was told so far."""
    centre = reading.get(Centre, person.centre_id)
    rows = livret_rows.sat_in_centre(reading, centre.id)
    sittings = sittings_of(reading, rows, keys)
    sessions = {row.session.id: row.session for row in rows}
    given = livret_rows.statements_of(reading, centre.id)
    standings = _standings(reading, centre.id, sessions, sittings, given, keys)
    return LivretView(
        classes=_classes(reading, centre.id, sittings),
        sessions=[_session_line(sessions[one], standing) for one, standing in standings.items()],
        unmatched=[line for one, standing in standings.items() for line in _unmatched(one, standing)],
        statements=[_statement_line(one, reading.get(Session, one.session_id)) for one in given],
        clients=[one for one in client_rows(reading) if one.disabled_at is None and one.may_see(centre.uai)],
    )


def _standings(
    reading: Reading,
    centre_id: str,
    sessions: Mapping[str, Session],
    sittings: Iterable[Sitting],
    given: Sequence[LivretStatement],
    keys: Keys,
) -> dict[str, Standing]:
    """By session, the newest first."""
    versions = livret_rows.newest_versions(reading, list(sessions))
    twice = twice_in(reading, centre_id)
    last = {one.session_id: one for one in reversed(given)}
    sat: dict[str, list[Sitting]] = {}
    for one in sittings:
        sat.setdefault(one.session, []).append(one)
    newest_first = sorted(sessions.values(), key=lambda one: (one.starts_at, one.id), reverse=True)
    return {
        one.id: compared(
            opened(last[one.id], keys) if one.id in last else None,
            versions.get(one.id),
            sat[one.id],
            twice,
        )
        for one in newest_first
    }


def _classes(reading: Reading, centre_id: str, sittings: Iterable[Sitting]) -> list[ClassLine]:
    counted = Counter((one.pupil.class_name, one.status) for one in listed(sittings))
    return [
        ClassLine(
            name=row.name,
            pupils=row.count,
            validated=counted[row.name, LivretStatus.VALIDATED],
            rejected=counted[row.name, LivretStatus.REJECTED],
            pending=counted[row.name, LivretStatus.PENDING],
        )
        for row in class_rows(reading, centre_id)
    ]


def _session_line(session: Session, standing: Standing) -> SessionLine:
    return SessionLine(
        id=session.id,
        room=session.room,
        date=session.date,
        version=None if standing.published is None else standing.published.version,
        matched=len(standing.certifications),
        unmatched=len(standing.unmatched),
        last=None if standing.last is None else standing.last.number,
        due=standing.due,
    )


def _unmatched(session_id: str, standing: Standing) -> list[UnmatchedLine]:
    lines = [
        UnmatchedLine(session_id, one.pupil.family_name, one.pupil.given_name, one.pupil.class_name, why)
        for one, why in standing.unmatched
    ]
    return sorted(lines, key=lambda line: (line.class_name, line.family_name, line.given_name))


def _statement_line(one: LivretStatement, session: Session) -> StatementLine:
    return StatementLine(
        number=one.number,
        session_id=one.session_id,
        room=session.room,
        date=session.date,
        kind=StatementKind(one.kind),
        version=one.version,
        replaces=one.replaces,
        at=one.at,
    )
