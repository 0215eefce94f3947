"""What the livret is made of, straight from the tables: who sat, what was signed, which certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import col, select

from exam_server.domain.sessions import OVER
from exam_server.storage.credential_tables import LivretClient, LivretStatement
from exam_server.storage.results_tables import Certificate, ResultsVersion
from exam_server.storage.tables import Attempt, Candidate, Centre, Pupil, Session
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class SatRow:
    """A candidate who has sat a test of a session that is closed."""

    candidate_id: str
    started_at: datetime
    pupil: Pupil
    session: Session
    centre: Centre


def sat_in_centre(reading: Reading, centre_id: str) -> list[SatRow]:
    """Everybody who sat in a centre."""
    return _sat(reading, col(Session.centre_id) == centre_id)


def sat_in_session(reading: Reading, session_id: str) -> list[SatRow]:
    """Everybody who sat in a session."""
    return _sat(reading, col(Session.id) == session_id)


def sat_by_pupils(reading: Reading, pupil_ids: Sequence[str]) -> list[SatRow]:
    """Whatever these pupils have sat."""
    return _sat(reading, col(Pupil.id).in_(pupil_ids))


def sat_by_candidate(reading: Reading, candidate_id: str) -> list[SatRow]:
    """What one candidate has sat; empty for whoever never started."""
    return _sat(reading, col(Candidate.id) == candidate_id)


def _sat(reading: Reading, whose: object) -> list[SatRow]:
    rows = reading.orm.execute(
        select(Candidate.id, Attempt.started_at, Pupil, Session, Centre)  # type: ignore[call-overload]
        .join(Attempt, col(Attempt.id) == Candidate.id)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .join(Session, col(Session.id) == Candidate.session_id)
        .join(Centre, col(Centre.id) == Session.centre_id)
        .where(whose)
        .where(col(Session.state).in_([str(state) for state in OVER]))
    ).all()
    return [SatRow(*row) for row in rows]


def newest_versions(reading: Reading, session_ids: Sequence[str]) -> dict[str, ResultsVersion]:
    """By session, the version of the results that was finalised last, whatever became of it."""
    newest = (
        select(ResultsVersion.session_id, func.max(col(ResultsVersion.version)).label("version"))
        .where(col(ResultsVersion.session_id).in_(session_ids))
        .group_by(col(ResultsVersion.session_id))
        .subquery()
    )
    rows = reading.orm.scalars(
        select(ResultsVersion).join(
            newest,
            (col(ResultsVersion.session_id) == newest.c.session_id)
            & (col(ResultsVersion.version) == newest.c.version),
        )
    )
    return {row.session_id: row for row in rows}


def certificate_codes(reading: Reading, session_ids: Sequence[str]) -> dict[tuple[str, int], str]:
    """The code of each certificate that is not revoked, by candidate and version of the results."""
    rows = reading.orm.execute(
        select(Certificate.candidate_id, Certificate.version, Certificate.code)
        .where(col(Certificate.session_id).in_(session_ids))
        .where(col(Certificate.revoked_at).is_(None))
    ).all()
    return {(candidate, version): code for candidate, version, code in rows}


def certificate_with(reading: Reading, code: str) -> Certificate | None:
    """The certificate with this code, unless it is revoked."""
    found = reading.orm.get(Certificate, code)
    return None if found is None or found.revoked_at is not None else found


def centre_with(reading: Reading, uai: str) -> Centre | None:
    """The centre with this UAI, in small or capital letters."""
    return reading.orm.scalar(select(Centre).where(func.upper(col(Centre.uai)) == uai.upper()))


def centre_ids(reading: Reading, uais: Sequence[str]) -> list[str]:
    """The centres with these UAIs; all of them where none is named."""
    query = select(Centre.id)
    if uais:
        query = query.where(func.upper(col(Centre.uai)).in_([uai.upper() for uai in uais]))
    return list(reading.orm.scalars(query))


def pupils_with_ine(reading: Reading, centres: Sequence[str], ine: str) -> list[Pupil]:
    """Whoever has this INE in these centres, those who have left too."""
    query = select(Pupil).where(col(Pupil.centre_id).in_(centres), Pupil.ine == ine)
    return list(reading.orm.scalars(query))


def pupils_born_on(reading: Reading, centre_id: str, day: date) -> list[Pupil]:
    """A centre's active pupils who were born on a day."""
    query = select(Pupil).where(
        Pupil.centre_id == centre_id, Pupil.birth_date == day, col(Pupil.active).is_(True)
    )
    return list(reading.orm.scalars(query))


def active_pupils(reading: Reading, centre_id: str) -> list[Pupil]:
    """A centre's active pupils."""
    query = select(Pupil).where(Pupil.centre_id == centre_id, col(Pupil.active).is_(True))
    return list(reading.orm.scalars(query))


def livret_clients(reading: Reading) -> list[LivretClient]:
    """The programs that may or might pull, the oldest first."""
    return list(reading.orm.scalars(select(LivretClient).order_by(LivretClient.added_at, LivretClient.id)))  # type: ignore[arg-type]


def statements_of(
    reading: Reading, centre_id: str, session_id: str | None = None
) -> Sequence[LivretStatement]:
    """The statements that a centre has given, the newest first; those about one session where asked."""
    query = select(LivretStatement).where(LivretStatement.centre_id == centre_id)
    if session_id is not None:
        query = query.where(LivretStatement.session_id == session_id)
    return reading.orm.scalars(query.order_by(col(LivretStatement.number).desc())).all()


def newest_number(reading: Reading, centre_id: str) -> int:
    """The number of the centre's newest statement; 0 before the first."""
    query = select(func.max(col(LivretStatement.number))).where(LivretStatement.centre_id == centre_id)
    return reading.orm.scalar(query) or 0
