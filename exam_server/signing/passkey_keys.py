"""The public key of a passkey: a COSE key (RFC 9053) of one of three kinds, each in exactly one spelling."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from exam_server.signing.errors import BrokenSeal
from exam_server.signing.wording import N_

ES256, EDDSA, RS256 = -7, -8, -257
ALGORITHMS = (ES256, EDDSA, RS256)
"""In the order in which an authenticator is asked for them."""

LARGEST_KEY = 1200
_COORDINATE = 32
_RSA_BITS = range(2048, 4097)
_KIND, _ALGORITHM, _CURVE, _X, _Y = 1, 3, -1, -2, -3
_MODULUS, _EXPONENT = -1, -2
_OKP, _EC2, _RSA = 1, 2, 3
_P256, _ED25519 = 1, 6
_MEMBERS = {
    ES256: (_KIND, _ALGORITHM, _CURVE, _X, _Y),
    EDDSA: (_KIND, _ALGORITHM, _CURVE, _X),
    RS256: (_KIND, _ALGORITHM, _MODULUS, _EXPONENT),
}

Cose: TypeAlias = Mapping[int, int | bytes]
Check: TypeAlias = Callable[[bytes, bytes], None]
"""Message, signature: raises BrokenSeal unless the key made this signature over this message."""


def plain_key(octets: bytes) -> bytes:
    """The same key in its one spelling, without what an authenticator may have added; raises BrokenSeal."""
    members = _decoded(octets)
    names = _MEMBERS.get(_whole(members, _ALGORITHM), ())
    plain = cbor2.dumps({name: members[name] for name in names if name in members}, canonical=True)
    read_passkey_key(plain)
    return plain


def read_passkey_key(octets: bytes) -> Check:
    """What checks this key's signatures; raises BrokenSeal unless it is a key as `plain_key` writes it."""
    members = _decoded(octets)
    algorithm = _whole(members, _ALGORITHM)
    if set(members) != set(_MEMBERS.get(algorithm, ())) or cbor2.dumps(members, canonical=True) != octets:
        raise _no_key()
    try:
        return {ES256: _of_p256, EDDSA: _of_ed25519, RS256: _of_rsa}[algorithm](members)
    except ValueError:  # not on the curve, an even exponent
        raise _no_key() from None


def _decoded(octets: bytes) -> Cose:
    if len(octets) > LARGEST_KEY:
        raise _no_key()
    try:
        members = cbor2.loads(octets)
    except (cbor2.CBORDecodeError, ValueError):
        raise _no_key() from None
    # `true` is equal to 1 in Python: only types tell them apart.
    if type(members) is not dict or not all(
        type(name) is int and type(value) in (int, bytes) for name, value in members.items()
    ):
        raise _no_key()
    return members


def _of_p256(members: Cose) -> Check:
    x, y = _octets(members, _X, _COORDINATE), _octets(members, _Y, _COORDINATE)
    _expect(members, {_KIND: _EC2, _CURVE: _P256})
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    return _checking(lambda message, signature: key.verify(signature, message, ec.ECDSA(SHA256())))


def _of_ed25519(members: Cose) -> Check:
    x = _octets(members, _X, _COORDINATE)
    _expect(members, {_KIND: _OKP, _CURVE: _ED25519})
    key = ed25519.Ed25519PublicKey.from_public_bytes(x)
    return _checking(lambda message, signature: key.verify(signature, message))


def _of_rsa(members: Cose) -> Check:
    modulus, exponent = (int.from_bytes(_octets(members, name)) for name in (_MODULUS, _EXPONENT))
    _expect(members, {_KIND: _RSA})
    if modulus.bit_length() not in _RSA_BITS or exponent.bit_length() > _COORDINATE:
        raise _no_key()
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return _checking(lambda message, signature: key.verify(signature, message, padding.PKCS1v15(), SHA256()))


def _checking(verify: Callable[[bytes, bytes], None]) -> Check:
    def check(message: bytes, signature: bytes) -> None:
        try:
            verify(message, signature)
        except InvalidSignature:
            raise BrokenSeal(N_("la signature ne correspond pas au contenu et à la clé")) from None

    return check


def _expect(members: Cose, values: Mapping[int, int]) -> None:
    if any(members.get(name) != value for name, value in values.items()):
        raise _no_key()


def _whole(members: Cose, name: int) -> int:
    value = members.get(name)
    if not isinstance(value, int):
        raise _no_key()
    return value


def _octets(members: Cose, name: int, length: int | None = None) -> bytes:
    value = members.get(name)
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise _no_key()
    return value


def _no_key() -> BrokenSeal:
    return BrokenSeal(N_("ce n’est pas la clé publique d’une clé d’accès (ES256, EdDSA ou RS256)"))
