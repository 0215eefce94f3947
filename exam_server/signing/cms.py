"""The seal inside a PDF: a detached CMS signature (RFC 5652) as CAdES wants it, from a template in DER.

All but digest and signature is the same for everything that a key seals, and is written once. A reader writes
the whole again from what it found and compares: each seal has exactly one accepted form.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate

from exam_server.signing.errors import BrokenSeal
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import MOST_IN_A_CHAIN, Chain

DIGEST_BYTES: Final = 32
_INTEGER, _OCTETS, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x30, 0x31
_IMPLICIT_0, _EXPLICIT_4 = 0xA0, 0xA4


def _der(tag: int, *parts: bytes) -> bytes:
    """One value with its length in the fewest octets."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    octets = bytes([40 * first + second])
    for arc in rest:
        sevens = [arc >> shift & 0x7F for shift in range(28, -1, -7)]
        while len(sevens) > 1 and sevens[0] == 0:
            del sevens[0]
        octets += bytes([*(seven | 0x80 for seven in sevens[:-1]), sevens[-1]])
    return _der(_OID, octets)


def _whole(number: int) -> bytes:
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


_PLAIN_CONTENT = _oid("1.2.840.113549.1.7.1")
_SIGNED_CONTENT = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_SHA_256 = _der(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_WITH_SHA_256 = _der(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))
_LONG_HEAD = 4
_BEFORE_CERTIFICATES = (
    3 * _LONG_HEAD
    + len(_SIGNED_CONTENT)
    + len(_whole(1))
    + len(_der(_SET, _SHA_256))
    + len(_der(_SEQUENCE, _PLAIN_CONTENT))
)
"""ContentInfo, its [0] and SignedData have two octets of length each, as all that has a certificate in it."""


@dataclass(frozen=True)
class CmsTemplate:
    """What is the same in all seals of a key."""

    _before_digest: bytes
    _after_digest: bytes
    _certificates: bytes
    _signer: bytes

    @classmethod
    def of(cls, chain: Chain) -> "CmsTemplate":
        """For the key whose certificate is the first of the chain."""
        leaf = chain[0]
        written = [one.public_bytes(Encoding.DER) for one in chain]
        issuer, serial = leaf.issuer.public_bytes(), _whole(leaf.serial_number)
        named = _der(_SEQUENCE, _der(_SEQUENCE, _der(_EXPLICIT_4, issuer)), serial)
        certified = _der(_SEQUENCE, _der(_OCTETS, sha256(written[0]).digest()), named)
        attributes = sorted(
            (
                _attribute(_CONTENT_TYPE, _PLAIN_CONTENT),
                _attribute(_MESSAGE_DIGEST, _der(_OCTETS, bytes(DIGEST_BYTES))),
                _attribute(_SIGNING_CERTIFICATE_V2, _der(_SEQUENCE, _der(_SEQUENCE, certified))),
            )
        )
        whole = b"".join(attributes)
        at = whole.index(_der(_OCTETS, bytes(DIGEST_BYTES))) + 2
        return cls(
            _before_digest=whole[:at],
            _after_digest=whole[at + DIGEST_BYTES :],
            _certificates=_der(_IMPLICIT_0, *sorted(written)),
            _signer=_der(_SEQUENCE, issuer, serial),
        )

    def attributes(self, digest: bytes) -> bytes:
        """The signed attributes as they are signed: content type, digest of the content, certificate."""
        return _der(_SET, self._before_digest, digest, self._after_digest)

    def seal(self, digest: bytes, signature: bytes) -> bytes:
        """The whole, from a digest and r and s as 32 bytes each."""
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        signer = _der(
            _SEQUENCE,
            _whole(1),
            self._signer,
            _SHA_256,
            _der(_IMPLICIT_0, self._before_digest, digest, self._after_digest),
            _ECDSA_WITH_SHA_256,
            _der(_OCTETS, encode_dss_signature(r, s)),
        )
        signed = _der(
            _SEQUENCE,
            _whole(1),
            _der(_SET, _SHA_256),
            _der(_SEQUENCE, _PLAIN_CONTENT),
            self._certificates,
            _der(_SET, signer),
        )
        return _der(_SEQUENCE, _SIGNED_CONTENT, _der(_IMPLICIT_0, signed))


@lru_cache(maxsize=32)
def template_of(chain: Chain) -> CmsTemplate:
    """Written once for each key."""
    return CmsTemplate.of(chain)


@dataclass(frozen=True)
class ReadSeal:
    """A seal of our form. Nothing is said yet of who signed: `certificates` come from outside."""

    certificates: tuple[Certificate, ...]
    signature: bytes


def read_seal(der: bytes) -> ReadSeal:
    """The certificates and the signature, r and s as 32 bytes each; BrokenSeal where it is no seal.

    Taken from the places where the template has them, and no further looked at: what is found is only true
    where `CmsTemplate` writes the same octets from it.
    """
    try:
        certificates = tuple(map(load_der_x509_certificate, _certificates(der)))
        r, s = decode_dss_signature(_last_octets(der))
        return ReadSeal(certificates, r.to_bytes(32) + s.to_bytes(32))
    except (ValueError, OverflowError, InvalidVersion):
        raise BrokenSeal(N_("le sceau du document est abîmé")) from None


def _certificates(der: bytes) -> list[bytes]:
    """Each is a value of 256 octets or more, and less than 65,536."""
    start = _BEFORE_CERTIFICATES + _LONG_HEAD
    end = start + _long(der, _BEFORE_CERTIFICATES, _IMPLICIT_0)
    found: list[bytes] = []
    while start < end and len(found) < MOST_IN_A_CHAIN:
        size = _LONG_HEAD + _long(der, start, _SEQUENCE)
        found.append(der[start : start + size])
        start += size
    return found


def _long(der: bytes, at: int, tag: int) -> int:
    """The length of a value whose length takes two octets."""
    if der[at : at + 2] != bytes((tag, 0x82)):
        raise ValueError("another value, or one of another length")
    return int.from_bytes(der[at + 2 : at + _LONG_HEAD])


def _last_octets(der: bytes) -> bytes:
    """The signature is the last value of all, and shorter than 128 octets."""
    for size in range(8, 73):
        if der[-size - 2 : -size] == bytes((_OCTETS, size)):
            return der[-size:]
    raise ValueError("no signature at the end")


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))
