"""Signed statements: compact JWS, ES256, canonical JSON inside, one accepted spelling of each."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.errors import BrokenSeal, CanonicalError
from exam_server.signing.jwk import Algorithm, PublicKey
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.wording import N_, shown

ALGORITHM = "ES256"
_COMPACT = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]+)", re.ASCII)
_MAX_HEADER = 1_024
_MAX_HEADER_WITH_CHAIN = 16_384
_MEMBERS = frozenset({"alg", "iat", "kid", "typ"})
# 9999-12-31: the last second that a calendar of ours can show.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True)
class Statement:
    """A statement whose signature holds: who signed, when they say they did, and what."""

    kid: str
    signed_at: datetime
    payload: JSON


def sign(key: SigningKey, payload: JSON, typ: str, now: datetime, *, with_chain: bool = False) -> str:
    """The compact token; `typ` keeps a statement of one kind from being shown as another.

    With its chain, the header bears the signer's certificates, its own first (x5c, RFC 7515).
    """
    if now.tzinfo is None:
        raise ValueError("an instant without its time zone")
    if key.public.algorithm is not Algorithm.ES256:
        raise ValueError("a key of the log signs no statement")
    head = _header(key.kid, typ, int(now.timestamp()), key.x5c if with_chain else ())
    signed = f"{head}.{b64u(canonical(payload))}"
    return f"{signed}.{b64u(key.sign(signed.encode('ascii')))}"


@lru_cache(maxsize=64)
def _header(kid: str, typ: str, seconds: int, x5c: tuple[str, ...]) -> str:
    """The same for everything that a key signs within a second."""
    header: dict[str, JSON] = {"alg": ALGORITHM, "iat": seconds, "kid": kid, "typ": typ}
    if x5c:
        header["x5c"] = x5c
    return b64u(canonical(header))


def verify(token: str, keys: Mapping[str, PublicKey], typ: str) -> JSON:
    """The payload, or BrokenSeal."""
    return open_statement(token, keys, typ).payload


def open_statement(
    token: str, keys: Mapping[str, PublicKey], typ: str, *, with_chain: bool = False
) -> Statement:
    """The payload with its signer and time, or BrokenSeal. The payload is read after the signature only.

    A statement of one kind always bears its signer's certificates, or never: `with_chain` says which. Whom
    to trust is said by `keys` in either case.
    """
    parts = _COMPACT.fullmatch(token)
    if not parts:
        raise BrokenSeal(N_("ce n’est pas un document signé (JWS compact)"))
    key, seconds, leaf = _read_header(parts[1], keys, typ, with_chain=with_chain)
    signature = _decoded(parts[3])
    key.check(f"{parts[1]}.{parts[2]}".encode("ascii"), signature)
    if with_chain:
        _check_leaf(leaf, key)
    try:
        payload = read_canonical(_decoded(parts[2]))
    except CanonicalError as error:
        raise BrokenSeal(error.what) from error
    return Statement(key.kid, datetime.fromtimestamp(seconds, UTC), payload)


class _Header(NamedTuple):
    key: PublicKey
    seconds: int
    leaf: JSON


def _read_header(part: str, keys: Mapping[str, PublicKey], typ: str, *, with_chain: bool) -> _Header:
    if len(part) > (_MAX_HEADER_WITH_CHAIN if with_chain else _MAX_HEADER):
        raise BrokenSeal(N_("l’en-tête du document signé est trop long"))
    try:
        header = read_canonical(_decoded(part))
    except CanonicalError as error:
        raise BrokenSeal(error.what) from error
    members = _MEMBERS | {"x5c"} if with_chain else _MEMBERS
    if not isinstance(header, dict) or header.keys() != members:
        raise BrokenSeal(N_("l’en-tête du document signé n’a pas exactement les champs prévus"))
    # The algorithm is ours to fix: what the header asks for is compared, never followed.
    if header["alg"] != ALGORITHM:
        raise BrokenSeal(N_("algorithme de signature refusé : seul {alg} est accepté", alg=ALGORITHM))
    if header["typ"] != typ:
        raise BrokenSeal(N_("ce document signé n’est pas du type attendu ({typ})", typ=typ))
    seconds, kid = header["iat"], header["kid"]
    if type(seconds) is not int or not 0 <= seconds <= _LAST_SECOND:
        raise BrokenSeal(N_("l’instant de signature n’est pas valable"))
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or key.kid != kid:
        raise BrokenSeal(N_("la clé qui a signé ({kid}) n’est pas dans le jeu de clés", kid=shown(str(kid))))
    if key.algorithm is not Algorithm.ES256:
        raise BrokenSeal(N_("la clé {kid} est celle du journal : elle ne signe pas de document", kid=key.kid))
    x5c = header.get("x5c")
    return _Header(key, seconds, x5c[0] if isinstance(x5c, list) and x5c else None)


def _check_leaf(leaf: JSON, key: PublicKey) -> None:
    """The first certificate is about the key that `kid` names: no reader is led to believe another."""
    try:
        public = load_der_x509_certificate(b64decode(str(leaf), validate=True)).public_key()
        named = isinstance(public, ec.EllipticCurvePublicKey) and PublicKey.of(public) == key
    except (ValueError, UnsupportedAlgorithm):
        named = False
    if not named:
        raise BrokenSeal(N_("le certificat joint n’est pas celui de la clé qui a signé"))


def _decoded(part: str) -> bytes:
    try:
        return b64u_decode(part)
    except ValueError:
        raise BrokenSeal(N_("le document signé n’est pas codé sous sa forme unique (base64url)")) from None
