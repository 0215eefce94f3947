"""Taking a finalised session out: the signed results, and the bundle that proves them."""

from collections.abc import Mapping

import orjson
from sqlalchemy import select

from exam_server.acts.engine import bank_of
from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed
from exam_server.domain.roles import Person
from exam_server.exports.bundle import RESULTS_TYP, Content, write_bundle
from exam_server.exports.results import bank_json
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.chain import Entry, genesis
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.jws import Statement, open_statement
from exam_server.storage.prepared import table_of
from exam_server.storage.tables import LogEntry, Session
from exam_server.storage.transaction import Reading

PublicKeys = Mapping[str, PublicKey]
_LOG = table_of(LogEntry)


def signed_results(reading: Reading, person: Person, session_id: str, keys: PublicKeys) -> Statement:
    """The signed results of a finalised session, with the signature checked; raises NotAllowed before."""
    return open_statement(_results_of(reading, person, session_id), keys, RESULTS_TYP)


def session_bundle(reading: Reading, person: Person, session_id: str, keys: PublicKeys) -> bytes:
    """The session's bundle; raises NotAllowed before the session is finalised."""
    token = _results_of(reading, person, session_id)
    signed = open_statement(token, keys, RESULTS_TYP)
    session = reading.get(Session, session_id)
    entries, contents = _log(reading, session_id)
    return write_bundle(
        results=token,
        keys=jwks([keys[signed.kid]]),
        entries=entries,
        contents=contents,
        bank=bank_json(bank_of(reading.house, session.bank_version).items),
    )


def _results_of(reading: Reading, person: Person, session_id: str) -> str:
    session = session_of_centre(reading, person, session_id)
    if session.results is None:
        raise NotAllowed("not_finalised")
    return session.results


def _log(reading: Reading, session_id: str) -> tuple[list[Entry], dict[int, Content]]:
    entries: list[Entry] = []
    contents: dict[int, Content] = {}
    previous = genesis(session_id)
    rows = reading.orm.execute(select(_LOG).where(_LOG.c.session_id == session_id).order_by(_LOG.c.number))
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
