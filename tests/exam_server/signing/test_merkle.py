"""The tree over a log: its hashes are those of RFC 6962, and no other log has its proofs."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.signing.errors import BrokenProof
from exam_server.signing.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ENTRIES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
GROWTHS = {
    (1, 1): (),
    (1, 8): PATHS[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
"""The vectors of the reference implementation of Certificate Transparency."""

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(70)]
SIZES = st.integers(1, len(LEAVES))


def hexed(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)


def largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = largest_power_below(len(leaves))
    return sha256(b"\x01" + defined_root(leaves[:cut]) + defined_root(leaves[cut:])).digest()


def defined_path(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """PATH as RFC 6962 writes it down."""
    if len(leaves) == 1:
        return ()
    cut = largest_power_below(len(leaves))
    if index < cut:
        return (*defined_path(index, leaves[:cut]), defined_root(leaves[cut:]))
    return (*defined_path(index - cut, leaves[cut:]), defined_root(leaves[:cut]))


def defined_growth(older: int, leaves: Sequence[bytes], whole: bool = True) -> tuple[bytes, ...]:
    """SUBPROOF as RFC 6962 writes it down."""
    if older == len(leaves):
        return () if whole else (defined_root(leaves),)
    cut = largest_power_below(len(leaves))
    if older <= cut:
        return (*defined_growth(older, leaves[:cut], whole), defined_root(leaves[cut:]))
    return (*defined_growth(older - cut, leaves[cut:], False), defined_root(leaves[:cut]))


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS)))
def test_the_roots_are_those_of_certificate_transparency(size: int, root: str) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    assert root_of(leaves).hex() == Tree(leaves).root().hex() == root


def test_the_proofs_are_those_of_certificate_transparency() -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    for (index, size), path in PATHS.items():
        assert hexed(inclusion_proof(leaves, index, size)) == path
    for (older, newer), growth in GROWTHS.items():
        assert hexed(consistency_proof(leaves, older, newer)) == growth


def test_trees_and_proofs_of_every_size_are_as_defined() -> None:
    for size in range(len(LEAVES) + 1):
        tree = Tree(LEAVES[:size])
        assert root_of(LEAVES[:size]) == tree.root() == Tree(LEAVES).root(size) == defined_root(LEAVES[:size])
        for index in range(size):
            assert tree.inclusion(index) == defined_path(index, LEAVES[:size])
        for older in range(1, size + 1):
            assert tree.consistency(older) == defined_growth(older, LEAVES[:size])


def test_every_true_proof_is_accepted() -> None:
    for size in range(1, len(LEAVES) + 1):
        tree = Tree(LEAVES[:size])
        for index in range(size):
            verify_inclusion(LEAVES[index], index, size, tree.inclusion(index), tree.root())
        for older in range(size + 1):
            verify_consistency(older, tree.root(older), size, tree.root(), tree.consistency(older))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40), st.data())
def test_another_library_finds_the_same_tree_and_accepts_the_proofs(
    entries: list[bytes], choice: st.DataObject
) -> None:
    other = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
    tree = Tree(map(leaf_hash, entries))
    assert other.get_root() == tree.root()
    index = choice.draw(st.integers(0, tree.size - 1))
    leaf = leaf_hash(entries[index])
    proof = other.prove_inclusion(index + 1, tree.size)
    assert tuple(proof.path) == (leaf, *tree.inclusion(index))
    proof.path = [leaf, *tree.inclusion(index)]
    pymerkle.verify_inclusion(leaf, tree.root(), proof, index=index + 1, size=tree.size)
    older = choice.draw(st.integers(1, tree.size))
    assert other.get_root(older) == tree.root(older)
    # Its proofs of growth have another form; that of RFC 6962 is checked by Go.
    growth = other.prove_consistency(older, tree.size)
    pymerkle.verify_consistency(tree.root(older), tree.root(), growth)


@given(SIZES, st.data())
def test_no_changed_proof_of_presence_is_accepted(size: int, choice: st.DataObject) -> None:
    tree = Tree(LEAVES[:size])
    index = choice.draw(st.integers(0, size - 1))
    leaf, path, root = LEAVES[index], tree.inclusion(index), tree.root()
    for wrong in changed_paths(path, choice):
        with pytest.raises(BrokenProof):
            verify_inclusion(leaf, index, size, wrong, root)
    for other in {index - 1, index + 1, size + index} - {index}:
        with pytest.raises(BrokenProof):
            verify_inclusion(leaf, other, size, path, root)
    for one, another in ((flipped(leaf, choice), root), (leaf, flipped(root, choice)), (leaf[:-1], root)):
        with pytest.raises(BrokenProof):
            verify_inclusion(one, index, size, path, another)


@given(st.integers(1, len(LEAVES) - 1), st.data())
def test_no_changed_proof_of_growth_is_accepted(older: int, choice: st.DataObject) -> None:
    newer = choice.draw(st.integers(older + 1, len(LEAVES)))
    tree = Tree(LEAVES[:newer])
    before, after, path = tree.root(older), tree.root(), tree.consistency(older)
    for wrong in changed_paths(path, choice):
        with pytest.raises(BrokenProof):
            verify_consistency(older, before, newer, after, wrong)
    for one, another in ((flipped(before, choice), after), (before, flipped(after, choice))):
        with pytest.raises(BrokenProof):
            verify_consistency(older, one, newer, another, path)
    with pytest.raises(BrokenProof):
        verify_consistency(newer, after, older, before, path)


@given(st.integers(1, len(LEAVES) - 1), st.data())
def test_a_log_that_was_rewritten_cannot_prove_that_it_grew(older: int, choice: st.DataObject) -> None:
    newer = choice.draw(st.integers(older, len(LEAVES)))
    at = choice.draw(st.integers(0, older - 1))
    before = root_of(LEAVES[:older])
    rewritten = Tree([*LEAVES[:at], leaf_hash(b"rewritten"), *LEAVES[at + 1 : newer]])
    with pytest.raises(BrokenProof):
        verify_consistency(older, before, newer, rewritten.root(), rewritten.consistency(older))


def test_a_log_without_entries_grows_into_any_other() -> None:
    verify_consistency(0, EMPTY_ROOT, 5, root_of(LEAVES[:5]), ())
    for root, path in ((LEAVES[0], ()), (EMPTY_ROOT, (LEAVES[0],))):
        with pytest.raises(BrokenProof):
            verify_consistency(0, root, 5, root_of(LEAVES[:5]), path)


def test_two_roots_of_one_size_are_never_the_same_log() -> None:
    verify_consistency(3, LEAVES[0], 3, LEAVES[0], ())
    with pytest.raises(BrokenProof):
        verify_consistency(3, LEAVES[0], 3, LEAVES[1], ())
    with pytest.raises(BrokenProof):
        verify_consistency(3, LEAVES[0], 3, LEAVES[0], (LEAVES[0],))


def test_a_node_does_not_pass_for_an_entry() -> None:
    tree = Tree(LEAVES[:4])
    left = LEAVES[0] + LEAVES[1]
    with pytest.raises(BrokenProof):
        verify_inclusion(leaf_hash(left), 0, 2, (root_of(LEAVES[2:4]),), tree.root())


@given(st.integers(0, len(LEAVES)), st.integers(0, len(LEAVES)))
def test_a_frontier_that_was_kept_goes_on_as_if_it_had_not_stopped(size: int, kept_at: int) -> None:
    frontier = Frontier(LEAVES[: min(size, kept_at)])
    again = Frontier.from_json(frontier.to_json())
    for leaf in LEAVES[min(size, kept_at) : size]:
        again.append(leaf)
    assert (again.size, again.root()) == (size, root_of(LEAVES[:size]))


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {},
        {"peaks": [], "size": 1},
        {"peaks": [], "size": -1},
        {"peaks": [], "size": True},
        {"peaks": [], "size": 0.0},
        {"peaks": ["AA"], "size": 1},
        {"peaks": ["A" * 42 + "B"], "size": 1},
        {"peaks": "A" * 43, "size": 1},
        {"peaks": ["A" * 43] * 2, "size": 2},
        {"peaks": ["A" * 43], "size": 2**60},
        {"peaks": [], "size": 0, "more": 1},
    ],
)
def test_a_damaged_frontier_is_not_taken_up(kept: Any) -> None:
    with pytest.raises(BrokenProof):
        Frontier.from_json(kept)


def test_there_are_no_proofs_of_what_a_tree_never_held() -> None:
    tree = Tree(LEAVES[:5])
    for wrong in (tree.inclusion, tree.consistency, tree.root):
        for at in (-1, 6):
            with pytest.raises(ValueError, match="tree"):
                wrong(at)
    with pytest.raises(ValueError, match="tree"):
        tree.inclusion(5)


@settings(max_examples=20)
@given(st.integers(1, 2**40), st.lists(st.binary(min_size=32, max_size=32), max_size=60), st.data())
def test_checking_ends_whatever_the_proof_says(size: int, path: list[bytes], choice: st.DataObject) -> None:
    index = choice.draw(st.integers(0, size - 1))
    with pytest.raises(BrokenProof):
        verify_inclusion(LEAVES[0], index, size, path, LEAVES[1])
    with pytest.raises(BrokenProof):
        verify_consistency(index + 1, LEAVES[0], size, LEAVES[1], path)


def changed_paths(path: tuple[bytes, ...], choice: st.DataObject) -> list[tuple[bytes, ...]]:
    extra = choice.draw(st.sampled_from(LEAVES))
    found = [(*path, extra), (extra, *path)]
    if path:
        at = choice.draw(st.integers(0, len(path) - 1))
        found.append((*path[:at], *path[at + 1 :]))
        found.append((*path[:at], flipped(path[at], choice), *path[at + 1 :]))
        found.append((*path[:at], path[at][:-1], *path[at + 1 :]))
    if len(set(path)) > 1:
        found.append(path[::-1])
    return found


def flipped(octets: bytes, choice: st.DataObject) -> bytes:
    bit = choice.draw(st.integers(0, len(octets) * 8 - 1))
    return (int.from_bytes(octets) ^ 1 << bit).to_bytes(len(octets))
