"""Certificates as pages list them, and as whoever has a code may see one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from exam_server.storage.results_tables import Certificate
from exam_server.storage.tables import Candidate, Pupil
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class CertificateRow:
    """A candidate's certificate in a list."""

    candidate_id: str
    name: str
    class_name: str
    code: str
    version: int
    issued_at: datetime
    revoked_at: datetime | None


def certificate_rows(reading: Reading, session_id: str) -> list[CertificateRow]:
    """Those of a session that were not revoked, by class and name."""
    rows = reading.orm.execute(
        select(Certificate, Pupil.family_name, Pupil.given_name, Pupil.class_name)
        .join(Candidate, col(Candidate.id) == Certificate.candidate_id)
        .join(Pupil, col(Pupil.id) == Candidate.pupil_id)
        .where(Certificate.session_id == session_id, col(Certificate.revoked_at).is_(None))
        .order_by(Pupil.class_name, Pupil.family_name, Pupil.given_name, Certificate.code)
    ).all()
    return [
        CertificateRow(
            candidate_id=one.candidate_id,
            name=f"{family} {given}",
            class_name=class_name,
            code=one.code,
            version=one.version,
            issued_at=one.issued_at,
            revoked_at=one.revoked_at,
        )
        for one, family, given, class_name in rows
    ]


def certificate_of(reading: Reading, candidate_id: str) -> Certificate | None:
    """The one of a candidate that stands."""
    return reading.orm.scalar(
        select(Certificate)
        .where(Certificate.candidate_id == candidate_id, col(Certificate.revoked_at).is_(None))
        .order_by(col(Certificate.version).desc())
        .limit(1)
    )


def has_newer(reading: Reading, certificate: Certificate) -> bool:
    """Whether another certificate stands in the place of one that was revoked."""
    return certificate_of(reading, certificate.candidate_id) is not None


def status_lists(reading: Reading) -> set[int]:
    """The numbers of the lists that there are."""
    return set(reading.orm.scalars(select(Certificate.status_list).distinct()))
