"""Seeded permutations that stay the same for ever: splitmix64 and Fisher-Yates, no library's generator."""

import hashlib
from enum import IntEnum
from functools import lru_cache

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


class Stream(IntEnum):
    """What a permutation is for: one seed gives independent permutations for each purpose."""

    IDS = 0x6F7074696F6E4964
    ORDER = 0x6F7264657273686F


def splitmix64(state: int) -> tuple[int, int]:
    """One step (Steele, Lea, Flood 2014): the next state and 64 mixed bits."""
    state = (state + _STEP) & _MASK
    mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return state, mixed ^ (mixed >> 31)


def permutation(count: int, seed: int, stream: Stream) -> tuple[int, ...]:
    """The numbers 0 to count-1 in seeded order."""
    state = splitmix64((seed & _MASK) ^ stream)[1]
    places = list(range(count))
    for last in range(count - 1, 0, -1):
        state, bits = splitmix64(state)
        other = (bits * (last + 1)) >> 64
        places[last], places[other] = places[other], places[last]
    return tuple(places)


@lru_cache(maxsize=16_384)  # asked for when the item is rendered and again when it is marked
def item_seed(attempt_seed: int, item_id: str) -> int:
    """The seed of one item in one attempt, so that the options of two items are not permuted alike."""
    text = f"{attempt_seed & _MASK:016x}|{item_id}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8])


@lru_cache(maxsize=16_384)
def part_seed(seed: int, part: str) -> int:
    """The seed of one list of an item that has several: two lists of one length are not permuted alike."""
    return item_seed(seed, f"part|{part}")
