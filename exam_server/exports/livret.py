"""What the livret scolaire takes of a certification: which one of a pupil's counts, and in which words. Pure.

The rules are those of the pull interface that livret applications use already:

1. before its publication a certification is pending, with score 0 and without a competence
2. one that was rejected has score 0 and no competence
3. of each pupil only the latest one counts that was not cancelled
4. pupils who have left the school are not listed
5. a competence that was declared and of which nothing was certified has level -1; level 0 is what it says
6. the list is in the order of family name, given name and identifier
7. the framework's competences come with every list, also with an empty one
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from exam_server.domain.finalisation import Status
from exam_server.domain.json import JSON
from question_bank.framework import COMPETENCE_CODES, COMPETENCES, MAX_LEVEL

REJECTED_LEVEL = -1
"""Of a competence in which a level was declared and none was certified."""

_ID_BITS = 53
"""As many as every JSON reader keeps of a number."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCHOOL_YEAR_BEGINS = (9, 1)
_POINTS_A_GLOBAL_LEVEL = 8 * len(COMPETENCES)


class LivretStatus(StrEnum):
    """How a certification stands for the livret."""

    VALIDATED = "validated"
    REJECTED = "rejected"
    PENDING = "pending"


@dataclass(frozen=True)
class PupilFacts:
    """Who it is about, as the school has it now; the other given names are those after the first."""

    id: str
    ine: str
    siecle_id: str
    family_name: str
    usual_name: str | None
    given_name: str
    other_given_names: tuple[str, ...]
    birth_date: date
    class_name: str
    active: bool


@dataclass(frozen=True)
class Signed:
    """What the signed results say of one candidate; `levels` are of the sixteen competences."""

    status: Status
    ine: str
    birth_date: str
    score: int
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Sitting:
    """A certification that was sat. There is nothing `signed` of it unless its results are published.

    `code` is that of its certificate, where there is one.
    """

    candidate: str
    session: str
    centre_uai: str
    centre_name: str
    pupil: PupilFacts
    sat_at: datetime
    is_cancelled: bool = False
    published_at: datetime | None = None
    signed: Signed | None = None
    code: str | None = None

    @property
    def status(self) -> LivretStatus:
        """Pending until something is published of it."""
        return LivretStatus.PENDING if self.signed is None else LivretStatus(self.signed.status)

    @property
    def id(self) -> int:
        """The number by which the livret knows it: positive, and always the same."""
        return number_of(self.candidate)

    @property
    def score(self) -> int:
        """0 for what is not validated."""
        return self.signed.score if self.signed and self.status is LivretStatus.VALIDATED else 0

    @property
    def levels(self) -> dict[str, int]:
        """By code of the competence; empty for what is not validated."""
        if self.signed is None or self.status is not LivretStatus.VALIDATED:
            return {}
        return dict(zip(COMPETENCE_CODES, self.signed.levels, strict=True))

    @property
    def is_of_its_pupil(self) -> bool:
        """False where the signed results were about another INE: then they are nobody's here."""
        return self.signed is None or self.signed.ine == self.pupil.ine


def number_of(candidate: str) -> int:
    """The first 53 bits of the SHA-256 of the candidate's identifier, and never 0."""
    digest = int.from_bytes(sha256(candidate.encode()).digest())
    return digest >> (256 - _ID_BITS) or 1


def level_of(declared: int, certified: int) -> int:
    """The level of a competence: -1 where one was declared and nothing was certified.

    Nothing declared stays at level 0: that competence is certified at level 0, not rejected.
    """
    return REJECTED_LEVEL if declared > 0 and certified == 0 else certified


def signed_of(result: Mapping[str, Any]) -> Signed:
    """One candidate of a results document whose signature holds."""
    scores = result["scores"]
    competences = [] if scores is None else scores["competences"]
    return Signed(
        status=Status(result["status"]),
        ine=result["ine"],
        birth_date=result["birth_date"],
        score=0 if scores is None else scores["score"],
        levels=tuple(level_of(one["declared"], one["certified"]) for one in competences),
    )


def latest_of_each(sittings: Iterable[Sitting]) -> list[Sitting]:
    """Of each pupil the latest certification that was not cancelled, in no order."""
    latest: dict[str, Sitting] = {}
    for one in sorted(sittings, key=lambda sitting: (sitting.sat_at, sitting.candidate)):
        if not one.is_cancelled:
            latest[one.pupil.id] = one
    return list(latest.values())


