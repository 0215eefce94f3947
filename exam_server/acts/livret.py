"""What livret applications and orientation platforms are told: read from the signed results, never from rows.

A version of a session's results counts from its publication to its withdrawal; before and after, whoever sat
is pending. Whose certification it is comes from the pupils' rows, what it came to from the signed document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from exam_server.acts.livret_clients import Client
from exam_server.domain.errors import Forbidden, InvalidInput, NotAllowed, NotFound
from exam_server.domain.finalisation import Status
from exam_server.domain.json import JSON
from exam_server.domain.sessions import FINALISED
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.exports.livret import (
    PupilFacts,
    Signed,
    Sitting,
    has_name,
    latest,
    livret_json,
    school_year_start,
    signed_of,
)
from exam_server.imports.identifiers import is_ine, without_blanks
from exam_server.signing.errors import BrokenSeal, MistypedCode
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement
from exam_server.signing.verification_codes import read_code
from exam_server.signing.wording import N_
from exam_server.storage import livret_rows
from exam_server.storage.livret_rows import SatRow
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import Pupil
from exam_server.storage.transaction import Reading

Keys = Mapping[str, PublicKey]


@dataclass(frozen=True)
class ByIne:
    """Somebody's national identifier."""

    ine: str


@dataclass(frozen=True)
class ByIdentity:
    """Who somebody is, and in which school."""

    uai: str
    family_name: str
    given_name: str
    birth_date: date


@dataclass(frozen=True)
class ByCode:
    """The verification code of a certificate."""

    code: str


Wanted = ByIne | ByIdentity | ByCode


def certifications_for(reading: Reading, client: Client, uai: str, keys: Keys) -> Mapping[str, JSON] | None:
    """What the livret of a school is told; None where there is no such school here, or nobody has sat in it.

    Raises Forbidden for a school that is not the program's, whether it exists or not.
    """
    if not client.may_see(uai):
        raise Forbidden("not_your_school")
    centre = livret_rows.centre_with(reading, uai)
    rows = [] if centre is None else livret_rows.sat_in_centre(reading, centre.id)
    return livret_json(sittings_of(reading, rows, keys)) if rows else None


def certification_of(reading: Reading, client: Client, wanted: Wanted, keys: Keys) -> Sitting:
    """The certification that an orientation platform looks for.

    By INE or identity it is the person's last one of the school year, by code the one that has the code.
    Raises NotFound where there is none, NotAllowed where several pupils are meant, Forbidden for a school
    that is not the program's, InvalidInput for what cannot be an INE.
    """
    if isinstance(wanted, ByCode):
        return _with_code(reading, client, wanted.code, keys)
    rows = livret_rows.sat_by_pupils(reading, _pupils(reading, client, wanted))
    today = reading.now.astimezone(reading.house.zone).date()
    sittings = sittings_of(reading, rows, keys)
    found = latest(sittings, school_year_start(today), reading.house.zone)
    if found is None:
        raise NotFound("no_certification")
    return found


def _pupils(reading: Reading, client: Client, wanted: ByIne | ByIdentity) -> list[str]:
    """The one person who is meant, in each school of the program's where they are or were."""
    if isinstance(wanted, ByIne):
        ine, born = without_blanks(wanted.ine), None
        if not is_ine(ine):
            raise InvalidInput("not_an_ine")
    else:
        pupil = _named(reading, client, wanted)
        if not is_ine(pupil.ine):
            return [pupil.id]
        ine, born = pupil.ine, pupil.birth_date
    centres = livret_rows.centre_ids(reading, sorted(client.centres))
    pupils = livret_rows.pupils_with_ine(reading, centres, ine)
    same = [pupil for pupil in pupils if born in (None, pupil.birth_date)]
    if len({pupil.birth_date for pupil in same}) > 1:
        raise NotAllowed("several_pupils")
    return [pupil.id for pupil in same]


