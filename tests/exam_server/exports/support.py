"""A small finished session, its bundle, and the means to spoil it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from exam_server.exports.bundle import (
    BANK_FILE,
    CONTENTS_FILE,
    ERASURES_FILE,
    ERASURES_TYP,
    KEYS_FILE,
    LOG_FILE,
    README_FILE,
    RESULTS_FILE,
    RESULTS_TYP,
    Bundle,
    Content,
    bound_parts,
    erasure_statement,
    in_order,
    write_bundle,
)
from exam_server.exports.container import pack, unpack
from exam_server.exports.verification import Recompute, Verification, verify_bundle
from exam_server.exports.verification_steps import BundleRefused, Step
from exam_server.signing.canonical import JSON
from exam_server.signing.chain import Entry, content_hash, genesis, link
from exam_server.signing.jwk import jwks
from exam_server.signing.jws import sign
from exam_server.signing.keys import SigningKey
from tests.exam_server.signing.support import NOW, new_key

SESSION = "s-2026-05-12-a"
KINDS = ("session_opened", "candidate_admitted", "response_saved", "response_saved", "attempt_finished")
BANK: JSON = {"version": "demo-1", "items": {"1.1-3": {"points": 2, "text": "Où est le fichier ?"}}}
ALL_FILES = (README_FILE, KEYS_FILE, RESULTS_FILE, LOG_FILE, CONTENTS_FILE, ERASURES_FILE, BANK_FILE)


@dataclass(frozen=True)
class Session:
    """The parts of a bundle before it is written."""

    key: SigningKey
    entries: tuple[Entry, ...]
    contents: Mapping[int, Content]
    payload: Mapping[str, JSON]

    def written(self, erased: Sequence[int] = (), eraser: SigningKey | None = None) -> bytes:
        """The bundle, with these contents erased after the signature and a statement of it."""
        signer = eraser or self.key
        statement = erasure_statement(SESSION, self.entries[-1].hash, erased)
        later = NOW + timedelta(days=400)
        return write_bundle(
            results=sign(self.key, dict(self.payload), RESULTS_TYP, NOW),
            keys=jwks(dict.fromkeys([self.key.public, signer.public] if erased else [self.key.public])),
            entries=self.entries,
            contents={number: self.contents[number] for number in self.contents if number not in erased},
            bank=BANK,
            erasures=sign(signer, statement, ERASURES_TYP, later) if erased else None,
        )

    def with_payload(self, **changes: JSON) -> "Session":
        return replace(self, payload={**self.payload, **changes})


def grown(contents: Sequence[JSON]) -> tuple[tuple[Entry, ...], dict[int, Content]]:
    """A log with these contents, salted with plain numbers."""
    entries: list[Entry] = []
    kept: dict[int, Content] = {}
    head = genesis(SESSION)
    for number, value in enumerate(contents, start=1):
        kept[number] = Content(number.to_bytes(16), value)
        entry = link(
            head,
            session=SESSION,
            number=number,
            at_ms=1_778_572_800_000 + number,
            kind=KINDS[(number - 1) % len(KINDS)],
            actor="invigilator:1",
            candidate=None if number == 1 else "c-1",
            content_hash=content_hash(kept[number].salt, value),
        )
        entries.append(entry)
        head = entry.hash
    return tuple(entries), kept


def candidates(bundle: Bundle) -> Mapping[str, JSON]:
    """A stand-in for the real scoring: the points of the responses in the log."""
    points = [
        content.value.get("points") for content in bundle.contents.values() if isinstance(content.value, dict)
    ]
    total = sum(point for point in points if isinstance(point, int))
    return {"candidates": [{"id": "c-1", "score": total}]}


def finished_session(folder: Path) -> Session:
    values: list[JSON] = [
        {"room": "B12"},
        {"name": "Prunelle Démo"},
        {"item": "1.1-3", "points": 2},
        {"item": "2.1-1", "points": 1},
        None,
    ]
    entries, contents = grown(values)
    payload: dict[str, JSON] = {
        "v": 2,
        "session": {"id": SESSION, "room": "B12", "centre": {"uai": "0990001X", "name": "Collège Démo"}},
        "bank": {"version": "demo-1", "digest": "x"},
        "settings": {"fewest_responses": 20},
        "candidates": [{"id": "c-1", "score": 3}],
        **bound_parts(len(entries), entries[-1].hash, BANK),
    }
    return Session(new_key(folder), entries, contents, payload)


def respoiled(octets: bytes, spoil: Callable[[dict[str, bytes]], None]) -> bytes:
    """The bundle packed again, faultlessly, after somebody changed its members."""
    members = unpack(octets, dict.fromkeys(ALL_FILES, len(octets)))
    spoil(members)
    return pack(in_order(members))


def refused(octets: bytes, recompute: Recompute | None = None) -> BundleRefused:
    with pytest.raises(BundleRefused) as refusal:
        verify_bundle(octets, None, recompute)
    assert f"étape {refusal.value.step}/8" in str(refusal.value)
    return refusal.value


def steps_done(verification: Verification) -> list[Step]:
    return [check.step for check in verification.checks if check.done]