def listed(sittings: Iterable[Sitting]) -> list[Sitting]:
    """What the livret is told of, in its order."""
    found = [one for one in latest_of_each(sittings) if one.pupil.active and one.is_of_its_pupil]
    return sorted(found, key=lambda one: (one.pupil.family_name, one.pupil.given_name, one.id))


def livret_json(sittings: Iterable[Sitting]) -> dict[str, JSON]:
    """The answer of the pull interface."""
    return {
        "certifications": [_certification(one) for one in listed(sittings)],
        "competences": referential(),
    }


def _certification(one: Sitting) -> dict[str, JSON]:
    pupil = one.pupil
    middle, third = (*pupil.other_given_names, None, None)[:2]
    levels: list[JSON] = [
        {"level": level, "competenceId": code} for code, level in sorted(one.levels.items())
    ]
    return {
        "id": one.id,
        "firstName": pupil.given_name,
        "middleName": middle,
        "thirdName": third,
        "lastName": pupil.family_name,
        "birthdate": pupil.birth_date.isoformat(),
        "nationalStudentId": pupil.ine,
        "status": str(one.status),
        "pixScore": one.score,
        "verificationCode": one.code,
        "date": _instant(one.sat_at),
        "deliveredAt": None if one.published_at is None else _instant(one.published_at),
        "certificationCenter": one.centre_name,
        "competenceResults": levels,
    }


def referential() -> list[JSON]:
    """The sixteen competences with their domains, by their codes."""
    return [
        {
            "id": one.code,
            "name": one.label,
            "area": {"id": one.domain.code, "name": f"{one.domain.code}. {one.domain.label}"},
        }
        for one in COMPETENCES
    ]


def latest(sittings: Iterable[Sitting], since: date, zone: ZoneInfo) -> Sitting | None:
    """One person's latest certification that counts, sat on this day or later."""
    found = [
        one
        for one in sittings
        if not one.is_cancelled and one.is_of_its_pupil and one.sat_at.astimezone(zone).date() >= since
    ]
    return max(found, key=lambda one: (one.sat_at, one.candidate), default=None)


def school_year_start(today: date) -> date:
    """The first of September that begins the school year of this day."""
    begins = date(today.year, *_SCHOOL_YEAR_BEGINS)
    return begins if today >= begins else begins.replace(year=today.year - 1)


def plain_name(name: str) -> str:
    """How names are compared: without case, accents, ligatures, spaces, hyphens and apostrophes."""
    small = unicodedata.normalize("NFKD", name).casefold().translate(_LIGATURES)
    return "".join(one for one in unicodedata.normalize("NFKD", small) if one.isalnum())


def has_name(pupil: PupilFacts, family_name: str, given_name: str) -> bool:
    """True for the pupil's family name or usual name, and first given name, however they are written."""
    families = {plain_name(name) for name in (pupil.family_name, pupil.usual_name or pupil.family_name)}
    return plain_name(family_name) in families and plain_name(given_name) == plain_name(pupil.given_name)


def orientation_json(one: Sitting) -> dict[str, JSON]:
    """The answer to an orientation platform, whose levels go from 0 to 8."""
    return {
        "organizationUai": one.centre_uai,
        "ine": one.pupil.ine,
        "lastName": one.pupil.family_name,
        "firstName": one.pupil.given_name,
        "birthdate": one.pupil.birth_date.isoformat(),
        "status": str(one.status),
        "pixScore": one.score,
        "globalLevel": global_level(one.score),
        "certificationDate": _instant(one.sat_at),
        "competences": [
            {
                "code": competence.code,
                "name": competence.label,
                "areaName": competence.domain.label,
                "level": max(one.levels[competence.code], 0),
            }
            for competence in COMPETENCES
            if competence.code in one.levels
        ],
    }


def global_level(score: int) -> int:
    """The mean of the sixteen levels, rounded down: 0 to 8."""
    return min(score // _POINTS_A_GLOBAL_LEVEL, MAX_LEVEL)


def millis(at: datetime) -> int:
    """Milliseconds since 1970, exact."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _instant(at: datetime) -> str:
    """As JavaScript writes it: UTC, three decimals."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
