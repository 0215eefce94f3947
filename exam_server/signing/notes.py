"""Signed notes (C2SP signed-note): a text, a blank line, and a line for each who signed it with Ed25519.

There is one accepted spelling of a note: the signatures stand in the order of their keys' names, the first
signer's line before all others, base64 has no spare bits, and no key signs twice.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from exam_server.signing.ed25519 import KEY_BYTES, SIGNATURE_BYTES
from exam_server.signing.errors import BrokenNote, BrokenSeal
from exam_server.signing.jwk import Algorithm, PublicKey
from exam_server.signing.wording import N_, shown

MAX_NOTE: Final = 64 * 1024
MAX_SIGNATURES: Final = 64
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
# 9999-12-31: the last second that a calendar of ours can show.
_LAST_SECOND: Final = 253_402_300_799

NAME = re.compile(r"[!-*,-~]{1,255}", re.ASCII)
"""Printable ASCII without space and plus, which separate a name from what follows it."""

_SIGNATURE = re.compile(r"— ([!-*,-~]{1,255}) ([A-Za-z0-9+/]+=*)")
_VKEY = re.compile(r"([!-*,-~]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", re.ASCII)


class NoteSigner(Protocol):
    """Whoever holds an Ed25519 key: a key file, a device."""

    @property
    def public(self) -> PublicKey:
        """The key that checks."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes over this message."""


class KeyKind(IntEnum):
    """What a key says when it signs; its number is in the key's identifier."""

    LOG = 0x01
    WITNESS = 0x04


class SignatureLine(NamedTuple):
    """One line below a note, not checked yet."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """The line with its end."""
        return f"— {self.name} {b64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class NoteKey:
    """A public Ed25519 key under the name that it signs with."""

    name: str
    public: PublicKey
    kind: KeyKind = KeyKind.LOG

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError("a key's name has no space and no plus, and is not empty")
        if self.public.algorithm is not Algorithm.ED25519 or len(self.public.point) != KEY_BYTES:
            raise ValueError("notes are signed with Ed25519")

    @cached_property
    def key_id(self) -> bytes:
        """Tells keys apart in a note; not a fingerprint to trust."""
        named = self.name.encode("ascii") + b"\n" + bytes([self.kind]) + self.public.point
        return sha256(named).digest()[:_ID_BYTES]

    def vkey(self) -> str:
        """The text that other programs take the key as."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public.point)}"

    def signed(self, text: bytes, signer: NoteSigner, now: datetime | None = None) -> SignatureLine:
        """This key's line under a text; a witness's line bears the instant."""
        if signer.public != self.public:
            raise ValueError("another key than the one that signs")
        if self.kind is KeyKind.LOG:
            return SignatureLine(self.name, self.key_id, signer.sign(text))
        if now is None or now.tzinfo is None:
            raise ValueError("a witness says when")
        seconds = int(now.timestamp())
        signature = signer.sign(cosigned(text, seconds))
        return SignatureLine(self.name, self.key_id, seconds.to_bytes(_TIME_BYTES) + signature)

    def check(self, text: bytes, signature: bytes) -> datetime | None:
        """Raise BrokenNote unless this key signed this text; the instant that a witness gave."""
        if self.kind is KeyKind.LOG:
            self._check(text, signature)
            return None
        seconds = int.from_bytes(signature[:_TIME_BYTES])
        if len(signature) != _TIME_BYTES + SIGNATURE_BYTES or seconds > _LAST_SECOND:
            raise self._wrong()
        self._check(cosigned(text, seconds), signature[_TIME_BYTES:])
        return datetime.fromtimestamp(seconds, UTC)

    def _check(self, message: bytes, signature: bytes) -> None:
        try:
            self.public.check(message, signature)
        except BrokenSeal:
            raise self._wrong() from None

    def _wrong(self) -> BrokenNote:
        return BrokenNote(N_("la signature de {name} ne correspond pas au texte signé", name=self.name))


class Note(NamedTuple):
    """A note as read: its text with the last line end, and who claims to have signed."""

    text: bytes
    signatures: tuple[SignatureLine, ...]


