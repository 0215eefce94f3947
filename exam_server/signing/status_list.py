"""Which certificates are revoked: a W3C Bitstring Status List, one bit a certificate, signed and dated.

The list is so long, and places are drawn at random, that whoever reads it learns nothing of the certificate
that they do not hold.
"""

import gzip
import secrets
import zlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.instants import instant, milliseconds
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement, sign
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.wording import N_

TYP: Final = "passation-status+jws"
ENTRIES: Final = 131_072
_OCTETS = ENTRIES // 8
_MULTIBASE_BASE64URL = "u"
_LONGEST = 2 * _OCTETS
_GZIP = 16 + zlib.MAX_WBITS
_MEMBERS = frozenset({"v", "list", "issued_ms", "valid_until_ms", "encodedList"})


class StatusBits:
    """The bits; place 0 is the highest bit of the first octet. They all begin as not revoked."""

    def __init__(self, octets: bytes = bytes(_OCTETS)) -> None:
        if len(octets) != _OCTETS:
            raise ValueError(f"a status list has {ENTRIES} entries")
        self._octets = bytearray(octets)

    def set(self, index: int) -> None:
        """Revoked."""
        octet, bit = _place(index)
        self._octets[octet] |= bit

    def clear(self, index: int) -> None:
        """Not revoked, or no longer."""
        octet, bit = _place(index)
        self._octets[octet] &= ~bit

    def is_set(self, index: int) -> bool:
        octet, bit = _place(index)
        return bool(self._octets[octet] & bit)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatusBits) and self._octets == other._octets

    __hash__ = None  # type: ignore[assignment]

    def encoded(self) -> str:
        """The form of the standard: multibase, base64url, gzip."""
        return _MULTIBASE_BASE64URL + b64u(gzip.compress(bytes(self._octets), mtime=0))


@dataclass(frozen=True)
class StatusList:
    """A list whose signature holds."""

    list_id: str
    issued: datetime
    valid_until: datetime
    bits: StatusBits

    def is_current(self, now: datetime) -> bool:
        """An old list says nothing of who was revoked since."""
        return self.issued <= now <= self.valid_until


def free_index(taken: Container[int]) -> int:
    """A place drawn at random that nobody has. Begin another list long before this one is full."""
    for _turn in range(1_000):
        index = secrets.randbelow(ENTRIES)
        if index not in taken:
            return index
    raise ValueError("the status list is full")


def decoded(text: str) -> StatusBits:
    """The bits of an encoded list; ValueError for anything else, however large it would become."""
    if not text.startswith(_MULTIBASE_BASE64URL) or len(text) > _LONGEST:
        raise ValueError("not an encoded status list")
    stream = zlib.decompressobj(_GZIP)
    try:
        octets = stream.decompress(b64u_decode(text[1:]), _OCTETS + 1)
    except zlib.error as error:
        raise ValueError("not gzip") from error
    if not stream.eof or stream.unused_data:
        raise ValueError("not one whole gzip stream")
    return StatusBits(octets)


def sign_status_list(
    key: SigningKey, list_id: str, bits: StatusBits, now: datetime, valid_for: timedelta
) -> str:
    """The list as a signed statement, good until it should be fetched anew."""
    payload: JSON = {
        "v": 1,
        "list": list_id,
        "issued_ms": milliseconds(now),
        "valid_until_ms": milliseconds(now + valid_for),
        "encodedList": bits.encoded(),
    }
    return sign(key, payload, TYP, now)


def open_status_list(token: str, keys: Mapping[str, PublicKey], list_id: str) -> StatusList:
    """The list of this name, or BrokenSeal. Whether it is still current is for the caller to ask."""
    payload = open_statement(token, keys, TYP).payload
    if not isinstance(payload, dict) or payload.keys() != _MEMBERS:
        raise _misshapen()
    if payload["v"] != 1 or payload["v"] is True:
        raise _misshapen()
    if payload["list"] != list_id:
        raise BrokenSeal(N_("cette liste de révocation n’est pas celle que nomme le certificat"))
    try:
        issued, until = instant(payload["issued_ms"]), instant(payload["valid_until_ms"])
        return StatusList(list_id, issued, until, decoded(str(payload["encodedList"])))
    except ValueError:
        raise _misshapen() from None


def _place(index: int) -> tuple[int, int]:
    if not 0 <= index < ENTRIES:
        raise ValueError(f"places go from 0 to {ENTRIES - 1}")
    return index >> 3, 0x80 >> (index & 7)


def _misshapen() -> BrokenSeal:
    return BrokenSeal(N_("cette liste de révocation n’a pas la forme prévue"))
