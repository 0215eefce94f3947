"""Proofs that travel: this very entry, in this log, under a checkpoint that is signed."""

import pytest

from exam_server.signing.checkpoints import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from exam_server.signing.errors import BrokenNote, BrokenProof, SigningError
from exam_server.signing.merkle import Tree, leaf_hash
from exam_server.signing.notes import KeyKind, NoteKey
from exam_server.signing.proofs import open_proof, read_proof, write_proof
from tests.exam_server.signing.support import NOW
from tests.support.log_keys import a_log_key

ORIGIN = "passation/centre.example/log/01J0SESSION"
KEY, ACADEMY = a_log_key("log"), a_log_key("academy")
WITNESS = NoteKey("witness.example/academie", ACADEMY.public, KeyKind.WITNESS)
ENTRIES = [b'{"number":%d}' % number for number in range(1, 301)]
TREE = Tree(map(leaf_hash, ENTRIES))


def the_checkpoint() -> bytes:
    note = sign_checkpoint(Checkpoint(ORIGIN, TREE.size, TREE.root()), KEY)
    return with_cosignatures(note, cosign(note, WITNESS, ACADEMY, NOW))


def a_proof(index: int = 299) -> bytes:
    return write_proof(index, TREE.inclusion(index), the_checkpoint())


def opened(proof: bytes, index: int = 299) -> Checkpoint:
    return open_proof(proof, ENTRIES[index], ORIGIN, [KEY.public], [WITNESS], 1).checkpoint


def test_a_proof_is_a_text_that_people_can_keep() -> None:
    lines = a_proof(0).decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 0"]
    assert lines[11:13] == ["", ORIGIN]
    assert a_proof(0).endswith(b"\n" + the_checkpoint())


def test_each_entry_is_proved_under_its_own_number() -> None:
    for index in range(0, TREE.size, 7):
        assert opened(a_proof(index), index).size == TREE.size
        read = read_proof(a_proof(index))
        assert (read.index, read.path, read.checkpoint) == (index, TREE.inclusion(index), the_checkpoint())


def test_a_log_of_one_entry_needs_no_path() -> None:
    alone = Tree([leaf_hash(ENTRIES[0])])
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, alone.root()), KEY)
    open_proof(write_proof(0, (), note), ENTRIES[0], ORIGIN, [KEY.public])


def test_the_proof_of_one_entry_proves_no_other() -> None:
    for index in (0, 298):
        with pytest.raises(BrokenProof):
            opened(a_proof(299), index)
    with pytest.raises(BrokenProof):
        open_proof(a_proof(), ENTRIES[299] + b"\n", ORIGIN, [KEY.public], [WITNESS])


def test_a_proof_needs_the_right_log_key_and_witnesses() -> None:
    for origin, keys, witnesses in (
        (ORIGIN + "/2", [KEY.public], [WITNESS]),
        (ORIGIN, [ACADEMY.public], [WITNESS]),
        (ORIGIN, [KEY.public], []),
    ):
        with pytest.raises(BrokenNote):
            open_proof(a_proof(), ENTRIES[299], origin, keys, witnesses, 1)


def test_no_single_bit_of_a_proof_can_be_changed() -> None:
    proof = a_proof()
    for bit in range(0, len(proof) * 8, 3):
        changed = bytearray(proof)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SigningError):
            opened(bytes(changed))


LINES = a_proof().split(b"\n")
OTHER_SPELLINGS = {
    "nothing": b"",
    "another version": a_proof().replace(b"@v1", b"@v2"),
    "extra lines": a_proof().replace(b"index", b"extra AAAA\nindex"),
    "no index": b"\n".join(LINES[:1] + LINES[2:]),
    "a leading zero": a_proof().replace(b"index 2", b"index 02"),
    "a huge index": a_proof().replace(b"index 2", b"index 1" + b"0" * 20),
    "no path": b"\n".join(LINES[:2]) + b"\n\n" + the_checkpoint(),
    "no checkpoint": b"\n".join(LINES[:11]) + b"\n\n",
    "no blank line": b"\n".join(LINES[:11]) + b"\n" + the_checkpoint(),
    "two blank lines": a_proof().replace(b"\n\n", b"\n\n\n", 1),
    "a short hash": a_proof().replace(LINES[2], LINES[2][4:]),
    "a hash without padding": a_proof().replace(LINES[2], LINES[2][:-1]),
    "a hash too many": a_proof().replace(LINES[2], LINES[2] + b"\n" + LINES[2]),
    "a hash too few": b"\n".join(LINES[:2] + LINES[3:]),
    "hashes in another order": b"\n".join([*LINES[:2], LINES[3], LINES[2], *LINES[4:]]),
    "too many hashes": a_proof().replace(LINES[2], b"\n".join([LINES[2]] * 70)),
    "more behind it": a_proof() + b"\n",
    "cut off": a_proof()[:-1],
    "too long": a_proof() + b"x" * 100_000,
}


@pytest.mark.parametrize("octets", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS.keys())
def test_a_proof_in_another_spelling_is_refused(octets: bytes) -> None:
    assert opened(a_proof())
    with pytest.raises(SigningError):
        opened(octets)
