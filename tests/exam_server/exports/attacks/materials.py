"""What forgers work on: genuine sessions with all that proves them, a stranger's keys, and every attack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final

from exam_server.exports.verification import Anchors, verify_bundle
from exam_server.exports.verification_steps import TITLES, BundleRefused, Step
from exam_server.signing.canonical import JSON
from exam_server.signing.key_set import KeySet, PublishedKey, read_key_set, write_key_set
from exam_server.signing.keys import Purpose
from exam_server.signing.standing import Reason, Revocation, Validity, Verdict
from exam_server.signing.timestamps import read_roots
from tests.exam_server.exports.support import (
    FACTS,
    WITNESS,
    Session,
    Signers,
    believing,
    finished_session,
    new_signers,
    stamped,
)
from tests.exam_server.signing.support import NOW
from tests.support.clock import ManualClock
from tests.support.timestamp_authority import TimestampAuthority

ACCEPTED: Final = "ACCEPTÉ"
UNKNOWN: Final = "verdict « inconnu »"
SIZES = (5, 6, 9, 14, 23, 40)


@dataclass(frozen=True)
class Material:
    """A genuine session, its timestamp, and its bundle with a witness's signature and the key set."""

    session: Session
    token: bytes

    @cached_property
    def octets(self) -> bytes:
        return self.session.written(proofs=self.session.proofs(self.token, witnessed=True))

    def written(self, session: Session, *, witnessed: bool = True) -> bytes:
        """The bundle of a forged session, with this one's timestamp."""
        return session.written(proofs=session.proofs(self.token, witnessed=witnessed))


@dataclass(frozen=True)
class Forger:
    """Draws from `chance` alone, so that a seed gives the same forgeries."""

    chance: Random
    materials: tuple[Material, ...]
    signers: Signers
    stranger: Signers
    tsa: TimestampAuthority
    late: Mapping[str, bytes]
    """Timestamps by the session that they are of, from after the keys' end."""
    foreign: bytes
    """A timestamp of the first session, of an authority that nobody trusts."""

    def one(self) -> Material:
        return self.chance.choice(self.materials)

    def two(self) -> tuple[Material, Material]:
        first, second = self.chance.sample(self.materials, 2)
        return first, second

    def anchors(self, days: int = 1, **more: object) -> Anchors:
        """Whoever was given the authority's fingerprint, the roots of time and a witness, days later."""
        roots, at = read_roots(self.tsa.roots_pem), NOW + timedelta(days=days)
        known = believing(self.materials[0].session, at, roots=roots, witnesses=(WITNESS,), quorum=1)
        return replace(known, **more)  # type: ignore[arg-type]

    def caught(self, octets: bytes, anchors: Anchors | None = None) -> str:
        """The step that refuses these octets, or that they are accepted; any other error is a fault."""
        try:
            found = verify_bundle(octets, anchors or self.anchors(), None)
        except BundleRefused as refusal:
            return layer(refusal.step)
        return UNKNOWN if found.verdict is Verdict.UNKNOWN else ACCEPTED


def layer(step: Step) -> str:
    return f"{int(step)}. {TITLES[step]}"


Attack = Callable[[Forger], str]
ATTACKS: dict[str, Attack] = {}
"""By what is done, in words; an attack tries once, and returns the layer that caught it."""


def attack(what: str) -> Callable[[Attack], Attack]:
    """Adds an attack."""

    def add(one: Attack) -> Attack:
        ATTACKS[what] = one
        return one

    return add


def forger(folder: Path, seed: int) -> Forger:
    """Everything made once for thousands of attacks."""
    chance = Random(seed)
    clock = ManualClock(NOW + timedelta(minutes=5))
    tsa, unknown = TimestampAuthority(folder / "tsa", clock), TimestampAuthority(folder / "unknown", clock)
    signers = new_signers(folder / "keys")
    signers.store.create(Purpose.QR, NOW)
    materials = []
    for number, size in enumerate(SIZES):
        session = finished_session(signers, facts_of(chance, size), f"s-2026-05-{number:02d}")
        materials.append(Material(session, stamped(session, tsa)))
    clock.move_to(NOW + timedelta(days=2_000))
    late = {one.session.id: stamped(one.session, tsa) for one in materials[:2]}
    foreign = stamped(materials[0].session, unknown)
    clock.move_to(NOW + timedelta(minutes=5))
    stranger = new_signers(folder / "stranger")
    return Forger(chance, tuple(materials), signers, stranger, tsa, late, foreign)


def facts_of(chance: Random, size: int) -> list[JSON]:
    """What a session's log is about: none like another."""
    facts: list[JSON] = [*FACTS[:2]]
    facts += [{"item": f"1.1-{n}", "points": chance.randrange(5)} for n in range(size - len(facts))]
    return facts


def revoking(signers: Signers, purpose: Purpose, revocation: Revocation) -> str:
    """The version of the published set in which a key of this use is revoked."""
    known = published(signers)
    keys = [
        _revoked(one, revocation) if one.purpose is purpose and one.kid == revocation.kid else one
        for one in known.keys
    ]
    authority = signers.store.create(Purpose.AUTHORITY, NOW)
    return write_key_set(authority, keys, known, NOW + timedelta(days=100))


def _revoked(key: PublishedKey, revocation: Revocation) -> PublishedKey:
    span = Validity(key.validity.since, key.validity.until, revocation)
    return replace(key, validity=span)


def published(signers: Signers) -> KeySet:
    token = signers.store.published()
    assert token is not None
    return read_key_set(token, signers.authority)


def compromised(kid: str, seconds: float) -> Revocation:
    """So long after the sessions were signed."""
    return Revocation(kid, NOW + timedelta(seconds=seconds), Reason.COMPROMISED)
