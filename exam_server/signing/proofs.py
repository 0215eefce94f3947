"""Proofs that travel (C2SP tlog-proof): an entry's path to the root, and the checkpoint that signs it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from exam_server.signing.checkpoints import DECIMAL, OpenedCheckpoint, open_checkpoint
from exam_server.signing.errors import BrokenProof
from exam_server.signing.jwk import PublicKey
from exam_server.signing.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from exam_server.signing.notes import MAX_NOTE, NoteKey, b64, b64_decode
from exam_server.signing.wording import N_

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 63


@dataclass(frozen=True)
class LogProof:
    """What a proof file says, not checked yet; `index` counts from zero."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def write_proof(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The proof as a file, `.tlog-proof` by custom; `checkpoint` is the signed note."""
    lines = [FIRST_LINE, f"index {index}", *map(b64, path), ""]
    return "\n".join(lines).encode("ascii") + b"\n" + checkpoint


def read_proof(octets: bytes) -> LogProof:
    """The proof of a file that `write_proof` could have written, and of no other; nothing is verified."""
    head, blank, checkpoint = octets[: MAX_NOTE + 4096].partition(b"\n\n")
    try:
        first, index, *path = head.decode("ascii").split("\n")
        number = index.removeprefix("index ")
        if not blank or first != FIRST_LINE or len(path) > MAX_PATH or not DECIMAL.fullmatch(number):
            raise ValueError("not a proof")
        proof = LogProof(int(number), tuple(map(b64_decode, path)), checkpoint)
        if (
            any(len(one) != HASH_BYTES for one in proof.path)
            or write_proof(proof.index, proof.path, proof.checkpoint) != octets
        ):
            raise ValueError("not as it would be written")
    except ValueError as error:
        raise BrokenProof(N_("ce n’est pas une preuve de présence dans un journal (tlog-proof)")) from error
    return proof


def open_proof(
    octets: bytes,
    entry: bytes,
    origin: str,
    log_keys: Iterable[PublicKey],
    witnesses: Sequence[NoteKey] = (),
    quorum: int = 0,
) -> OpenedCheckpoint:
    """The checkpoint under which this entry stands in the log; BrokenProof or BrokenNote otherwise."""
    proof = read_proof(octets)
    opened = open_checkpoint(proof.checkpoint, origin, log_keys, witnesses, quorum)
    verify_inclusion(
        leaf_hash(entry), proof.index, opened.checkpoint.size, proof.path, opened.checkpoint.root
    )
    return opened
