"""The seal on paper: what a certificate says, signed, as the text of a QR code, and back.

`CF1:` + base45 (RFC 9285) of a COSE_Sign1 over the claims of a CBOR web token (RFC 8392), as the European
health certificates do. The text holds only signs of the dense alphabet of QR codes.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from struct import unpack
from typing import Any, Final

import base45
import cbor2

from exam_server.signing.cose import MOST_OCTETS, open_sign1, sign1
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jwk import PublicKey
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.verification_codes import is_code
from exam_server.signing.wording import N_

PREFIX: Final = "CF1:"
NOT_CERTIFIED: Final = -1
COMPETENCES: Final = 16
MOST_LEVEL, MOST_SCORE = 8, 1_024
LONGEST_NAME: Final = 100
"""Signs of the family name and of the given names; a longer one is cut, and whole everywhere else."""

LONGEST_LIST: Final = 40
SESSION_LETTERS: Final = 12
STATUS_ENTRIES: Final = 131_072
MOST_SIGNS: Final = len(PREFIX) + (MOST_OCTETS * 3 + 1) // 2
_ISSUER, _ISSUED, _OURS = 1, 6, -65_537
"""Claims: issuer and time of issue are registered, the third is of the range for private use."""

_ZLIB = b"\x78"
_UAI = re.compile(r"[0-9]{7}[A-Z]", re.ASCII)
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,12}", re.ASCII)
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_TWO_SIGNS = [low + high for high in _SIGNS for low in _SIGNS]
_ALPHABET = re.compile(r"[0-9A-Z $%*+\-./:]*", re.ASCII)


@dataclass(frozen=True)
class PaperFacts:
    """What a code on paper says. `levels` stand in the order of the framework, -1 where nothing is certified.

    `session` is the identifier or its beginning; no more than 12 letters of it are in the code.
    """

    uai: str
    session: str
    code: str
    family_name: str
    given_names: str
    birth_date: date
    session_date: date
    score: int
    levels: tuple[int, ...]
    status_list: str
    status_index: int
    issued_at: datetime


def paper_seal(key: SigningKey, facts: PaperFacts) -> str:
    """The text of the QR code."""
    _refuse_impossible(facts)
    return PREFIX + base45_of(sign1(key, cbor2.dumps(_claims(facts))))


def open_paper_seal(text: str, keys: Mapping[bytes, PublicKey]) -> PaperFacts:
    """What the code says, or BrokenSeal. `keys` are those for codes, by the names that codes use.

    Whether the certificate was revoked since is for the caller to ask, and what became of its key.
    """
    payload = open_sign1(_octets_of(text), keys)
    try:
        facts = _facts_of(cbor2.loads(payload))
        _refuse_impossible(facts)
        if cbor2.dumps(_claims(facts)) == payload:
            return facts
    except (cbor2.CBORError, ArithmeticError, LookupError, OSError, TypeError, ValueError):
        pass
    raise BrokenSeal(N_("ce code est bien signé, mais ce n’est pas celui d’un certificat"))


def base45_of(octets: bytes) -> str:
    """Base45 (RFC 9285): a pair of octets as three signs, a single last one as two; faster than a library."""
    pairs = unpack(f">{len(octets) // 2}H", octets[: len(octets) & ~1])
    text = "".join([_TWO_SIGNS[pair % 2_025] + _SIGNS[pair // 2_025] for pair in pairs])
    return text + _TWO_SIGNS[octets[-1]] if len(octets) % 2 else text


def _claims(facts: PaperFacts) -> dict[int, Any]:
    """In the order of deterministic CBOR (RFC 8949), so that nothing has to be sorted."""
    ours = {
        "b": facts.birth_date.isoformat(),
        "c": facts.code,
        "d": facts.session_date.isoformat(),
        "f": _shortened(facts.family_name),
        "g": _shortened(facts.given_names),
        "l": facts.levels,
        "s": facts.score,
        "u": f"{facts.uai}-{facts.session[:SESSION_LETTERS]}",
        "x": (facts.status_list, facts.status_index),
    }
    return {_ISSUER: f"FR:{facts.uai}", _ISSUED: int(facts.issued_at.timestamp()), _OURS: {1: ours}}


def _facts_of(claims: Any) -> PaperFacts:
    ours = claims[_OURS][1]
    uai, _dash, session = ours["u"].partition("-")
    return PaperFacts(
        uai=uai,
        session=session,
        code=ours["c"],
        family_name=ours["f"],
        given_names=ours["g"],
        birth_date=date.fromisoformat(ours["b"]),
        session_date=date.fromisoformat(ours["d"]),
        score=ours["s"],
        levels=tuple(ours["l"]),
        status_list=ours["x"][0],
        status_index=ours["x"][1],
        issued_at=datetime.fromtimestamp(claims[_ISSUED], UTC),
    )


def _refuse_impossible(facts: PaperFacts) -> None:
    """ValueError for what no certificate says; also where a reader would take a thing for another."""
    texts = (facts.uai, facts.session, facts.code, facts.family_name, facts.given_names, facts.status_list)
    figures = (facts.score, facts.status_index, *facts.levels)
    if {type(one) for one in texts} != {str} or {type(one) for one in figures} != {int}:
        raise ValueError("a text or a whole number is something else")
    possible = (
        _UAI.fullmatch(facts.uai)
        and _SESSION.fullmatch(facts.session[:SESSION_LETTERS])
        and facts.family_name
        and 0 < len(facts.status_list) <= LONGEST_LIST
        and 0 <= facts.status_index < STATUS_ENTRIES
        and 0 <= facts.score <= MOST_SCORE
        and len(facts.levels) == COMPETENCES
        and all(NOT_CERTIFIED <= level <= MOST_LEVEL for level in facts.levels)
        and facts.issued_at.tzinfo is not None
    )
    if not possible or not is_code(facts.code):
        raise ValueError("no certificate says this")


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _octets_of(text: str) -> bytes:
    """The signed object of a text, in its one spelling; unpacked where another writer packed it."""
    if not text.startswith(PREFIX):
        raise BrokenSeal(N_("ce code n’est pas celui d’un certificat : il ne commence pas par « CF1: »"))
    if len(text) > MOST_SIGNS:
        raise BrokenSeal(N_("ce code est trop long pour être celui d’un certificat"))
    body = text[len(PREFIX) :]
    try:
        octets = base45.b45decode(body) if _ALPHABET.fullmatch(body) else b""
    except ValueError:
        octets = b""
    return _unpacked(octets) if octets.startswith(_ZLIB) else octets


def _unpacked(octets: bytes) -> bytes:
    """No more than a signed object may have, whatever the stream promises; nothing where it is no stream."""
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(octets, MOST_OCTETS + 1)
    except zlib.error:
        return b""
    return found if stream.eof and not stream.unused_data else b""
