"""The Merkle tree over a log (RFC 6962, RFC 9162): it grows leaf by leaf and is proved in a few hashes.

A leaf is hashed behind a byte of zero, a node behind a byte of one, so that neither passes for the other.
Proving returns hashes; checking returns nothing and raises BrokenProof.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenProof
from exam_server.signing.wording import N_

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
MAX_SIZE: Final = 2**53 - 1


def leaf_hash(octets: bytes) -> bytes:
    """What stands in the tree for one entry of a log."""
    return sha256(b"\x00" + octets).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands in the tree above two hashes."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """All that must be kept of a log for it to grow: the roots of its perfect parts, the largest first."""

    __slots__ = ("_peaks", "size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        for leaf in leaf_hashes:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf: one node hash on average, written out in place, since each fact comes by here."""
        peaks, size = self._peaks, self.size
        self.size = size + 1
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return _folded(self._peaks)

    def to_json(self) -> dict[str, JSON]:
        """What a row or a file keeps."""
        return {"peaks": [b64u(peak) for peak in self._peaks], "size": self.size}

    @classmethod
    def from_json(cls, kept: JSON) -> "Frontier":
        """The frontier that `to_json` wrote; BrokenProof for anything else."""
        found = cls()
        try:
            if not isinstance(kept, Mapping) or kept.keys() != {"peaks", "size"}:
                raise ValueError("not a frontier")
            size, peaks = kept["size"], kept["peaks"]
            if type(size) is not int or not 0 <= size <= MAX_SIZE or not isinstance(peaks, list):
                raise ValueError("not a size and its peaks")
            found.size, found._peaks = size, [b64u_decode(str(peak)) for peak in peaks]
        except ValueError as error:
            raise _damaged() from error
        if len(found._peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in found._peaks):
            raise _damaged()
        return found


class Tree:
    """A whole tree in memory, hashed once, for many proofs. A node without a neighbour rises as it is."""

    def __init__(self, leaf_hashes: Iterable[bytes]) -> None:
        level = list(leaf_hashes)
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            above = [
                sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)
            ]
            if len(level) & 1:
                above.append(level[-1])
            self._levels.append(above)
            level = above

    def root(self, size: int | None = None) -> bytes:
        """The root now, or as it was with the first `size` leaves."""
        if size is None:
            size = self.size
        if not 0 <= size <= self.size:
            raise ValueError("a size that this tree never had")
        # The perfect parts of the first leaves are nodes of the larger tree.
        heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
        return _folded([self._levels[height][(size >> height) - 1] for height in heights])

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The hashes that lead from one leaf to the root, from the leaf upwards."""
        if not 0 <= index < self.size:
            raise ValueError("a leaf that is not in this tree")
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside])
            index >>= 1
        return tuple(path)

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """The hashes that show the first `older` leaves to be the beginning of this tree."""
        if not 0 <= older <= self.size:
            raise ValueError("a size that this tree never had")
        if older in (0, self.size):
            return ()
        last, height = older - 1, 0
        while last & 1:
            last, height = last >> 1, height + 1
        # Where the older tree is perfect its root is known to whoever checks, and is not repeated.
        path = [self._levels[height][last]] if last else []
        for level in self._levels[height:-1]:
            beside = last ^ 1
            if beside < len(level):
                path.append(level[beside])
            last >>= 1
        return tuple(path)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over these leaves, without keeping the tree."""
    return Frontier(leaf_hashes).root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int) -> tuple[bytes, ...]:
    """One proof among the first `size` leaves; for several, make one Tree."""
    return Tree(leaf_hashes[:size]).inclusion(index)


def consistency_proof(leaf_hashes: Sequence[bytes], older: int, newer: int) -> tuple[bytes, ...]:
    """That the log of `newer` leaves begins with that of `older`; for several, make one Tree."""
    return Tree(leaf_hashes[:newer]).consistency(older)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise BrokenProof unless this leaf hash stands at `index` of the tree of this size and root."""
    if not 0 <= index < size:
        raise BrokenProof(
            N_("l’entrée {index} n’est pas dans un journal de {size} entrées", index=index, size=size)
        )
    if _climbed(leaf, index, size, path) != root:
        raise BrokenProof(
            N_("la preuve ne mène pas de l’entrée à la racine du journal : l’une des deux a été modifiée")
        )


def verify_consistency(
    older: int, older_root: bytes, newer: int, newer_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise BrokenProof unless the newer tree is the older one with leaves added at its end."""
    if not 0 <= older <= newer:
        raise BrokenProof(
            N_("le journal a rétréci : {older} entrées, puis {newer}", older=older, newer=newer)
        )
    if older == 0 and (older_root != EMPTY_ROOT or path):
        raise BrokenProof(N_("un journal vide n’a pas cette racine, ou pas cette preuve"))
    if older == newer and (older_root != newer_root or path):
        raise BrokenProof(
            N_("deux racines différentes pour les {size} mêmes premières entrées du journal", size=older)
        )
    if 0 < older < newer:
        _verify_growth(older, older_root, newer, newer_root, path)


def _verify_growth(
    older: int, older_root: bytes, newer: int, newer_root: bytes, path: Sequence[bytes]
) -> None:
    """RFC 9162, 2.1.4.2: both roots are built from the same hashes."""
    last, end = older - 1, newer - 1
    while last & 1:
        last, end = last >> 1, end >> 1
    hashes = list(path) if last else [older_root, *path]
    if not hashes or any(len(one) != HASH_BYTES for one in hashes):
        raise _wrong_length()
    before = after = hashes[0]
    for one in hashes[1:]:
        if end == 0:
            raise _wrong_length()
        if last & 1 or last == end:
            before, after = node_hash(one, before), node_hash(one, after)
            while not last & 1 and last:
                last, end = last >> 1, end >> 1
        else:
            after = node_hash(after, one)
        last, end = last >> 1, end >> 1
    if end:
        raise _wrong_length()
    if before != older_root or after != newer_root:
        raise BrokenProof(
            N_("le journal n’a pas seulement grandi : une entrée d’avant a été modifiée, ôtée ou ajoutée")
        )


def _climbed(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: the root that leaf and path come to."""
    if any(len(one) != HASH_BYTES for one in (leaf, *path)):
        raise _wrong_length()
    last = size - 1
    for one in path:
        if last == 0:
            raise _wrong_length()
        if index & 1 or index == last:
            leaf = node_hash(one, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, one)
        index, last = index >> 1, last >> 1
    if last:
        raise _wrong_length()
    return leaf


def _folded(peaks: Sequence[bytes]) -> bytes:
    """The root above the perfect parts, the smallest of which are joined first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _wrong_length() -> BrokenProof:
    return BrokenProof(N_("la preuve n’a pas le nombre ou la longueur d’empreintes attendus"))


def _damaged() -> BrokenProof:
    return BrokenProof(
        N_("ce qui a été retenu de l’arbre du journal est abîmé : recalculez-le depuis les entrées")
    )
