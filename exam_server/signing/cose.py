"""Small signed objects for codes on paper: COSE_Sign1 (RFC 9052), ES256, one accepted spelling.

The reader takes the bytes apart at the places where the writer put them and writes them again: nothing that
comes from outside reaches a CBOR decoder before its signature holds.
"""

from base64 import b64decode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from exam_server.signing.errors import BrokenSeal
from exam_server.signing.es256 import SIGNATURE_BYTES
from exam_server.signing.jwk import PublicKey
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.wording import N_

KID_BYTES = 8
MOST_OCTETS = 2_048
_TAG_AND_ARRAY = b"\xd2\x84"
"""Tag 18, then an array of 4: protected header, unprotected header, payload, signature."""

_ALG_ES256_AND_KID = b"\xa2\x01\x26\x04\x48"
"""{1: -7, 4: 8 bytes that follow}."""

_PROTECTED_BYTES = len(_ALG_ES256_AND_KID) + KID_BYTES
_PROTECTED_HEAD = bytes([0x40 | _PROTECTED_BYTES]) + _ALG_ES256_AND_KID
_HEAD = _TAG_AND_ARRAY + _PROTECTED_HEAD
_NOTHING_UNPROTECTED = b"\xa0"
_SIGNED_HEAD = b"\x84\x6aSignature1" + _PROTECTED_HEAD
_NOTHING_OUTSIDE = b"\x40"
_SIGNATURE_HEAD = bytes([0x58, SIGNATURE_BYTES])


def kid8(certificate: Certificate) -> bytes:
    """How a code names the key that signed it: the beginning of its certificate's digest."""
    return sha256(certificate.public_bytes(Encoding.DER)).digest()[:KID_BYTES]


@lru_cache(maxsize=32)
def _kid8_of(written: str) -> bytes:
    """The same from a certificate in base64, of which the digest is taken once."""
    return sha256(b64decode(written)).digest()[:KID_BYTES]


def keys_by_kid8(certificates: Iterable[Certificate]) -> dict[bytes, PublicKey]:
    """The keys that codes may be checked with; give only certificates of keys for codes."""
    found = {}
    for certificate in certificates:
        public = certificate.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise ValueError("a key for codes is a point of P-256")
        found[kid8(certificate)] = PublicKey.of(public)
    return found


def sign1(key: SigningKey, payload: bytes) -> bytes:
    """The object, tagged; the header names the key by its certificate."""
    if key.purpose is not Purpose.QR:
        raise ValueError("a code is signed with a key for codes")
    kid = _kid8_of(key.x5c[0])
    return _object(kid, payload, key.sign(_signed(kid, payload)))


def open_sign1(octets: bytes, keys: Mapping[bytes, PublicKey]) -> bytes:
    """The payload, or BrokenSeal."""
    start, end = len(_HEAD) + KID_BYTES + len(_NOTHING_UNPROTECTED), -SIGNATURE_BYTES
    if len(octets) > MOST_OCTETS:
        raise BrokenSeal(N_("le code est trop long"))
    if not octets.startswith(_HEAD):
        raise BrokenSeal(N_("ce n’est pas un code signé (COSE_Sign1, ES256)"))
    kid = octets[len(_HEAD) :][:KID_BYTES]
    payload = _text_of(octets[start : end - len(_SIGNATURE_HEAD)])
    signature = octets[end:]
    if len(octets) < start - end or _object(kid, payload, signature) != octets:
        raise BrokenSeal(N_("le code signé n’est pas écrit sous sa forme unique"))
    if kid not in keys:
        raise BrokenSeal(
            N_("la clé qui a signé ce code ({kid}) n’est pas parmi les clés connues", kid=kid.hex())
        )
    keys[kid].check(_signed(kid, payload), signature)
    return payload


def _text_of(written: bytes) -> bytes:
    """What a byte string of CBOR holds; if it was one, and of that length, is seen when written again."""
    size = written[0] - 0x40 if written else 0
    return written[{0x18: 2, 0x19: 3}.get(size, 1) :]


def _object(kid: bytes, payload: bytes, signature: bytes) -> bytes:
    written = cbor2.dumps(payload)
    return b"".join((_HEAD, kid, _NOTHING_UNPROTECTED, written, _SIGNATURE_HEAD, signature))


def _signed(kid: bytes, payload: bytes) -> bytes:
    """The Sig_structure: context, protected header, no outside data, payload."""
    return b"".join((_SIGNED_HEAD, kid, _NOTHING_OUTSIDE, cbor2.dumps(payload)))
