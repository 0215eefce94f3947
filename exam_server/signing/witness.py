"""A witness of logs (C2SP tlog-witness): it co-signs what only grew, and remembers the last state of each.

Somebody else than the log's operator runs it, so that who holds a log's key cannot show one log to some
people and another to others. No HTTP here: the body of `add-checkpoint` goes in, the answer's line comes out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from exam_server.signing.checkpoints import (
    DECIMAL,
    Checkpoint,
    OpenedCheckpoint,
    check_growth,
    cosign,
    open_checkpoint,
    read_body,
    with_cosignatures,
)
from exam_server.signing.durable_files import alone, replace
from exam_server.signing.errors import BrokenNote, WitnessConflict
from exam_server.signing.jwk import PublicKey
from exam_server.signing.merkle import EMPTY_ROOT, HASH_BYTES
from exam_server.signing.notes import MAX_NOTE, KeyKind, NoteKey, NoteSigner, b64, b64_decode, read_note
from exam_server.signing.wording import N_, shown

MAX_PROOF: Final = 63


class GrowthRequest(NamedTuple):
    """What a log asks of a witness: from which size on, why that is growth, and the new checkpoint."""

    older: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def body(self) -> bytes:
        """What is sent."""
        lines = [f"old {self.older}", *map(b64, self.proof), ""]
        return "\n".join(lines).encode("ascii") + b"\n" + self.checkpoint


def read_request(octets: bytes) -> GrowthRequest:
    """The request of a body in its one spelling, or BrokenNote."""
    head, blank, checkpoint = octets[: MAX_NOTE + 4096].partition(b"\n\n")
    try:
        first, *proof = head.decode("ascii").split("\n")
        older = first.removeprefix("old ")
        if not blank or len(proof) > MAX_PROOF or not DECIMAL.fullmatch(older):
            raise ValueError("not a request")
        request = GrowthRequest(int(older), tuple(map(b64_decode, proof)), checkpoint)
        if any(len(one) != HASH_BYTES for one in request.proof) or request.body() != octets:
            raise ValueError("not as it would be written")
    except ValueError as error:
        raise BrokenNote(N_("ce n’est pas une demande à un témoin (add-checkpoint)")) from error
    return request


class Witness:
    """Remembers in a folder the last checkpoint of each log that it follows, with its own signature on it."""

    def __init__(
        self, name: str, signer: NoteSigner, logs: Mapping[str, Sequence[PublicKey]], folder: Path
    ) -> None:
        """`logs`: origin -> public keys of that log; an origin that ends with `/` stands for all below it."""
        self.key = NoteKey(name, signer.public, KeyKind.WITNESS)
        self._signer = signer
        self._logs = dict(logs)
        self._folder = folder

    def add_checkpoint(self, body: bytes, now: datetime) -> bytes:
        """The signature line over a checkpoint that continues what was seen before; it is remembered first.

        WitnessConflict where the log is remembered otherwise than the request says; BrokenNote, BrokenProof.
        """
        request = read_request(body)
        origin = read_body(read_note(request.checkpoint).text).origin
        newer = open_checkpoint(request.checkpoint, origin, self._keys_of(origin), strangers=True).checkpoint
        if request.older > newer.size:
            raise BrokenNote(N_("la demande part d’un journal plus long que le point de contrôle"))
        # One at a time: two requests that both follow the same state may not both be followed.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self._folder / ".lock"):
            last = self._last(origin)
            if request.older != last.size or (last.size == newer.size and last.root != newer.root):
                raise WitnessConflict(
                    last.size,
                    N_(
                        "ce témoin a vu {size} entrées du journal {origin}, et la demande ne les "
                        "continue pas",
                        size=last.size,
                        origin=shown(origin),
                    ),
                )
            check_growth(last, newer, request.proof)
            line = cosign(request.checkpoint, self.key, self._signer, now)
            # On the disk before the answer leaves: what was signed once binds the next answer.
            replace(self._path(origin), with_cosignatures(request.checkpoint, line))
        return line

    def last(self, origin: str) -> OpenedCheckpoint | None:
        """The last state that was co-signed of this log."""
        path = self._path(origin)
        if not path.exists():
            return None
        keys = self._keys_of(origin)
        return open_checkpoint(path.read_bytes(), origin, keys, [self.key], quorum=1, strangers=True)

    def _last(self, origin: str) -> Checkpoint:
        opened = self.last(origin)
        return opened.checkpoint if opened else Checkpoint(origin, 0, EMPTY_ROOT)

    def _keys_of(self, origin: str) -> Sequence[PublicKey]:
        for known, keys in self._logs.items():
            if origin == known or (known.endswith("/") and origin.startswith(known)):
                return keys
        raise BrokenNote(N_("ce témoin ne suit pas le journal {origin}", origin=shown(origin)))

    def _path(self, origin: str) -> Path:
        # Named by a digest: an origin comes from outside and may not choose a path.
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"
