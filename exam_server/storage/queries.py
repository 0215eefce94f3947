"""Read models: what pages and boards show, straight from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.accommodations import fraction_text
from exam_server.domain.admission import admission_end, has_lapsed
from exam_server.domain.attempts import ENDED, AttemptState
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules
from exam_server.domain.timing import time_allowed
from exam_server.storage.columns import to_millis
from exam_server.storage.incident_rows import incidents_standing
from exam_server.storage.room_staff import open_requests, staff_of_room
from exam_server.storage.session_rules import rules_of
from exam_server.storage.signs import signs_of
from exam_server.storage.tables import (
    Account,
    Attempt,
    Candidate,
    HelpCall,
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
    extra = _extra_of(candidate)
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
        allowed_minutes=-(-time_allowed(duration, extra) // timedelta(minutes=1)),
        state=candidate.state,
        attempt_state=None if attempt is None else attempt.state,
        answered=0 if attempt is None else attempt.answered,
        started_at=None if attempt is None else attempt.started_at,
        seat=seat,
        card_issue=candidate.card_issue,
        card_used=candidate.card_used_at is not None,
    )


def _extra_of(candidate: Candidate) -> Fraction:
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


def board(reading: Reading, session: Session, viewer: str = "") -> dict[str, JSON]:
    """The board at one moment, as this member of staff sees it, with the number of the log that it shows."""
    rows = reading.orm.execute(
        select(Candidate, Pupil, Attempt, HelpCall)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .outerjoin(Attempt, col(Attempt.id) == Candidate.id)
        .outerjoin(HelpCall, col(HelpCall.open_for) == Candidate.id)
        .where(Candidate.session_id == session.id)
        .order_by(Pupil.family_name, Pupil.given_name, Candidate.id)
    ).all()
    signs = signs_of(reading, session.id)
    names = {account.id: account.name for account in staff_of(reading, session.centre_id)}
    rules, requests = rules_of(reading.house, session), open_requests(reading, session.id)
    return {
        "number": session.log_number,
        "now": to_millis(reading.now),
        "session": {**_room_json(reading, session, rules), **staff_of_room(reading, session, viewer)},
        "candidates": [
            {
                **_board_row(rules.duration, c, p, a, names),
                **_admission(reading, rules, c, a),
                "help": _board_help(h, names),
                "fraud": requests.get(c.id),
                **signs(c.id),
            }
            for c, p, a, h in rows
        ],
    }


def _room_json(reading: Reading, session: Session, rules: ExamRules) -> dict[str, JSON]:
    bank = reading.house.banks[session.bank_version or reading.house.bank_version]
    return {
        "id": session.id,
        "code": session.code,
        "room": session.room,
        "state": session.state,
        "opened_at": _ms(session.opened_at),
        "check_in_ends_at": _ms(session.check_in_ends_at),
        "rows": session.rows,
        "columns": session.columns,
        "items": rules.items,
        "colours": bank.published.colours,
        "stopped": _room_stop(session),
        "incidents": incidents_standing(reading, session.id),
    }


def _room_stop(session: Session) -> JSON:
    if session.stopped_since is None:
        return None
    return {"since": to_millis(session.stopped_since), "reason": session.stop_reason or ""}


def _board_row(
    duration: timedelta, candidate: Candidate, pupil: Pupil, attempt: Attempt | None, names: dict[str, str]
) -> dict[str, JSON]:
    extra = _extra_of(candidate)
    allowed = time_allowed(duration, extra) // timedelta(milliseconds=1)
    identity: JSON = None
    if candidate.identity_at is not None:
        identity = {
            "document": candidate.identity_document,
            "at": to_millis(candidate.identity_at),
            "by": names.get(candidate.identity_by or "", ""),
        }
    seat: JSON = None
    if candidate.seat_row is not None:
        seat = {"row": candidate.seat_row, "column": candidate.seat_column}
    return {
        "id": candidate.id,
        "family_name": pupil.family_name,
        "given_name": pupil.given_name,
        "class_name": pupil.class_name,
        "birth_date": pupil.birth_date.isoformat(),
        "state": candidate.state,
        "identity": identity,
        "seat": seat,
        "extra_time": fraction_text(extra),
        "allowed_ms": allowed if attempt is None else attempt.allowed_us // 1000,
        "attempt": None if attempt is None else _board_attempt(candidate, attempt),
    }


def _admission(
    reading: Reading, rules: ExamRules, candidate: Candidate, attempt: Attempt | None
) -> dict[str, JSON]:
    """Until when the admission holds without a start, whether it has lapsed, and why there was none."""
    refused: JSON = None
    if candidate.refused_for is not None:
        refused = {"reason": candidate.refused_for, "note": candidate.refusal_note or ""}
    return {
        "admitted_until": _ms(admission_end(candidate.admitted_at, rules)),
        "lapsed": attempt is None and has_lapsed(reading.now, candidate.admitted_at, rules),
        "refused": refused,
    }


def _board_attempt(candidate: Candidate, attempt: Attempt) -> dict[str, JSON]:
    ended = AttemptState(attempt.state) in ENDED
    return {
        "state": attempt.state,
        "started_at": to_millis(attempt.started_at),
        "deadline": _ms(attempt.due_at),
        "left_ms": None if attempt.left_us is None else attempt.left_us // 1000,
        "answered": attempt.answered,
        "ended_at": _ms(attempt.ended_at),
        "reason": candidate.end_reason if ended else attempt.stop_reason,
    }


def _board_help(call: HelpCall | None, names: dict[str, str]) -> dict[str, JSON] | None:
    """The call that waits, and who said that they are coming."""
    if call is None:
        return None
    return {
        "call": call.number,
        "kind": call.kind,
        "state": call.state,
        "at": to_millis(call.made_at),
        "by": None if call.answered_by is None else names.get(call.answered_by, ""),
    }


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_millis(instant)
