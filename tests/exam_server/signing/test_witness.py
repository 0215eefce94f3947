"""A witness: it follows a log forwards only, remembers before it answers, and is not talked out of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from exam_server.signing.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint, with_cosignatures
from exam_server.signing.errors import BrokenNote, BrokenProof, SigningError, WitnessConflict
from exam_server.signing.merkle import Tree, leaf_hash
from exam_server.signing.witness import GrowthRequest, Witness, read_request
from tests.exam_server.signing.support import NOW
from tests.support.log_keys import a_log_key

BELOW = "passation/centre.example/log/"
ORIGIN = BELOW + "01J0SESSION"
KEY, ACADEMY = a_log_key("log"), a_log_key("academy")
LEAVES = [leaf_hash(b"%d" % number) for number in range(60)]
REWRITTEN = [leaf_hash(b"another"), *LEAVES[1:]]


def a_witness(folder: Path) -> Witness:
    return Witness("witness.example/academie", ACADEMY, {BELOW: [KEY.public]}, folder / "witness")


def a_note(size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN, seed: str = "log") -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, Tree(leaves[:size]).root()), a_log_key(seed))


def asking(older: int, newer: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN) -> bytes:
    proof = Tree(leaves[:newer]).consistency(older)
    return GrowthRequest(older, proof, a_note(newer, leaves, origin)).body()


def test_a_witness_co_signs_a_log_as_it_grows(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    for older, newer in ((0, 3), (3, 40), (40, 40), (40, 60)):
        line = witness.add_checkpoint(asking(older, newer), NOW)
        note = with_cosignatures(a_note(newer), line)
        opened = open_checkpoint(note, ORIGIN, [KEY.public], [witness.key], quorum=1)
        assert opened.witnessed == {witness.key.name: NOW}
        assert witness.last(ORIGIN) == opened


def test_a_witness_that_starts_again_remembers(tmp_path: Path) -> None:
    a_witness(tmp_path).add_checkpoint(asking(0, 40), NOW)
    with pytest.raises(WitnessConflict) as refusal:
        a_witness(tmp_path).add_checkpoint(asking(0, 50), NOW)
    assert refusal.value.size == 40
    assert a_witness(tmp_path).add_checkpoint(asking(40, 50), NOW)


def test_a_log_that_was_rewritten_with_its_own_key_is_not_co_signed(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    witness.add_checkpoint(asking(0, 40), NOW)
    with pytest.raises(BrokenProof):
        witness.add_checkpoint(asking(40, 50, REWRITTEN), NOW)
    with pytest.raises(WitnessConflict):
        witness.add_checkpoint(asking(40, 40, REWRITTEN), NOW)
    assert witness.last(ORIGIN) == a_witness(tmp_path).last(ORIGIN)


def test_a_log_that_was_rolled_back_is_not_co_signed(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    witness.add_checkpoint(asking(0, 40), NOW)
    with pytest.raises(WitnessConflict):
        witness.add_checkpoint(asking(10, 20), NOW)
    with pytest.raises(BrokenNote, match="plus long"):
        witness.add_checkpoint(GrowthRequest(40, (), a_note(20)).body(), NOW)


def test_each_log_is_remembered_by_itself(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    witness.add_checkpoint(asking(0, 40), NOW)
    witness.add_checkpoint(asking(0, 7, REWRITTEN, BELOW + "another"), NOW)
    assert witness.last(BELOW + "a third") is None
    last = witness.last(ORIGIN)
    assert last
    assert last.checkpoint.size == 40


def test_a_witness_follows_only_the_logs_and_keys_that_it_was_given(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    elsewhere = "passation/elsewhere.example/log/1"
    for note in (a_note(3, origin=elsewhere), a_note(3, origin=BELOW[:-1]), a_note(3, seed="stranger")):
        with pytest.raises(BrokenNote):
            witness.add_checkpoint(GrowthRequest(0, (), note).body(), NOW)


def test_what_other_witnesses_signed_does_not_hinder(tmp_path: Path) -> None:
    county = Witness(
        "witness.example/departement", a_log_key("county"), {BELOW: [KEY.public]}, tmp_path / "b"
    )
    note = with_cosignatures(a_note(3), county.add_checkpoint(asking(0, 3), NOW))
    witness = a_witness(tmp_path)
    witness.add_checkpoint(GrowthRequest(0, (), note).body(), NOW)
    last = witness.last(ORIGIN)
    assert last
    assert last.witnessed == {witness.key.name: NOW}


def test_of_two_logs_shown_at_the_same_moment_one_is_co_signed(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    views = [[leaf_hash(b"view %d" % number), *LEAVES[1:]] for number in range(8)]

    def ask(view: list[bytes]) -> bool:
        try:
            a_witness(tmp_path).add_checkpoint(asking(0, 5, view), NOW)
        except WitnessConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, views)) == 1
    assert witness.last(ORIGIN)


def test_a_memory_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    witness.add_checkpoint(asking(0, 40), NOW)
    (kept,) = (tmp_path / "witness").glob("*.checkpoint")
    kept.write_bytes(a_note(10))
    with pytest.raises(BrokenNote, match="témoins"):
        witness.add_checkpoint(asking(10, 50, REWRITTEN), NOW)


def test_a_request_goes_through_its_body() -> None:
    body = asking(40, 60)
    request = read_request(body)
    assert (request.older, request.checkpoint) == (40, a_note(60))
    assert body.startswith(b"old 40\n")
    assert request.body() == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1",
        b"new 1\n\n" + a_note(3),
        b"old 01\n\n" + a_note(3),
        b"old 1 \n\n" + a_note(3),
        b"old 1\nAAAA\n\n" + a_note(3),
        b"old 1\n" + b"A" * 44 + b"\n\n" + a_note(3),
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + a_note(3),
        b"old 0\n\n" + a_note(3) + b"x" * 100_000,
        b"old 0\n" + a_note(3),
        b"\xff\n\n" + a_note(3),
    ],
)
def test_a_request_in_another_spelling_is_refused(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenNote):
        a_witness(tmp_path).add_checkpoint(body, NOW)


def test_no_single_bit_of_a_request_can_be_changed_and_still_change_what_is_signed(tmp_path: Path) -> None:
    witness = a_witness(tmp_path)
    witness.add_checkpoint(asking(0, 40), NOW)
    body = asking(40, 60)
    for bit in range(0, len(body) * 8, 3):
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SigningError):
            witness.add_checkpoint(bytes(changed), NOW + timedelta(hours=1))
    last = witness.last(ORIGIN)
    assert last
    assert last.checkpoint.size == 40
