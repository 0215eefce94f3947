"""The school's pupils as its livret knows them: by SIECLE's identifier, with the levels of their profile."""

from dataclasses import dataclass

import orjson
from sqlmodel import col, select

from exam_server.storage.tables import Pupil, PupilProfile
from exam_server.storage.transaction import Reading


@dataclass(frozen=True)
class RosterRow:
    """An active pupil; `levels` are 16, None where no profile was imported."""

    siecle_id: str
    family_name: str
    given_name: str
    class_name: str
    levels: tuple[int, ...] | None


def roster_rows(reading: Reading, centre_id: str) -> list[RosterRow]:
    """The centre's active pupils, by class and name."""
    query = (
        select(Pupil, PupilProfile)
        .outerjoin(PupilProfile, col(PupilProfile.pupil_id) == Pupil.id)
        .where(Pupil.centre_id == centre_id, col(Pupil.active).is_(True))
        .order_by(Pupil.class_name, Pupil.family_name, Pupil.given_name, Pupil.id)
    )
    return [
        RosterRow(
            pupil.siecle_id,
            pupil.family_name,
            pupil.given_name,
            pupil.class_name,
            None if profile is None else tuple(orjson.loads(profile.levels)),
        )
        for pupil, profile in reading.orm.execute(query).all()
    ]
