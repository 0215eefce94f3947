"""A session before the day: its candidates with what holds for them, and when its room is needed again."""

from datetime import datetime

import orjson
from sqlmodel import col, select

from exam_server.domain.accommodations import Accommodations
from exam_server.domain.decisions import DecisionState, Validity
from exam_server.domain.preparation import Expected
from exam_server.domain.sessions import SessionState
from exam_server.storage.decision_tables import AccommodationDecision
from exam_server.storage.tables import Candidate, Pupil, Session
from exam_server.storage.transaction import Reading


def expected_in(reading: Reading, session: Session) -> list[Expected]:
    """Every candidate, by name."""
    rows = reading.orm.execute(
        select(Candidate, Pupil)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .where(Candidate.session_id == session.id)
        .order_by(col(Pupil.family_name), col(Pupil.given_name), col(Candidate.id))
    ).all()
    decisions = _decisions_of(reading, [pupil.id for _candidate, pupil in rows])
    return [
        _expected(session, candidate, pupil, [one for one in decisions if one.pupil_id == pupil.id])
        for candidate, pupil in rows
    ]


def _decisions_of(reading: Reading, pupils: list[str]) -> list[AccommodationDecision]:
    found = select(AccommodationDecision).where(col(AccommodationDecision.pupil_id).in_(pupils))
    return list(reading.orm.scalars(found))


def _expected(
    session: Session, candidate: Candidate, pupil: Pupil, decisions: list[AccommodationDecision]
) -> Expected:
    spans = [(DecisionState(one.state), Validity(one.valid_from, one.valid_until)) for one in decisions]
    approved = [validity for state, validity in spans if state is DecisionState.APPROVED]
    ended = any(one.end is not None and one.end < session.date for one in approved)
    return Expected(
        candidate_id=candidate.id,
        name=f"{pupil.family_name} {pupil.given_name}",
        decided=Accommodations.from_json(orjson.loads(candidate.accommodations)),
        adult=candidate.adult or "",
        place=candidate.place or "",
        waits=any(
            state is DecisionState.RECORDED and validity.holds_on(session.date) for state, validity in spans
        ),
        ended_before=ended and not any(one.holds_on(session.date) for one in approved),
    )


def needed_again_at(reading: Reading, session: Session) -> datetime | None:
    """When the next session of this room and day begins."""
    return reading.orm.scalar(
        select(Session.starts_at)
        .where(
            Session.centre_id == session.centre_id,
            Session.room == session.room,
            Session.date == session.date,
            col(Session.starts_at) > session.starts_at,
            Session.state != SessionState.CANCELLED,
        )
        .order_by(col(Session.starts_at))
        .limit(1)
    )
