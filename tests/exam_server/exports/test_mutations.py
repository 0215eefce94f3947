"""Thousands of forgeries, seeded: none is accepted, and each kind is caught by a layer that has a name.

PASSATION_MUTATIONS: how many forgeries (a few hundred here), and a tenth as many genuine bundles. With 10,000
it writes the table of docs/bundle-format.md.
"""

import os
import sys
from collections import Counter
from datetime import timedelta

import pytest

from exam_server.exports.verification import Anchors, verify_bundle
from exam_server.signing.standing import Verdict
from exam_server.signing.timestamps import read_roots
from tests.exam_server.exports.attacks import keys, log, octets, proofs
from tests.exam_server.exports.attacks.materials import ACCEPTED, ATTACKS, Forger, facts_of, forger
from tests.exam_server.exports.support import (
    WITNESS,
    Session,
    believing,
    candidates,
    finalised,
    finished_session,
    stamped,
    trusting,
)
from tests.exam_server.signing.support import NOW
from tests.support.authenticator import KINDS, Authenticator

MUTATIONS = int(os.environ.get("PASSATION_MUTATIONS", "400"))
CLEAN = max(30, MUTATIONS // 10)
ENOUGH_FOR_A_TABLE = 1_000
FLIPS = "a bit flipped anywhere in the file"
SEED = 20260512
KNOWN = (keys, log, octets, proofs)
"""The modules whose attacks there are."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Forger:
    return forger(tmp_path_factory.mktemp("forger"), SEED)


def tries_of(what: str) -> int:
    """Three in ten flip a bit; the rest is shared out evenly."""
    if what == FLIPS:
        return MUTATIONS * 3 // 10
    return -(-MUTATIONS * 7 // 10 // (len(ATTACKS) - 1))


@pytest.mark.timeout(3600)
def test_no_forgery_is_accepted_and_each_is_caught_by_a_layer(
    made: Forger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {forge.__module__ for forge in ATTACKS.values()} == {module.__name__ for module in KNOWN}
    found = {what: Counter(forge(made) for _ in range(tries_of(what))) for what, forge in ATTACKS.items()}
    if MUTATIONS >= ENOUGH_FOR_A_TABLE:
        with capsys.disabled():
            sys.stdout.write(table(found))
    assert sum(layers.total() for layers in found.values()) >= MUTATIONS
    assert {what: layers for what, layers in found.items() if layers[ACCEPTED]} == {}


def table(found: dict[str, Counter[str]]) -> str:
    """In the form of the documents."""
    rows = ["", "| what was done | times | caught by |", "|---|---|---|"]
    for what, layers in found.items():
        caught = "; ".join(f"{layer}: {count:,}" for layer, count in layers.most_common())
        rows.append(f"| {what} | {layers.total():,} | {caught} |")
    total = sum(layers.total() for layers in found.values())
    accepted = sum(layers[ACCEPTED] for layers in found.values())
    return "\n".join([*rows, f"| together | {total:,} | accepted: {accepted} |", ""])


@pytest.mark.timeout(3600)
def test_no_genuine_bundle_is_refused(made: Forger) -> None:
    verdicts = Counter(verdict_of_a_genuine_one(made, number) for number in range(CLEAN))
    assert verdicts == {Verdict.VALID: CLEAN}


def verdict_of_a_genuine_one(made: Forger, number: int) -> Verdict:
    """None like another: its length, how the head confirmed, what proves it, what was erased, who looks."""
    chance = made.chance
    facts = facts_of(chance, chance.randrange(3, 60))
    one = finished_session(made.signers, facts, f"s-{number}")
    if chance.random() < 0.5:
        passkey = Authenticator(chance.choice(KINDS))
        by_code = chance.random() < 0.5
        one = finalised(made.signers, one.entries[:-1], one.contents, one.said, passkey, by_code=by_code)
    token = stamped(one, made.tsa) if chance.random() < 0.3 else None
    witnessed, named = chance.random() < 0.5, chance.random() < 0.7
    erased = chance.sample(range(1, len(facts)), chance.randrange(3)) if chance.random() < 0.3 else []
    octets = one.written(erased, proofs=one.proofs(token, witnessed=witnessed, named=named))
    lasting = token is not None and not erased
    anchors = whoever_looks(made, one, named=named, witnessed=witnessed, lasting=lasting)
    return verify_bundle(octets, anchors, None if erased else candidates).verdict


def whoever_looks(made: Forger, one: Session, *, named: bool, witnessed: bool, lasting: bool) -> Anchors:
    """With the authority's fingerprint or with the keys; with roots and witnesses, or without; whenever."""
    chance = made.chance
    more: dict[str, object] = {}
    days = chance.randrange(1, 1_000)
    if lasting and chance.random() < 0.8:
        more["roots"] = read_roots(made.tsa.roots_pem)
        days = chance.randrange(1, 12_000)
    if witnessed and chance.random() < 0.8:
        more |= {"witnesses": (WITNESS,), "quorum": 1}
    if not named or chance.random() < 0.3:
        more |= {"authority": None, "keys": trusting(one)}
    return believing(one, NOW + timedelta(days=days), **more)
