"""Times what seals a session, as multiples of one raw P-256 signature or of hashing a leaf in the same run.

    python -m scripts.bench.sealing [--rounds 9] [--json FILE]

35,000 entries as the log has them. All measures take turns within a round, and the best round of each counts,
for other work on the machine can only slow one down. Exits 1 where a measure is above its limit.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from exam_server.signing.chain import Entry, entry_line, genesis, link
from exam_server.signing.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from exam_server.signing.jwk import PublicKey
from exam_server.signing.merkle import Frontier, Tree, leaf_hash
from exam_server.signing.proofs import open_proof, write_proof

ENTRIES, CANDIDATES = 35_000, 1_000
ORIGIN = "passation/centre.example/log/01j0sessionsessionsession"
SIGNATURE, LEAF = "raw P-256 signature", "SHA-256 of a leaf"


@dataclass(frozen=True)
class Measure:
    """`times` repetitions in one call; `limit` is in units of `unit`, none where it is for orientation."""

    name: str
    times: int
    run: Callable[[], object]
    unit: str = SIGNATURE
    limit: float | None = None


@dataclass(frozen=True)
class Key:
    """An Ed25519 key in memory."""

    private: Ed25519PrivateKey
    public: PublicKey

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def grown() -> list[bytes]:
    """The lines of a log of plausible length, each entry linked to the one before."""
    rng = random.Random(35)
    session = f"{rng.getrandbits(128):032x}"
    head, lines = genesis(session), []
    for number in range(1, ENTRIES + 1):
        candidate = f"{rng.getrandbits(128):032x}"
        entry: Entry = link(
            head,
            session=session,
            number=number,
            at_ms=1_770_000_000_000 + number * 211,
            kind="ResponseSaved",
            actor=candidate,
            candidate=candidate,
            content_hash=genesis(candidate),
        )
        head = entry.hash
        lines.append(entry_line(entry))
    return lines


def appended(lines: list[bytes]) -> Frontier:
    frontier = Frontier()
    for line in lines:
        frontier.append(leaf_hash(line))
    return frontier


def sealing_measures() -> list[Measure]:
    """The log: growing, checkpoints, proofs, and all of it at a closing."""
    lines = grown()
    leaves = [leaf_hash(line) for line in lines]
    tree, private = Tree(leaves), Ed25519PrivateKey.generate()
    key = Key(private, PublicKey.of(private.public_key()))
    checkpoint = Checkpoint(ORIGIN, tree.size, tree.root())
    note = sign_checkpoint(checkpoint, key)
    chosen = range(0, ENTRIES, ENTRIES // CANDIDATES)
    proof = write_proof(chosen[7], tree.inclusion(chosen[7]), note)
    raw = ec.generate_private_key(ec.SECP256R1())

    def closing() -> list[bytes]:
        whole = Tree(leaf_hash(line) for line in lines)
        signed = sign_checkpoint(Checkpoint(ORIGIN, whole.size, whole.root()), key)
        return [write_proof(index, whole.inclusion(index), signed) for index in chosen]

    return [
        Measure(SIGNATURE, 200, lambda: [raw.sign(b"x" * 300, ec.ECDSA(SHA256())) for _ in range(200)]),
        Measure(LEAF, ENTRIES, lambda: [sha256(line).digest() for line in lines], LEAF),
        Measure("append to the log", ENTRIES, lambda: appended(lines), LEAF, 4.0),
        Measure(
            "sign a checkpoint", 200, lambda: [sign_checkpoint(checkpoint, key) for _ in range(200)], limit=4
        ),
        Measure(
            "open a checkpoint",
            100,
            lambda: [open_checkpoint(note, ORIGIN, [key.public]) for _ in range(100)],
        ),
        Measure("proof of an entry", CANDIDATES, lambda: [tree.inclusion(one) for one in chosen], limit=0.5),
        Measure(
            "open a proof",
            100,
            lambda: [open_proof(proof, lines[chosen[7]], ORIGIN, [key.public]) for _ in range(100)],
        ),
        Measure("proof of growth", 1_000, lambda: [tree.consistency(one) for one in range(20_000, 21_000)]),
        Measure(
            f"closing: tree of {ENTRIES}, checkpoint, {CANDIDATES} proofs as files", 1, closing, limit=5_000
        ),
    ]


def best_of(measures: list[Measure], rounds: int) -> dict[str, float]:
    """Microseconds of one repetition, the best round of each; the measures take turns."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for measure in measures:
            begun = time.perf_counter_ns()
            measure.run()
            spent = (time.perf_counter_ns() - begun) / 1_000 / measure.times
            best[measure.name] = min(spent, best.get(measure.name, spent))
    return best


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    measures = sealing_measures()
    best = best_of(measures, options.rounds)
    found, failed = {}, []
    for measure in measures:
        ratio = best[measure.name] / best[measure.unit]
        found[measure.name] = {"us": best[measure.name], "ratio": ratio, "unit": measure.unit}
        limit = "" if measure.limit is None else f"  (at most {measure.limit:g})"
        print(f"{measure.name:<62} {best[measure.name]:12.2f} us {ratio:10.2f} x {measure.unit}{limit}")
        if measure.limit is not None and ratio > measure.limit:
            failed.append(measure.name)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for name in failed:
        print(f"ABOVE ITS LIMIT: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
