"""Taking a finalised session out: the signed results, and the bundle that proves them."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import select

from exam_server.acts.engine import bank_of
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed, NotFound
from exam_server.domain.roles import Person
from exam_server.domain.sessions import FINALISED
from exam_server.exports.bundle import RESULTS_TYP, Content, Proofs, write_bundle
from exam_server.exports.results import bank_json
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.chain import Entry, genesis
from exam_server.signing.checkpoints import open_checkpoint, read_body
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.jws import Statement, open_statement
from exam_server.signing.key_set import read_key_set, signer_of
from exam_server.signing.notes import read_note
from exam_server.storage.prepared import table_of
from exam_server.storage.results_rows import newest_of
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import LogEntry, Session
from exam_server.storage.transaction import Reading

PublicKeys = Mapping[str, PublicKey]
_LOG = table_of(LogEntry)


@dataclass(frozen=True)
class BundleKeys:
    """The keys that may have signed a bundle, by what they sign, and the newest published set of keys."""

    documents: PublicKeys
    log: PublicKeys
    published: str | None


def signed_results(reading: Reading, person: Person, session_id: str, keys: PublicKeys) -> Statement:
    """The signed results of a finalised session, with the signature checked; raises NotAllowed before."""
    return open_statement(_version_of(reading, person, session_id).results, keys, RESULTS_TYP)


def session_bundle(
    reading: Reading, person: Person, session_id: str, keys: BundleKeys, number: int | None = None
) -> bytes:
    """The session's bundle, of the version that stands or of the one of this number, whatever became of it.

    Raises NotAllowed where none stands, there is none at all, or its log is not sealed yet; NotFound for a
    number that no version has.
    """
    if number is None:
        version = _version_of(reading, person, session_id)
    else:
        version = _version_at(reading, person, session_id, number)
    if not version.checkpoint:
        raise NotAllowed("not_sealed_yet")
    signers = _signers(version, keys)
    session = reading.get(Session, session_id)
    entries, contents = _log(reading, session_id, version.entries)
    return write_bundle(
        results=version.results,
        keys=jwks(signers),
        entries=entries,
        contents=contents,
        proofs=Proofs(version.checkpoint, version.token, _naming(keys.published, signers)),
        bank=bank_json(bank_of(reading.house, session.bank_version).items),
    )


def _signers(version: ResultsVersion, keys: BundleKeys) -> list[PublicKey]:
    """Whoever signed the results, then whoever signed the log, with both signatures checked."""
    results = open_statement(version.results, keys.documents, RESULTS_TYP)
    note = version.checkpoint.encode()
    origin = read_body(read_note(note).text).origin
    opened = open_checkpoint(note, origin, keys.log.values(), strangers=True)
    return [keys.documents[results.kid], opened.log_key]


def _naming(published: str | None, signers: list[PublicKey]) -> str | None:
    """The published set, unless it is of an authority that took the place of the one of these keys."""
    if published is None:
        return None
    named = read_key_set(published, signer_of(published))
    return published if all(named.find(key.kid) for key in signers) else None


def _version_of(reading: Reading, person: Person, session_id: str) -> ResultsVersion:
    """The version that stands; raises NotAllowed where the results are to be computed, or again."""
    session = session_of_centre(reading, person, session_id)
    if session.state not in FINALISED:
        raise NotAllowed("not_finalised")
    return newest_of(reading, session_id)


def _version_at(reading: Reading, person: Person, session_id: str, number: int) -> ResultsVersion:
    """A number that no column can hold is no version's."""
    session = session_of_centre(reading, person, session_id)
    newest_of(reading, session.id)
    found = reading.orm.get(ResultsVersion, (session.id, number)) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound
    return found


def _log(reading: Reading, session_id: str, entries_then: int) -> tuple[list[Entry], dict[int, Content]]:
    """The log as it was when the results were signed: what followed is of a later version."""
    entries: list[Entry] = []
    contents: dict[int, Content] = {}
    previous = genesis(session_id)
    then = select(_LOG).where(_LOG.c.session_id == session_id, _LOG.c.number <= entries_then)
    rows = reading.orm.execute(then.order_by(_LOG.c.number))
    for row in rows.mappings():
        entry = Entry(
            session=session_id,
            number=row["number"],
            at_ms=row["at_ms"],
            kind=row["kind"],
            actor=row["actor"],
            candidate=row["candidate"],
            content_hash=row["content_hash"],
            previous=previous,
            hash=row["hash"],
        )
        previous = entry.hash
        entries.append(entry)
        if row["content"] is not None:
            contents[entry.number] = Content(b64u_decode(row["salt"]), orjson.loads(row["content"]))
    return entries, contents
