"""Read models: what pages and boards show, straight from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.accommodations import fraction_text
from exam_server.domain.attempts import ENDED
from exam_server.domain.timing import time_allowed
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import (
    Account,
    Attempt,
    Candidate,
    Pupil,
    PupilProfile,
    Session,
    SessionInvigilator,
)
from exam_server.storage.transaction import Reading
from question_bank.profile import MINIMUM_CERTIFIABLE_COMPETENCES


@dataclass(frozen=True)
class SessionRow:
    """A session in a list."""

    id: str
    room: str
    date: date
    starts_at: datetime
    state: str
    code: str
    rows: int
    columns: int
    registered: int
    started: int
    finished: int
    opened_at: datetime | None
    check_in_ends_at: datetime | None


@dataclass(frozen=True)
class CandidateRow:
    """A candidate in a list."""

    id: str
    family_name: str
    given_name: str
    class_name: str
    birth_date: date
    certifiable_count: int
    extra_time: str | None
    adult: str
    allowed_minutes: int
    state: str
    attempt_state: str | None
    answered: int
    started_at: datetime | None
    seat: tuple[int, int] | None
    card_issue: int
    card_used: bool


@dataclass(frozen=True)
class PupilRow:
    """A pupil in a list, with what the profile allows."""

    id: str
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    ine: str
    levels: tuple[int, ...] | None
    certifiable_count: int
    certifiable: bool


@dataclass(frozen=True)
class ClassRow:
    """A class, how many are in it, and how many are registered for a session."""

    name: str
    count: int
    registered: int


def candidates_of(reading: Reading, session_id: str) -> Sequence[Candidate]:
    """The candidates of a session."""
    return reading.orm.scalars(
        select(Candidate).where(Candidate.session_id == session_id).order_by(Candidate.id)
    ).all()


def candidate_rows(reading: Reading, session_id: str) -> list[CandidateRow]:
    """The candidates of a session, by name."""
    rows = reading.orm.execute(
        select(Candidate, Pupil, Attempt)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .outerjoin(Attempt, col(Attempt.id) == Candidate.id)
        .where(Candidate.session_id == session_id)
        .order_by(Pupil.family_name, Pupil.given_name, Candidate.id)
    ).all()
    duration = rules_of(reading.house, reading.get(Session, session_id)).duration
    return [_candidate_row(duration, candidate, pupil, attempt) for candidate, pupil, attempt in rows]


def _candidate_row(
    duration: timedelta, candidate: Candidate, pupil: Pupil, attempt: Attempt | None
) -> CandidateRow:
    extra = extra_of(candidate)
    seat = None
    if candidate.seat_row is not None and candidate.seat_column is not None:
        seat = (candidate.seat_row, candidate.seat_column)
    return CandidateRow(
        id=candidate.id,
        family_name=pupil.family_name,
        given_name=pupil.given_name,
        class_name=pupil.class_name,
        birth_date=pupil.birth_date,
        certifiable_count=sum(1 for level in orjson.loads(candidate.levels) if level >= 1),
        extra_time=fraction_text(extra),
        adult=candidate.adult or "",
        allowed_minutes=-(-time_allowed(duration, extra) // timedelta(minutes=1)),
        state=candidate.state,
        attempt_state=None if attempt is None else attempt.state,
        answered=0 if attempt is None else attempt.answered,
        started_at=None if attempt is None else attempt.started_at,
        seat=seat,
        card_issue=candidate.card_issue,
        card_used=candidate.card_used_at is not None,
    )


def extra_of(candidate: Candidate) -> Fraction:
    """The candidate's extra time as an exact fraction of the base."""
    return Fraction(candidate.extra_numerator, candidate.extra_denominator)


