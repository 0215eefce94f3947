"""Decisions on accommodations as pages list them: never with the reason."""

from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlmodel import col, or_, select

from exam_server.domain.accommodations import Accommodations
from exam_server.domain.decisions import DecisionState, Validity
from exam_server.storage.decision_tables import AccommodationDecision, DecisionEvidence, ReasonReading
from exam_server.storage.tables import Account, Pupil
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class DecisionRow:
    """A decision in a list."""

    id: str
    pupil_id: str
    name: str
    class_name: str
    state: DecisionState
    decided: Accommodations
    validity: Validity
    recorded_by: str
    recorder: str
    recorded_at: datetime
    has_evidence: bool


@dataclass(frozen=True)
class ReadingRow:
    """Who read the reason of a decision, and when."""

    by: str
    at: datetime
    what: str


def decisions_on(reading: Reading, pupil_id: str, day: date) -> list[AccommodationDecision]:
    """What is approved for a pupil on this day."""
    return list(
        reading.orm.scalars(
            select(AccommodationDecision)
            .where(
                AccommodationDecision.pupil_id == pupil_id,
                AccommodationDecision.state == DecisionState.APPROVED,
                AccommodationDecision.valid_from <= day,
                or_(
                    col(AccommodationDecision.valid_until).is_(None),
                    col(AccommodationDecision.valid_until) >= day,
                ),
            )
            .order_by(col(AccommodationDecision.id))
        )
    )


def decision_rows(reading: Reading, centre_id: str, pupil_id: str | None = None) -> list[DecisionRow]:
    """Those of a centre, or of one of its pupils; the newest first, by class and name."""
    found = (
        select(AccommodationDecision, Pupil, Account.name, col(DecisionEvidence.decision_id))
        .join(Pupil, col(Pupil.id) == AccommodationDecision.pupil_id)
        .join(Account, col(Account.id) == AccommodationDecision.recorded_by)
        .outerjoin(DecisionEvidence, col(DecisionEvidence.decision_id) == AccommodationDecision.id)
        .where(Pupil.centre_id == centre_id)
        .order_by(
            col(Pupil.class_name),
            col(Pupil.family_name),
            col(Pupil.given_name),
            col(AccommodationDecision.recorded_at).desc(),
        )
    )
    if pupil_id is not None:
        found = found.where(AccommodationDecision.pupil_id == pupil_id)
    return [_row(*each) for each in reading.orm.execute(found).all()]


def _row(one: AccommodationDecision, pupil: Pupil, recorder: str, evidence: str | None) -> DecisionRow:
    return DecisionRow(
        id=one.id,
        pupil_id=pupil.id,
        name=f"{pupil.family_name} {pupil.given_name}",
        class_name=pupil.class_name,
        state=DecisionState(one.state),
        decided=Accommodations.from_json(orjson.loads(one.decided)),
        validity=Validity(one.valid_from, one.valid_until),
        recorded_by=one.recorded_by,
        recorder=recorder,
        recorded_at=one.recorded_at,
        has_evidence=evidence is not None,
    )


def readings_of(reading: Reading, decision_id: str) -> list[ReadingRow]:
    """Every reading of a decision's reason, the newest first."""
    rows = reading.orm.execute(
        select(ReasonReading, Account.name)
        .join(Account, col(Account.id) == ReasonReading.actor_id)
        .where(ReasonReading.decision_id == decision_id)
        .order_by(col(ReasonReading.number).desc())
    ).all()
    return [ReadingRow(name, one.at, one.what) for one, name in rows]
