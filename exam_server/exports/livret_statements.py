"""Signed statements for the livret: what one session's published results say of each pupil. Pure.

    export       the first statement of a session
    correction   replaces the one before: another version of the results, or other pupils could be matched
    withdrawal   replaces the one before, and says nothing of anybody

Each is about one version of one session's results and names the statement that it replaces, by its number and
digest. None is ever changed: whoever has them all knows what the livret was told at any time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from exam_server.domain.json import JSON
from exam_server.exports.livret import LivretStatus, PupilFacts, Sitting, millis
from exam_server.signing.canonical import canonical

LIVRET_TYP = "passation-livret+jws"
VERSION = 1


class StatementKind(StrEnum):
    """What a statement does to the one before."""

    EXPORT = "export"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Mismatch(StrEnum):
    """Why the livret could not tell whose certification it is."""

    LEFT = "left"
    NO_INE = "no_ine"
    INE_TWICE = "ine_twice"
    NO_SIECLE_ID = "no_siecle_id"
    OTHER_INE = "other_ine"
    OTHER_BIRTH_DATE = "other_birth_date"


@dataclass(frozen=True)
class Given:
    """A statement that was given: its number in the school, its kind, and what it says.

    `session` names the version of the results that it is about.
    """

    number: int
    kind: StatementKind
    session: Mapping[str, JSON]
    certifications: JSON
    signed: str


@dataclass(frozen=True)
class Published:
    """The version of a session's results that may be seen now, and the signed document."""

    version: int
    results: str


def doubled(pupils: Iterable[PupilFacts]) -> frozenset[str]:
    """The INEs that two pupils of a school have: nobody can tell them apart by it."""
    counted = Counter(_plain(pupil.ine) for pupil in pupils if pupil.active and pupil.ine)
    return frozenset(ine for ine, count in counted.items() if count > 1)


def mismatch_of(one: Sitting, twice: frozenset[str], is_ine: Callable[[str], bool]) -> Mismatch | None:
    """What keeps a certification from being matched, the gravest first; None where nothing does."""
    pupil, signed = one.pupil, one.signed
    checks = {
        Mismatch.LEFT: not pupil.active,
        Mismatch.NO_INE: not is_ine(pupil.ine),
        Mismatch.INE_TWICE: _plain(pupil.ine) in twice,
        Mismatch.OTHER_INE: not one.is_of_its_pupil,
        Mismatch.OTHER_BIRTH_DATE: signed is not None and signed.birth_date != pupil.birth_date.isoformat(),
        Mismatch.NO_SIECLE_ID: not pupil.siecle_id.strip(),
    }
    return next((why for why, holds in checks.items() if holds), None)


def _plain(ine: str) -> str:
    return "".join(ine.split()).upper()


def certifications_of(matched: Iterable[Sitting]) -> list[JSON]:
    """What a statement says of each pupil, by identifier: no extra time, no reason, nothing of the test."""
    told = [one for one in matched if one.status is not LivretStatus.PENDING and not one.is_cancelled]
    return [_certification(one) for one in sorted(told, key=lambda one: (one.pupil.ine, one.id))]


def _certification(one: Sitting) -> JSON:
    pupil = one.pupil
    return {
        "id": one.id,
        "ine": pupil.ine,
        "siecle_id": pupil.siecle_id,
        "family_name": pupil.family_name,
        "given_names": [pupil.given_name, *pupil.other_given_names],
        "birth_date": pupil.birth_date.isoformat(),
        "class_name": pupil.class_name,
        "status": str(one.status),
        "score": one.score,
        "levels": [{"competence": code, "level": level} for code, level in sorted(one.levels.items())],
        "code": one.code,
        "sat_ms": millis(one.sat_at),
    }


def kind_due(last: Given | None, version: int | None, certifications: JSON) -> StatementKind | None:
    """What has to be stated now of a session; None where the last statement still says what is so.

    `version` is that of the published results, None where nothing is published.
    """
    if last is None:
        return None if version is None else StatementKind.EXPORT
    if version is None:
        return None if last.kind is StatementKind.WITHDRAWAL else StatementKind.WITHDRAWAL
    says_so = last.session["version"] == version and canonical(last.certifications) == canonical(
        certifications
    )
    return None if says_so and last.kind is not StatementKind.WITHDRAWAL else StatementKind.CORRECTION


@dataclass(frozen=True)
class Place:
    """Which school and session a statement is about."""

    uai: str
    centre_name: str
    session: str
    date: str


def statement_payload(
    kind: StatementKind,
    number: int,
    place: Place,
    now: datetime,
    *,
    last: Given | None,
    published: Published | None,
    certifications: JSON,
) -> Mapping[str, JSON]:
    """What is signed. A withdrawal is about the version that the statement before was about."""
    if published is not None:
        digest = sha256(published.results.encode("ascii")).hexdigest()
        of_version: dict[str, JSON] = {"version": published.version, "results_sha256": digest}
        about: Mapping[str, JSON] = {"id": place.session, "date": place.date, **of_version}
    elif last is not None:
        about = last.session
    else:
        raise ValueError("nothing was published, and nothing is to be withdrawn")
    return {
        "v": VERSION,
        "kind": str(kind),
        "number": number,
        "replaces": None if last is None else {"number": last.number, "sha256": digest_of(last.signed)},
        "issued_ms": millis(now),
        "centre": {"uai": place.uai, "name": place.centre_name},
        "session": about,
        "framework": "CRCN",
        "certifications": [] if kind is StatementKind.WITHDRAWAL else certifications,
    }


def digest_of(signed: str) -> str:
    """The digest by which a later statement names this one."""
    return sha256(signed.encode("ascii")).hexdigest()
