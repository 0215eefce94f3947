"""Choosing one item: how much each response would tell about the level, and a seeded draw by that."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.seeds import MASK, splitmix64
from question_bank.assembly.tables import ENTROPY, LEVELS, Floats, Ints

# m / pi is a chance in units of 2^-15 and the entropy table has 2^16 steps: twice m / pi is the index.
_HALF = 0.5
_SEED_STRIDE = 1_000_003
_WEIGHT_ONE = float(1 << 32)


def _signs(by_level: Floats) -> Floats:
    """The signs in G = total h(mean) - sum over levels of mass h(right given level)."""
    signed = -by_level
    signed[..., LEVELS] = by_level[..., LEVELS]
    return signed


def virtual_gains(points: Floats, by_level: Floats, virtual: Floats) -> Floats:
    """By row: the most that a typical item of some level would tell about the level (units of 2^-40 bit)."""
    right = (points @ virtual).reshape(len(points), LEVELS + 1, LEVELS)
    divisor = np.maximum(by_level, 1)[:, :, None] * _HALF
    entropy = ENTROPY[(right / divisor).astype(np.intp)]
    gains: Floats = (entropy * _signs(by_level)[:, :, None]).sum(axis=1).max(axis=1)
    return gains


def item_gains(right: Floats, points: Floats, by_level: Floats, level_sums: Floats) -> Floats:
    """Mutual information between response and level, by item (units of 2^-40 bit), never below zero."""
    mass = right @ (points[:, None] * level_sums)
    entropy = ENTROPY[(mass / (np.maximum(by_level, 1) * _HALF)).astype(np.intp)]
    gains: Floats = np.maximum(entropy @ _signs(by_level), 0)
    return gains


def fitting(alive: NDArray[np.bool_], seconds: Ints, longest: int) -> NDArray[np.bool_]:
    """Items that may be asked and fit the time; when none fits, the fastest tenth."""
    quick = alive & (seconds <= longest)
    if quick.any():
        return quick
    times = np.sort(seconds[alive])
    fastest: NDArray[np.bool_] = alive & (seconds <= times[(len(times) - 1) // 10])
    return fastest


class Draw(NamedTuple):
    """The place drawn, its interval [low, high) among all weights, and where the draw fell."""

    place: int
    draw: int
    low: int
    high: int


def draw(gains: Floats, sharpness: int, seed: int, position: int) -> Draw:
    """Draw a place with weight floor(2^32 (gain / best)^(2^sharpness)), by seed and position alone."""
    best = gains.max()
    relative = gains / best if best > 0 else np.ones_like(gains)
    for _ in range(sharpness):
        relative = relative * relative
    bounds = np.cumsum(np.floor(relative * _WEIGHT_ONE))
    total = int(bounds[-1])
    point = splitmix64((seed * _SEED_STRIDE + position) & MASK) % total
    place = int(np.searchsorted(bounds, point, side="right"))
    return Draw(place, point, int(bounds[place - 1]) if place else 0, int(bounds[place]))
