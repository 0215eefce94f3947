"""Seeded draws that stay the same for ever: numbers of one stream, one after the other."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from question_bank.item_types.seeding import splitmix64

Drawn = TypeVar("Drawn")

VARIANTS = 1_000

_VARIANT_STREAM = 0x76617269616E7473


def variant_number(seed: int) -> int:
    """Which variant of an item an attempt gets, 0 to VARIANTS - 1: `seed` is the item's own in that attempt.

    A thousand is enough for neighbours to differ, and few enough for every one of them to be checked before
    the bank is published.
    """
    bits = splitmix64((seed ^ _VARIANT_STREAM) & (1 << 64) - 1)[1]
    return (bits * VARIANTS) >> 64


class Chance:
    """One stream of whole numbers; the same words give the same numbers on any machine."""

    def __init__(self, *words: object) -> None:
        digest = hashlib.sha256("|".join(str(word) for word in words).encode()).digest()
        self._state = int.from_bytes(digest[:8])

    def below(self, count: int) -> int:
        self._state, bits = splitmix64(self._state)
        return (bits * count) >> 64

    def one_of(self, values: Sequence[Drawn]) -> Drawn:
        return values[self.below(len(values))]

    def shuffled(self, values: Sequence[Drawn]) -> list[Drawn]:
        left = list(values)
        for last in range(len(left) - 1, 0, -1):
            other = self.below(last + 1)
            left[last], left[other] = left[other], left[last]
        return left
