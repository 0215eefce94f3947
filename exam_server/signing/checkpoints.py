"""Checkpoints of a log (C2SP tlog-checkpoint): how many entries, and their root, signed and witnessed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from exam_server.signing.errors import BrokenNote
from exam_server.signing.jwk import Algorithm, PublicKey
from exam_server.signing.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from exam_server.signing.notes import (
    NAME,
    KeyKind,
    NoteKey,
    NoteSigner,
    b64,
    b64_decode,
    check_note,
    read_note,
    read_signatures,
    write_note,
)
from exam_server.signing.wording import N_, shown

DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
"""A size or an index in its one spelling; fifteen figures stay below 2^53."""


class Checkpoint(NamedTuple):
    """One state of the log that `origin` names."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The three lines that are signed."""
        if not NAME.fullmatch(self.origin) or not DECIMAL.fullmatch(str(self.size)):
            raise ValueError("an origin without space and plus, and a size")
        if len(self.root) != HASH_BYTES:
            raise ValueError(f"a root has {HASH_BYTES} bytes")
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode("ascii")


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures hold: the log's key that signed, and when each witness did."""

    checkpoint: Checkpoint
    log_key: PublicKey
    witnessed: Mapping[str, datetime]


def log_key(origin: str, public: PublicKey) -> NoteKey:
    """The key of a log under its own name, which is the log's origin."""
    return NoteKey(origin, public, KeyKind.LOG)


def sign_checkpoint(checkpoint: Checkpoint, key: NoteSigner) -> bytes:
    """The note that the log's key signs; the same checkpoint gives the same bytes."""
    body = checkpoint.body()
    return write_note(body, [log_key(checkpoint.origin, key.public).signed(body, key)])


def open_checkpoint(
    note: bytes,
    origin: str,
    log_keys: Iterable[PublicKey],
    witnesses: Sequence[NoteKey] = (),
    quorum: int = 0,
    *,
    strangers: bool = False,
) -> OpenedCheckpoint:
    """The checkpoint of this log, signed by one of its keys and a quorum of these witnesses; or BrokenNote.

    Of `log_keys`, only those that sign logs count (Ed25519). `strangers` lets signatures of nobody named
    here pass unread.
    """
    read = read_note(note)
    checkpoint = read_body(read.text)
    if checkpoint.origin != origin:
        raise BrokenNote(
            N_(
                "ce point de contrôle est celui d’un autre journal ({origin})",
                origin=shown(checkpoint.origin),
            )
        )
    logs = {log_key(origin, public) for public in log_keys if public.algorithm is Algorithm.ED25519}
    signed = check_note(read, (*logs, *witnesses), strangers=strangers)
    by_log = [key for key in signed if key in logs]
    # The log's own signature stands first: with one order of lines there is one note.
    if len(by_log) != 1 or (read.signatures[0].name, read.signatures[0].key_id) != (origin, by_log[0].key_id):
        raise BrokenNote(N_("le point de contrôle n’est pas signé d’abord par la clé du journal"))
    witnessed = {key.name: at for key, at in signed.items() if at is not None}
    if len(witnessed) < quorum:
        raise BrokenNote(
            N_(
                "le point de contrôle n’a été vu que par {count} témoins sur les {quorum} demandés",
                count=len(witnessed),
                quorum=quorum,
            )
        )
    return OpenedCheckpoint(checkpoint, by_log[0].public, witnessed)


def cosign(note: bytes, witness: NoteKey, signer: NoteSigner, now: datetime) -> bytes:
    """A witness's signature line over a checkpoint that it has already checked."""
    return witness.signed(read_note(note).text, signer, now).text().encode()


def with_cosignatures(note: bytes, lines: bytes) -> bytes:
    """The checkpoint with what a witness answered; a witness that signed before is heard again."""
    read, added = read_note(note), read_signatures(lines)
    again = {(line.name, line.key_id) for line in added}
    if (read.signatures[0].name, read.signatures[0].key_id) in again:
        raise BrokenNote(N_("un témoin n’a pas à répondre au nom du journal"))
    kept = [line for line in read.signatures if (line.name, line.key_id) not in again]
    return write_note(read.text, [*kept, *added])


def without_cosignatures(note: bytes) -> bytes:
    """The checkpoint with the log's own signature alone: this is what a timestamp is asked for.

    Witnesses who sign later do not change it, and it shows that the log's key had signed by that instant.
    """
    read = read_note(note)
    return write_note(read.text, read.signatures[:1])


def check_growth(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise unless `newer` is the log of `older` with entries added: BrokenNote, or BrokenProof."""
    if older.origin != newer.origin:
        raise BrokenNote(N_("ce sont les points de contrôle de deux journaux différents"))
    verify_consistency(older.size, older.root, newer.size, newer.root, proof)


def read_body(text: bytes) -> Checkpoint:
    """The checkpoint of a note's text, three lines and no more; nothing is verified."""
    try:
        origin, size, root, end = text.decode("ascii").split("\n")
        if end or not NAME.fullmatch(origin) or not DECIMAL.fullmatch(size):
            raise ValueError("not a checkpoint")
        checkpoint = Checkpoint(origin, int(size), b64_decode(root))
        if checkpoint.body() != text or (checkpoint.size == 0) != (checkpoint.root == EMPTY_ROOT):
            raise ValueError("not as it would be written")
    except ValueError as error:
        raise BrokenNote(N_("ce n’est pas un point de contrôle de journal")) from error
    return checkpoint