def _named(reading: Reading, client: Client, wanted: ByIdentity) -> Pupil:
    if not client.may_see(wanted.uai):
        raise Forbidden("not_your_school")
    centre = livret_rows.centre_with(reading, wanted.uai)
    born = [] if centre is None else livret_rows.pupils_born_on(reading, centre.id, wanted.birth_date)
    named = [pupil for pupil in born if has_name(facts_of(pupil), wanted.family_name, wanted.given_name)]
    if not named:
        raise NotFound("no_certification")
    if len(named) > 1:
        raise NotAllowed("several_pupils")
    return named[0]


def _with_code(reading: Reading, client: Client, typed: str, keys: Keys) -> Sitting:
    try:
        code = read_code(typed)
    except MistypedCode:
        raise NotFound("no_certification") from None
    certificate = livret_rows.certificate_with(reading, code)
    rows = [] if certificate is None else livret_rows.sat_by_candidate(reading, certificate.candidate_id)
    # A certificate of a version that was withdrawn stands for nothing any more.
    for one in sittings_of(reading, [row for row in rows if client.may_see(row.centre.uai)], keys):
        if one.code == code and one.is_of_its_pupil:
            return one
    raise NotFound("no_certification")


def sittings_of(reading: Reading, rows: Sequence[SatRow], keys: Keys) -> list[Sitting]:
    """What each of them came to, as far as it may be told; BrokenSeal where a signature does not hold."""
    sessions = {row.session.id: row.session for row in rows}
    versions = livret_rows.newest_versions(reading, list(sessions))
    codes = livret_rows.certificate_codes(reading, list(sessions))
    results = {
        session_id: _opened(version, keys)
        for session_id, version in versions.items()
        if is_published(version) or sessions[session_id].state in FINALISED
    }
    return [
        _sitting(row, versions.get(row.session.id), results.get(row.session.id, {}), codes) for row in rows
    ]


def is_published(version: ResultsVersion) -> bool:
    """From its publication to its withdrawal."""
    return version.published_at is not None and version.withdrawn_at is None


def _opened(version: ResultsVersion, keys: Keys) -> dict[str, Signed]:
    """By candidate, what a version says; it must be about the session whose row it stands in."""
    payload = cast("Mapping[str, Any]", open_statement(version.results, keys, RESULTS_TYP).payload)
    if payload["session"]["id"] != version.session_id:
        raise BrokenSeal(N_("ces résultats signés sont ceux d’une autre session"))
    return {one["id"]: signed_of(one) for one in payload["candidates"]}


def _sitting(
    row: SatRow,
    version: ResultsVersion | None,
    results: Mapping[str, Signed],
    codes: Mapping[tuple[str, int], str],
) -> Sitting:
    """A cancelled certification counts for nothing from the moment that this is signed, published or not."""
    signed = results.get(row.candidate_id)
    is_cancelled = signed is not None and signed.status is Status.CANCELLED
    told = version is not None and is_published(version) and signed is not None and not is_cancelled
    return Sitting(
        candidate=row.candidate_id,
        session=row.session.id,
        centre_uai=row.centre.uai,
        centre_name=row.centre.name,
        pupil=facts_of(row.pupil),
        sat_at=row.started_at,
        is_cancelled=is_cancelled,
        published_at=version.published_at if version is not None and told else None,
        signed=signed if told else None,
        code=codes.get((row.candidate_id, version.version)) if version is not None and told else None,
    )


def facts_of(pupil: Pupil) -> PupilFacts:
    """What is told of a pupil."""
    others = tuple(name.strip() for name in pupil.other_given_names.split(",") if name.strip())
    return PupilFacts(
        id=pupil.id,
        ine=pupil.ine,
        siecle_id=pupil.siecle_id,
        family_name=pupil.family_name,
        usual_name=pupil.usual_name,
        given_name=pupil.given_name,
        other_given_names=others,
        birth_date=pupil.birth_date,
        class_name=pupil.class_name,
        active=pupil.active,
    )