def session_rows(
    reading: Reading, centre_id: str, *, invigilator: str | None = None, session_id: str | None = None
) -> list[SessionRow]:
    """The centre's sessions, the newest first; those of one invigilator, or one session, where asked."""
    query = select(Session).where(Session.centre_id == centre_id).order_by(col(Session.starts_at).desc())
    if invigilator is not None:
        query = query.join(SessionInvigilator, col(SessionInvigilator.session_id) == Session.id).where(
            SessionInvigilator.account_id == invigilator
        )
    if session_id is not None:
        query = query.where(Session.id == session_id)
    sessions = reading.orm.scalars(query).all()
    ids = [session.id for session in sessions]
    registered = _count_by_session(reading, Candidate.session_id, ids)
    started = _count_by_session(reading, Attempt.session_id, ids)
    finished = _count_by_session(reading, Attempt.session_id, ids, only_ended=True)
    return [
        SessionRow(
            id=s.id,
            room=s.room,
            date=s.date,
            starts_at=s.starts_at,
            state=s.state,
            code=s.code,
            rows=s.rows,
            columns=s.columns,
            registered=registered.get(s.id, 0),
            started=started.get(s.id, 0),
            finished=finished.get(s.id, 0),
            opened_at=s.opened_at,
            check_in_ends_at=s.check_in_ends_at,
        )
        for s in sessions
    ]


def _count_by_session(
    reading: Reading, column: str, ids: Sequence[str], *, only_ended: bool = False
) -> dict[str, int]:
    query = select(col(column), func.count()).where(col(column).in_(ids)).group_by(col(column))
    if only_ended:
        query = query.where(col(Attempt.state).in_([str(state) for state in ENDED]))
    return {row[0]: row[1] for row in reading.orm.execute(query).all()}


def invigilators_of(reading: Reading, session_id: str) -> list[Account]:
    """Who invigilates a session, by name."""
    return list(
        reading.orm.scalars(
            select(Account)
            .join(SessionInvigilator, col(SessionInvigilator.account_id) == Account.id)
            .where(SessionInvigilator.session_id == session_id)
            .order_by(Account.name)
        )
    )


def staff_of(reading: Reading, centre_id: str) -> list[Account]:
    """The centre's staff, by name."""
    return list(
        reading.orm.scalars(
            select(Account)
            .where(Account.centre_id == centre_id, col(Account.disabled).is_(False))
            .order_by(Account.name)
        )
    )


def names_of_staff(reading: Reading, centre_id: str) -> dict[str, str]:
    """The names of everyone who is or was of the centre's staff, by identifier."""
    accounts = reading.orm.scalars(select(Account).where(Account.centre_id == centre_id))
    return {account.id: account.name for account in accounts}


def pupil_rows(reading: Reading, centre_id: str, class_name: str | None = None) -> list[PupilRow]:
    """The centre's active pupils, or those of one class, by name."""
    query = (
        select(Pupil, PupilProfile)
        .outerjoin(PupilProfile, col(PupilProfile.pupil_id) == Pupil.id)
        .where(Pupil.centre_id == centre_id, col(Pupil.active).is_(True))
        .order_by(Pupil.class_name, Pupil.family_name, Pupil.given_name)
    )
    if class_name:
        query = query.where(Pupil.class_name == class_name)
    return [
        PupilRow(
            id=pupil.id,
            family_name=pupil.family_name,
            given_name=pupil.given_name,
            birth_date=pupil.birth_date,
            class_name=pupil.class_name,
            ine=pupil.ine,
            levels=None if profile is None else tuple(orjson.loads(profile.levels)),
            certifiable_count=0 if profile is None else profile.certifiable,
            certifiable=profile is not None and profile.certifiable >= MINIMUM_CERTIFIABLE_COMPETENCES,
        )
        for pupil, profile in reading.orm.execute(query).all()
    ]


def class_rows(reading: Reading, centre_id: str, session_id: str | None = None) -> list[ClassRow]:
    """The centre's classes."""
    counts = reading.orm.execute(
        select(Pupil.class_name, func.count())
        .where(Pupil.centre_id == centre_id, col(Pupil.active).is_(True))
        .group_by(Pupil.class_name)
        .order_by(Pupil.class_name)
    ).all()
    registered: dict[str, int] = {}
    if session_id is not None:
        rows = reading.orm.execute(
            select(Pupil.class_name, func.count())
            .join(Candidate, col(Candidate.pupil_id) == Pupil.id)
            .where(Candidate.session_id == session_id)
            .group_by(Pupil.class_name)
        ).all()
        registered = {row[0]: row[1] for row in rows}
    return [ClassRow(name, count, registered.get(name, 0)) for name, count in counts]
