"""The versions of a session's results, and the rulings that lie between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.errors import NotAllowed
from exam_server.domain.rulings import RulingKind, RulingState
from exam_server.storage.results_tables import ResultsVersion, Ruling
from exam_server.storage.tables import Account, Candidate, Pupil, Session
from exam_server.storage.transaction import Reading


def newest_version(reading: Reading, session_id: str) -> ResultsVersion | None:
    """The version that was finalised last, whatever became of it; None before the first."""
    return reading.orm.scalar(
        select(ResultsVersion)
        .where(ResultsVersion.session_id == session_id)
        .order_by(col(ResultsVersion.version).desc())
        .limit(1)
    )


def newest_of(reading: Reading, session_id: str) -> ResultsVersion:
    """The same; raises NotAllowed before the first."""
    found = newest_version(reading, session_id)
    if found is None:
        raise NotAllowed("not_finalised")
    return found


def versions_of(reading: Reading, session_id: str) -> Sequence[ResultsVersion]:
    """Every version, the newest first."""
    return reading.orm.scalars(
        select(ResultsVersion)
        .where(ResultsVersion.session_id == session_id)
        .order_by(col(ResultsVersion.version).desc())
    ).all()


def published_versions(reading: Reading, centre_id: str) -> Sequence[ResultsVersion]:
    """The version that stands of each session of a centre whose results are published."""
    return reading.orm.scalars(
        select(ResultsVersion)
        .join(Session, col(Session.id) == ResultsVersion.session_id)
        .where(Session.centre_id == centre_id)
        .where(col(ResultsVersion.published_at).is_not(None), col(ResultsVersion.withdrawn_at).is_(None))
        .order_by(col(Session.starts_at).desc(), Session.id)
    ).all()


def rulings_waiting(reading: Reading, session_id: str) -> int:
    """How many rulings a second person has still to confirm, or to put aside."""
    query = select(func.count()).where(
        col(Ruling.session_id) == session_id, col(Ruling.state) == RulingState.PROPOSED
    )
    return reading.orm.scalar(query) or 0


@dataclass(frozen=True)
class RulingRow:
    """A ruling in a list, with the names of who took part in it."""

    number: int
    candidate_id: str
    name: str
    kind: RulingKind
    positions: tuple[int, ...]
    incident_id: str | None
    reason: str
    state: RulingState
    proposed_by: str
    proposed_by_id: str
    proposed_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None


def ruling_rows(reading: Reading, session_id: str) -> list[RulingRow]:
    """The rulings of a session, the newest first; those that were reversed too."""
    rows = reading.orm.execute(
        select(Ruling, Pupil.family_name, Pupil.given_name)
        .join(Candidate, col(Candidate.id) == Ruling.candidate_id)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .where(Ruling.session_id == session_id)
        .order_by(col(Ruling.number).desc())
    ).all()
    people = {who for one, *_ in rows for who in (one.proposed_by, one.taken_by, one.ended_by) if who}
    named = select(Account.id, Account.name).where(col(Account.id).in_(people))
    names = {row[0]: row[1] for row in reading.orm.execute(named)}
    return [
        RulingRow(
            number=one.number,
            candidate_id=one.candidate_id,
            name=f"{family} {given}",
            kind=RulingKind(one.kind),
            positions=tuple(orjson.loads(one.positions)),
            incident_id=one.incident_id,
            reason=one.reason,
            state=RulingState(one.state),
            proposed_by=names[one.proposed_by],
            proposed_by_id=one.proposed_by,
            proposed_at=one.proposed_at,
            taken_by=None if one.taken_by is None else names[one.taken_by],
            taken_at=one.taken_at,
            ended_by=None if one.ended_by is None else names[one.ended_by],
            ended_at=one.ended_at,
        )
        for one, family, given in rows
    ]
