"""A passkey's assertion, checked offline: who holds this key, seen by it, confirmed this text on this site.

The WebAuthn challenge is the SHA-256 of the text, so that nothing need be believed about who asked. What is
kept of an assertion are `facts`: credential, public_key, authenticator_data, client_data, signature
(base64url), origin, rp_id. The signature covers all of them but the credential's own name.
"""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

import orjson

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.passkey_keys import read_passkey_key
from exam_server.signing.wording import N_

NAMES = frozenset(
    {"credential", "public_key", "authenticator_data", "client_data", "signature", "origin", "rp_id"}
)
LARGEST = 4096
"""Octets of one fact: an assertion has some hundred."""

HIGHEST_COUNT = 2**31 - 1
"""What a database keeps; an authenticator that has counted as far counts no more."""

_SITE, _FLAGS, _COUNT, _HEAD = slice(0, 32), 32, slice(33, 37), 37
_PRESENT, _VERIFIED, _ATTESTED, _EXTENDED = 0x01, 0x04, 0x40, 0x80


def challenge_of(statement: str) -> bytes:
    """What an authenticator is asked to sign for this text."""
    return sha256(statement.encode()).digest()


def check_assertion(facts: Mapping[str, JSON], statement: str, rp_id: str | None = None) -> None:
    """Raises BrokenSeal unless these facts' key confirmed this text, on this site where one is named."""
    if facts.keys() != NAMES:
        raise BrokenSeal(N_("ce ne sont pas les éléments d’une confirmation par clé d’accès"))
    site, origin = _text(facts, "rp_id"), _text(facts, "origin")
    if rp_id not in (None, site):
        raise _elsewhere()
    client, device = _octets(facts, "client_data"), _octets(facts, "authenticator_data")
    _octets(facts, "credential")
    check_origin(origin, site)
    _check_client(client, statement, origin)
    _check_device(device, site)
    check = read_passkey_key(_octets(facts, "public_key"))
    check(device + sha256(client).digest(), _octets(facts, "signature"))


def count_in(device: bytes) -> int:
    """How many times the authenticator says that it has signed; 0 where it does not count."""
    if len(device) < _HEAD:
        raise _no_device()
    return min(int.from_bytes(device[_COUNT]), HIGHEST_COUNT)


def check_origin(origin: str, rp_id: str) -> None:
    """Raises BrokenSeal unless pages of this origin may use keys of this site."""
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        raise _elsewhere() from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    is_of_site = host == rp_id or host.endswith("." + rp_id)
    if not (is_safe and is_of_site and f"{parts.scheme}://{parts.netloc}" == origin):
        raise _elsewhere()


def _check_client(client: bytes, statement: str, origin: str) -> None:
    """What the browser says of who asked, for what."""
    try:
        said = orjson.loads(client)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict) or said.get("type") != "webauthn.get":
        raise BrokenSeal(N_("ce n’est pas la confirmation d’une clé d’accès"))
    if said.get("challenge") != b64u(challenge_of(statement)):
        raise BrokenSeal(N_("la clé d’accès a confirmé autre chose"))
    if said.get("origin") != origin or said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise _elsewhere()


def _check_device(device: bytes, rp_id: str) -> None:
    """What the authenticator says of the site, and of the person before it."""
    count_in(device)
    flags = device[_FLAGS]
    if flags & _ATTESTED or (len(device) > _HEAD) != bool(flags & _EXTENDED):
        raise _no_device()
    if device[_SITE] != sha256(rp_id.encode()).digest():
        raise _elsewhere()
    if not flags & _PRESENT or not flags & _VERIFIED:
        raise BrokenSeal(N_("la clé d’accès n’a pas reconnu la personne (empreinte, visage ou code)"))


def _text(facts: Mapping[str, JSON], name: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not value or len(value) > LARGEST:
        raise BrokenSeal(N_("ce ne sont pas les éléments d’une confirmation par clé d’accès"))
    return value


def _octets(facts: Mapping[str, JSON], name: str) -> bytes:
    try:
        return b64u_decode(_text(facts, name))
    except ValueError:
        raise BrokenSeal(N_("ce ne sont pas les éléments d’une confirmation par clé d’accès")) from None


def _elsewhere() -> BrokenSeal:
    return BrokenSeal(N_("la confirmation vient d’un autre site"))


def _no_device() -> BrokenSeal:
    return BrokenSeal(N_("ce que dit la clé d’accès est illisible"))
