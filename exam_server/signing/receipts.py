"""The receipt of a test: what was saved of a candidate, as a fingerprint short enough to copy by hand.

The digest is the base64url SHA-256 over the canonical JSON of `{"candidate", "responses", "v"}`, where
`responses` is a list of `[position, item, content]` by position. It shows on the candidate's last page, and
stands in the log and in the signed results: who kept it can tell later whether these are what was saved.
"""

from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical

VERSION: Final = 1
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are taken for others."""

SHOWN: Final = 10
"""Letters of a fingerprint: 50 bits. Enough to tell two tests apart, not to sign anything."""

_RFC_4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD = str.maketrans(_RFC_4648, LETTERS)
_AS_MEANT = str.maketrans("ILOU", "110V", "- \u00a0\u202f")


class Saved(NamedTuple):
    """One response that counts."""

    position: int
    item: str
    content: JSON


def responses_digest(candidate: str, responses: Iterable[Saved]) -> str:
    """The digest of the responses that count, whatever order they come in."""
    listed: list[JSON] = [[one.position, one.item, one.content] for one in sorted(responses)]
    return b64u(sha256(canonical({"candidate": candidate, "responses": listed, "v": VERSION})).digest())


def fingerprint(digest: str) -> str:
    """The first 50 bits as people copy them: "7Q4M2-KX9TB". Raises ValueError for what is no digest."""
    letters = _crockford(digest)[:SHOWN]
    return f"{letters[: SHOWN // 2]}-{letters[SHOWN // 2 :]}"


def qr_text(digest: str) -> str:
    """What the QR code of a receipt says: the whole digest, in the signs that make the smallest code."""
    return f"PASSATION:R{VERSION}:{_crockford(digest)}"


def is_fingerprint_of(typed: str, digest: str) -> bool:
    """True for a fingerprint as somebody typed it, or for the text of the QR code."""
    written = typed.strip().upper()
    if written.startswith("PASSATION:"):
        return written == qr_text(digest)
    return written.translate(_AS_MEANT) == _crockford(digest)[:SHOWN]


def _crockford(digest: str) -> str:
    octets = b64u_decode(digest)
    if len(octets) != sha256().digest_size:
        raise ValueError("a digest has 32 octets")
    return b32encode(octets).decode().rstrip("=").translate(_TO_CROCKFORD)