def cosigned(text: bytes, seconds: int) -> bytes:
    """What a witness signs at this second (C2SP cosignature/v1)."""
    return b"cosignature/v1\ntime %d\n%b" % (seconds, text)


def read_vkey(text: str) -> NoteKey:
    """The key of a vkey text; BrokenNote unless it is whole, rightly named and of a kind that we know."""
    parts = _VKEY.fullmatch(text)
    try:
        if not parts:
            raise ValueError("not a vkey")
        kind, *public = b64_decode(parts[3])
        key = NoteKey(parts[1], PublicKey(Algorithm.ED25519, bytes(public)), KeyKind(kind))
    except ValueError as error:
        raise BrokenNote(
            N_("ce n’est pas une clé publique de journal ou de témoin (vkey C2SP, Ed25519)")
        ) from error
    if key.vkey() != text:
        raise BrokenNote(N_("la clé publique {name} ne porte pas son vrai identifiant", name=key.name))
    return key


def write_note(text: bytes, signatures: Sequence[SignatureLine]) -> bytes:
    """The note, with the signatures in their order: the first as given, the others by name."""
    if not text.endswith(b"\n"):
        raise ValueError("a note's text ends with a line end")
    first, *others = signatures
    lines = [first, *sorted(others, key=_place)]
    return text + b"\n" + "".join(line.text() for line in lines).encode()


def read_note(octets: bytes) -> Note:
    """The note of bytes that `write_note` could have written, and of no others; nothing is verified."""
    if len(octets) > MAX_NOTE:
        raise BrokenNote(N_("cette note signée est trop longue"))
    text, blank, below = octets.rpartition(b"\n\n")
    if not blank or not text:
        raise BrokenNote(N_("ce n’est pas une note signée : le texte ou les signatures manquent"))
    note = Note(text + b"\n", read_signatures(below))
    if not _is_plain_text(text) or write_note(*note) != octets:
        raise BrokenNote(N_("cette note signée n’est pas sous sa forme unique"))
    return note


def read_signatures(below: bytes) -> tuple[SignatureLine, ...]:
    """The lines below a note, or those that a witness answered."""
    try:
        lines = below.decode("utf-8").split("\n")
        if lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
            raise ValueError("no end of line, no signature, or too many")
        found = tuple(_read_signature(line) for line in lines)
    except ValueError as error:
        raise BrokenNote(N_("une ligne de signature de la note n’est pas valable")) from error
    if len({(one.name, one.key_id) for one in found}) != len(found):
        raise BrokenNote(N_("la même clé a signé deux fois la note"))
    return found


def check_note(
    note: Note, keys: Iterable[NoteKey], *, strangers: bool = False
) -> dict[NoteKey, datetime | None]:
    """Which of these keys signed, and when a witness did; BrokenNote where one of their signatures is wrong.

    A signature of nobody among them is refused too, since nothing says that it is not a changed one;
    `strangers` lets it pass unread, as programs do that follow logs of all kinds.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[NoteKey, datetime | None] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            found[key] = key.check(note.text, line.signature)
        elif not strangers:
            raise BrokenNote(
                N_("la note porte la signature d’une clé inconnue ({name})", name=shown(line.name))
            )
    return found


def b64(octets: bytes) -> str:
    """Standard base64, as notes and proofs have it."""
    return b64encode(octets).decode("ascii")


def b64_decode(text: str) -> bytes:
    """The bytes, or ValueError for any other text than `b64` writes."""
    octets = b64decode(text, validate=True)
    if b64(octets) != text:
        raise ValueError("spare bits are not zero")
    return octets


def _is_plain_text(octets: bytes) -> bool:
    """UTF-8 without any control character but the line end."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character >= " " or character == "\n" for character in text)


def _read_signature(line: str) -> SignatureLine:
    parts = _SIGNATURE.fullmatch(line)
    if not parts:
        raise ValueError("not a signature line")
    octets = b64_decode(parts[2])
    if len(octets) <= _ID_BYTES:
        raise ValueError("no signature")
    return SignatureLine(parts[1], octets[:_ID_BYTES], octets[_ID_BYTES:])


def _place(line: SignatureLine) -> tuple[str, bytes]:
    return line.name, line.key_id
