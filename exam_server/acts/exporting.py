"""Taking a finalised session out: the signed results, and the bundle that proves them."""

from collections.abc import Mapping

import orjson
from sqlalchemy import select

from exam_server.acts.engine import bank_of
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed
from exam_server.domain.roles import Person
from exam_server.domain.sessions import FINALISED
from exam_server.exports.bundle import RESULTS_TYP, Content, write_bundle
from exam_server.exports.results import bank_json
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.chain import Entry, genesis
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.jws import Statement, open_statement
from exam_server.storage.prepared import table_of
from exam_server.storage.results_rows import newest_of
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import LogEntry, Session
from exam_server.storage.transaction import Reading

PublicKeys = Mapping[str, PublicKey]
_LOG = table_of(LogEntry)


def signed_results(reading: Reading, person: Person, session_id: str, keys: PublicKeys) -> Statement:
    """The signed results of a finalised session, with the signature checked; raises NotAllowed before."""
    return open_statement(_version_of(reading, person, session_id).results, keys, RESULTS_TYP)


def session_bundle(reading: Reading, person: Person, session_id: str, keys: PublicKeys) -> bytes:
    """The session's bundle; raises NotAllowed before the session is finalised."""
    version = _version_of(reading, person, session_id)
    signed = open_statement(version.results, keys, RESULTS_TYP)
    session = reading.get(Session, session_id)
    entries, contents = _log(reading, session_id, version.entries)
    return write_bundle(
        results=version.results,
        keys=jwks([keys[signed.kid]]),
        entries=entries,
        contents=contents,
        bank=bank_json(bank_of(reading.house, session.bank_version).items),
    )


def _version_of(reading: Reading, person: Person, session_id: str) -> ResultsVersion:
    """The version that stands; raises NotAllowed where the results are to be computed, or again."""
    session = session_of_centre(reading, person, session_id)
    if session.state not in FINALISED:
        raise NotAllowed("not_finalised")
    return newest_of(reading, session_id)


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
