"""The log of a session: entries numbered without gaps, each bound to the one before by a hash.

An entry holds no personal content but a salted hash of it; the content and its salt lie beside.
Erasing them leaves the chain verifiable and the hash meaningless.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import orjson

from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenChain, CanonicalError
from exam_server.signing.wording import N_

SALT_BYTES = 16
_GENESIS_PREFIX = b"passation/log/v1\n"
_FIELDS = {
    "actor": str,
    "at_ms": int,
    "candidate": str | None,
    "content_hash": str,
    "hash": str,
    "kind": str,
    "number": int,
    "previous": str,
    "session": str,
}


class Entry(NamedTuple):
    """One fact of a session; `hash` covers all the other fields."""

    session: str
    number: int
    at_ms: int
    kind: str
    actor: str
    candidate: str | None
    content_hash: str
    previous: str
    hash: str


def genesis(session_id: str) -> str:
    """What the first entry of a session follows."""
    return b64u(sha256(_GENESIS_PREFIX + session_id.encode()).digest())


def content_hash(salt: bytes, content: JSON) -> str:
    """The salt has a fixed length, so that salt and content cannot be cut at another place."""
    return salted_hash(salt, canonical(content))


def salted_hash(salt: bytes, octets: bytes) -> str:
    """The same of a content that is written canonically already."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return b64u(sha256(salt + octets).digest())


def link(
    previous: str,
    *,
    session: str,
    number: int,
    at_ms: int,
    kind: str,
    actor: str,
    candidate: str | None,
    content_hash: str,
) -> Entry:
    """The entry that follows `previous`. On the path of each saved response: one dump, one digest."""
    # The keys stand in canonical order already, and no value can hold a float or a foreign key.
    fields: dict[str, str | int | None] = {
        "actor": actor,
        "at_ms": at_ms,
        "candidate": candidate,
        "content_hash": content_hash,
        "kind": kind,
        "number": number,
        "previous": previous,
        "session": session,
    }
    digest = b64u(sha256(_dump(fields)).digest())
    return Entry(session, number, at_ms, kind, actor, candidate, content_hash, previous, digest)


def entry_line(entry: Entry) -> bytes:
    """The entry as one line of canonical JSON, without the line end."""
    return _dump({name: getattr(entry, name) for name in _FIELDS})


def read_entry(line: bytes) -> Entry:
    """The entry of a line that `entry_line` could have written; its hash is not checked."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CanonicalError("$", N_("ce n’est pas du JSON")) from error
    if not isinstance(value, dict) or value.keys() != _FIELDS.keys():
        raise CanonicalError("$", N_("l’entrée n’a pas exactement les champs prévus"))
    for name, wanted in _FIELDS.items():
        if not isinstance(value[name], wanted) or isinstance(value[name], bool):
            raise CanonicalError(f"$.{name}", N_("le champ n’est pas du type prévu"))
    entry = Entry(**value)
    if entry_line(entry) != line:
        raise CanonicalError("$", N_("ce JSON n’est pas sous sa forme canonique (RFC 8785)"))
    return entry


def check_chain(entries: Iterable[Entry]) -> str:
    """The hash of the last entry; BrokenChain names the first entry that does not hold."""
    head, expected, session = "", 0, ""
    for expected, entry in enumerate(entries, start=1):
        if expected == 1:
            session, head = entry.session, _genesis_of(entry)
        _check_place(entry, expected, session, head)
        head = _check_hash(entry)
    if not expected:
        raise BrokenChain(1, N_("le journal est vide : l’entrée 1 manque"))
    return head


def _genesis_of(first: Entry) -> str:
    try:
        return genesis(first.session)
    except UnicodeEncodeError:
        raise BrokenChain(1, N_("l’identifiant de session n’est pas un texte valable")) from None


def _check_place(entry: Entry, expected: int, session: str, head: str) -> None:
    if entry.number != expected:
        raise BrokenChain(
            expected,
            N_(
                "l’entrée {expected} manque ou n’est pas à sa place (on trouve l’entrée {found})",
                expected=expected,
                found=entry.number,
            ),
        )
    if entry.session != session:
        raise BrokenChain(expected, N_("l’entrée {number} appartient à une autre session", number=expected))
    if entry.previous != head:
        raise BrokenChain(
            expected,
            N_(
                "l’entrée {number} ne suit pas celle qui la précède : l’une des deux a été modifiée",
                number=expected,
            ),
        )


def _check_hash(entry: Entry) -> str:
    try:
        again = link(
            entry.previous,
            session=entry.session,
            number=entry.number,
            at_ms=entry.at_ms,
            kind=entry.kind,
            actor=entry.actor,
            candidate=entry.candidate,
            content_hash=entry.content_hash,
        )
    except CanonicalError as error:
        raise BrokenChain(entry.number, error.what) from error
    if again.hash != entry.hash:
        raise BrokenChain(
            entry.number,
            N_("l’entrée {number} a été modifiée : son empreinte ne correspond pas", number=entry.number),
        )
    return entry.hash


def _dump(fields: dict[str, str | int | None]) -> bytes:
    try:
        return orjson.dumps(fields, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as error:
        raise CanonicalError("$", N_("l’entrée ne peut pas s’écrire : {why}", why=str(error))) from error
