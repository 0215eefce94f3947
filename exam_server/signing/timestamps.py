"""Timestamps by an outside authority (RFC 3161): what is asked, what a reply must hold, what a token says.

Nothing is sent from here. A token is judged at the instant that it states: the authority's certificate must
have been valid then, and the token still tells the time when that certificate has long expired.
"""

from datetime import datetime
from secrets import randbits
from typing import Final, NamedTuple, TypeAlias

from cryptography import x509
from rfc3161_client import (
    PKIStatus,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from exam_server.signing.errors import BrokenTimestamp
from exam_server.signing.wording import N_, shown

Roots: TypeAlias = tuple[x509.Certificate, ...]
"""The authorities that are trusted, as `read_roots` gives them."""

CONTENT_TYPE: Final = "application/timestamp-query"
REPLY_TYPE: Final = "application/timestamp-reply"
MAX_REPLY: Final = 64 * 1024
DIGEST_BYTES: Final = 32

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SHA256_DER: Final = bytes.fromhex("300d06096086480165030402010500")
_GRANTED_DER: Final = bytes.fromhex("3003020100")
_SIGNED_DATA: Final = [0x02, 0x31, 0x30, 0xA0, 0x31]
"""Version, digests, what is signed, certificates, signers: no revocation list."""

_SIGNER: Final = [0x02, 0x30, 0x30, 0xA0, 0x30, 0x04]
"""Version, name, digest, signed attributes, algorithm, signature: nothing after it."""

_CERTIFICATES: Final = 0xA0
_RSA: Final = bytes.fromhex("06092a864886f70d0101010500")
_PSS: Final = bytes.fromhex("06092a864886f70d01010a")
_ALGORITHMS: Final = {
    # SHA-256, 384, 512 -> ECDSA or RSA with the same, or RSA that leaves it to the digest's own field
    bytes.fromhex(f"6086480165030402{digest}"): (
        bytes.fromhex(f"06082a8648ce3d0403{ecdsa}"),
        bytes.fromhex(f"06092a864886f70d0101{rsa}0500"),
        _RSA,
    )
    for digest, ecdsa, rsa in (("01", "02", "0b"), ("02", "03", "0c"), ("03", "04", "0d"))
}


class Token(NamedTuple):
    """What an authority attested: that the digest was known at this instant."""

    der: bytes
    gen_time: datetime
    serial: int
    authority: str


def new_nonce() -> int:
    """What an authority must say again, so that an old reply is not taken for a new one."""
    return randbits(64) | 1 << 63


def request_for(digest: bytes, nonce: int) -> bytes:
    """The request (TimeStampReq, DER) for a SHA-256 digest; the authority's certificate is asked for too."""
    if len(digest) != DIGEST_BYTES:
        raise ValueError(f"a SHA-256 digest has {DIGEST_BYTES} bytes")
    imprint = _der(0x30, _SHA256_DER + _der(0x04, digest))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1)
    return _der(0x30, b"\x02\x01\x01" + imprint + _der(0x02, number) + b"\x01\x01\xff")


def read_roots(pem: bytes) -> Roots:
    """The certificates of a PEM file, one after the other; BrokenTimestamp where there is none."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        raise BrokenTimestamp(
            N_("les certificats d’autorité d’horodatage ne sont pas lisibles : il faut un fichier PEM")
        ) from error


def check_reply(reply: bytes, digest: bytes, roots: Roots, nonce: int) -> Token:
    """The token of an authority's reply to this very request, or BrokenTimestamp."""
    if len(reply) > MAX_REPLY:
        raise _unreadable()
    response = _decoded(_in_order(reply))
    if response.status != PKIStatus.GRANTED:
        raise BrokenTimestamp(
            N_(
                "l’autorité d’horodatage a refusé ({status}) : {why}",
                status=response.status,
                why=shown(" ".join(response.status_string)) or "—",
            )
        )
    return _checked(response, digest, roots, nonce)


def open_token(der: bytes, digest: bytes, roots: Roots, at: datetime) -> Token:
    """What a kept token says, looked at on `at`; BrokenTimestamp where it does not hold for this digest."""
    if at.tzinfo is None:
        raise ValueError("an instant without its time zone")
    if len(der) > MAX_REPLY:
        raise _unreadable()
    response = _decoded(_der(0x30, _GRANTED_DER + der))
    token = _checked(response, digest, roots, None)
    if token.der != der:
        raise _unreadable()
    if token.gen_time > at:
        raise BrokenTimestamp(N_("l’horodatage vient du futur : vérifiez l’horloge de cet ordinateur"))
    return token


