"""Base64url without padding, where each byte string has exactly one accepted text."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def b64u(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def b64u_decode(text: str) -> bytes:
    """The bytes, or ValueError also where only spare bits differ from what `b64u` writes."""
    if not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64url")
    octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64u(octets) != text:
        raise ValueError("spare bits are not zero")
    return octets
