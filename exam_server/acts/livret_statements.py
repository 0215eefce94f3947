"""Giving the livret a signed statement of what a session came to: an export, a correction or a withdrawal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from exam_server.acts.livret import Keys, facts_of, is_published, sittings_of
from exam_server.acts.lookups import lock_centre_session, session_of_centre
from exam_server.domain.errors import NotAllowed, NotFound
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.exports.livret import Sitting
from exam_server.exports.livret_statements import (
    LIVRET_TYP,
    Given,
    Mismatch,
    Place,
    Published,
    StatementKind,
    certifications_of,
    doubled,
    kind_due,
    mismatch_of,
    statement_payload,
)
from exam_server.imports.identifiers import is_ine
from exam_server.signing.jws import open_statement
from exam_server.storage import livret_rows
from exam_server.storage.credential_tables import LivretStatement
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading, Transaction

Sign = Callable[[JSON], str]


def give_statement(tx: Transaction, by: Person, session_id: str, keys: Keys, sign: Sign) -> int:
    """States what the livret has to be told of a session now, signed; returns the statement's number.

    Where the last statement still says what is so, it is that one: asked twice, it is given once. Raises
    NotAllowed before anything of the session was published.
    """
    session = lock_centre_session(tx, by, session_id)
    # One statement of a centre at a time: their numbers have no gap.
    centre = tx.orm.get_one(Centre, session.centre_id, with_for_update=not tx.is_alone)
    standing = standing_of(tx, session, keys)
    if standing.due is None:
        if standing.last is None:
            raise NotAllowed("nothing_for_the_livret")
        return standing.last.number
    number = livret_rows.newest_number(tx, centre.id) + 1
    payload = statement_payload(
        standing.due,
        number,
        Place(centre.uai, centre.name, session.id, session.date.isoformat()),
        tx.now,
        last=standing.last,
        published=standing.published,
        certifications=standing.certifications,
    )
    tx.orm.add(
        LivretStatement(
            centre_id=centre.id,
            number=number,
            session_id=session.id,
            version=cast("dict[str, int]", payload["session"])["version"],
            kind=str(standing.due),
            replaces=None if standing.last is None else standing.last.number,
            signed=sign(payload),
            at=tx.now,
        )
    )
    return number


def signed_statement(
    reading: Reading, person: Person, session_id: str, number: int | None
) -> LivretStatement:
    """One of a session's statements, the newest where none is named; raises NotFound, NotAllowed for none."""
    session = session_of_centre(reading, person, session_id)
    given = livret_rows.statements_of(reading, session.centre_id, session_id)
    if not given:
        raise NotAllowed("no_statement")
    found = next((one for one in given if number in (None, one.number)), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Standing:
    """What a session's last statement said, and what has to be said now."""

    last: Given | None
    published: Published | None
    certifications: Sequence[JSON]
    unmatched: Sequence[tuple[Sitting, Mismatch]]
    due: StatementKind | None


def standing_of(reading: Reading, session: Session, keys: Keys) -> Standing:
    """How one session stands."""
    sittings = sittings_of(reading, livret_rows.sat_in_session(reading, session.id), keys)
    given = livret_rows.statements_of(reading, session.centre_id, session.id)
    version = livret_rows.newest_versions(reading, [session.id]).get(session.id)
    return compared(
        opened(given[0], keys) if given else None, version, sittings, twice_in(reading, session.centre_id)
    )


def compared(
    last: Given | None, version: ResultsVersion | None, sittings: Sequence[Sitting], twice: frozenset[str]
) -> Standing:
    """What was said, beside what is published: what has to be said."""
    if version is None or not is_published(version):
        return Standing(last, None, [], [], kind_due(last, None, []))
    checked = [(one, mismatch_of(one, twice, is_ine)) for one in sittings if not one.is_cancelled]
    told = certifications_of(one for one, why in checked if why is None)
    unmatched = [(one, why) for one, why in checked if why is not None]
    published = Published(version.version, version.results)
    return Standing(last, published, told, unmatched, kind_due(last, version.version, told))


def twice_in(reading: Reading, centre_id: str) -> frozenset[str]:
    """The INEs that two pupils of the centre have."""
    return doubled(facts_of(pupil) for pupil in livret_rows.active_pupils(reading, centre_id))


def opened(row: LivretStatement, keys: Keys) -> Given:
    """A statement that was given, its signature checked."""
    payload = cast("Mapping[str, Any]", open_statement(row.signed, keys, LIVRET_TYP).payload)
    kind = StatementKind(payload["kind"])
    return Given(row.number, kind, payload["session"], payload["certifications"], row.signed)