def stated_in(der: bytes, digest: bytes) -> datetime:
    """The instant that a token states for this digest, where nobody is trusted to vouch for it: no proof."""
    if len(der) > MAX_REPLY:
        raise _unreadable()
    response = _decoded(_der(0x30, _GRANTED_DER + der))
    try:
        _check_imprint(response, digest)
        _check_unsigned_parts(der)
        return response.tst_info.gen_time
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _unreadable() from error


def _in_order(reply: bytes) -> bytes:
    """Some authorities list certificates as their chain goes, which DER forbids; no signature covers it."""
    try:
        _status, token = _children(_children(reply)[0][1])
        signed = _children(_children(_children(token[1])[1][1])[0][1])
        (listed,) = (content for tag, content in signed if tag == _CERTIFICATES)
        return reply.replace(listed, b"".join(sorted(_der(*one) for one in _children(listed))), 1)
    except (ValueError, IndexError):
        return reply


def _decoded(reply: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(reply)
    except ValueError as error:
        raise _unreadable() from error


def _checked(response: TimeStampResponse, digest: bytes, roots: Roots, nonce: int | None) -> Token:
    try:
        stated = response.tst_info
        _check_imprint(response, digest)
        if nonce is not None and stated.nonce != nonce:
            raise BrokenTimestamp(
                N_("l’autorité a répondu à une autre demande d’horodatage (nonce différent)")
            )
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify(response, digest)
        der = response.time_stamp_token()
        _check_unsigned_parts(der)
        name = _authority(response)
    except (VerificationError, ValueError, TypeError, KeyError) as error:
        raise BrokenTimestamp(
            N_("l’horodatage n’est pas signé par une autorité que vous avez désignée, ou il a été modifié")
        ) from error
    return Token(der, stated.gen_time, stated.serial_number, name)


def _check_imprint(response: TimeStampResponse, digest: bytes) -> None:
    imprint = response.tst_info.message_imprint
    # The library compares the digest's bytes alone: of another algorithm they would mean something else.
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise BrokenTimestamp(N_("l’horodatage n’est pas celui d’une empreinte SHA-256"))
    if imprint.message != digest:
        raise BrokenTimestamp(N_("l’horodatage est celui d’un autre document"))


def _check_unsigned_parts(der: bytes) -> None:
    """OpenSSL passes over much that the signature does not cover; here it is what must stand there."""
    _type, wrapped = _children(_children(der)[0][1])
    signed = _children(_children(wrapped[1])[0][1])
    signer = _children(_children(signed[-1][1])[0][1])
    if [tag for tag, _content in signed] != _SIGNED_DATA or [tag for tag, _content in signer] != _SIGNER:
        raise ValueError("revocation lists or unsigned attributes")
    if (signed[0][1], signer[0][1]) != (b"\x03", b"\x01"):
        raise ValueError("version")
    digest, algorithm = _children(signer[2][1])[0][1], signer[4][1]
    if algorithm not in _ALGORITHMS[digest] and not algorithm.startswith(_PSS):
        raise ValueError("signature algorithm")


def _children(content: bytes) -> list[tuple[int, bytes]]:
    """The elements that stand one after the other; ValueError or IndexError where one is cut off."""
    found = []
    while content:
        tag, size, head = content[0], content[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(content[2:head])
        if len(content) < head + size:
            raise ValueError("cut off")
        found.append((tag, content[head : head + size]))
        content = content[head + size :]
    return found


def _authority(response: TimeStampResponse) -> str:
    """The name of the certificate that signed, which the verification has found to be there."""
    (signer,) = response.signed_data.signer_infos
    certificates = map(x509.load_der_x509_certificate, response.signed_data.certificates)
    (name,) = (
        one.subject.rfc4514_string()
        for one in certificates
        if one.issuer == signer.issuer and one.serial_number == signer.serial_number
    )
    return name


def _der(tag: int, content: bytes) -> bytes:
    """One element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def _unreadable() -> BrokenTimestamp:
    return BrokenTimestamp(N_("la réponse de l’autorité d’horodatage n’est pas lisible (RFC 3161)"))
