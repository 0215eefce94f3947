"""Choosing one item: how much each response would tell about the level, and a seeded draw by that."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.posterior import Marginals
from question_bank.assembly.seeds import MASK, splitmix64
from question_bank.assembly.tables import ENTROPY, LEVELS, Floats, Ints

_SEED_STRIDE = 1_000_003
_WEIGHT_ONE = float(1 << 32)
_TRIAL = float(1 << 24)  # any item keeps a chance, so that its parameters can be estimated again one day


def virtual_gains(known: Marginals, virtual: Floats) -> Floats:
    """By row: the most that a typical item of some level would tell about the level (units of 2^-40 bit)."""
    right = (known.points @ virtual).reshape(-1, LEVELS + 1, LEVELS)
    right /= known.halves[:, :, None]
    entropy = ENTROPY.take(right.astype(np.intp), mode="clip")
    gains: Floats = np.maximum.reduce((known.signs[:, None, :] @ entropy)[:, 0], axis=1)
    return gains


def item_gains(right: Floats, known: Marginals, row: int, level_sums: Floats) -> Floats:
    """Mutual information between response and level, by item (units of 2^-40 bit), never below zero."""
    mass = right @ (known.points[row][:, None] * level_sums)
    mass /= known.halves[row]
    entropy = ENTROPY.take(mass.astype(np.intp), mode="clip")
    gains: Floats = np.maximum(entropy @ known.signs[row], 0)
    return gains


def fitting(alive: NDArray[np.bool_], seconds: Ints, longest: int) -> NDArray[np.bool_]:
    """Items that may be asked and fit the time; when none fits, the fastest tenth."""
    quick = alive & (seconds <= longest)
    if np.logical_or.reduce(quick):
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
    best = np.maximum.reduce(gains)
    relative = gains / best if best > 0 else np.ones_like(gains)
    for _ in range(sharpness):
        relative = relative * relative
    bounds = np.add.accumulate(np.floor(relative * _WEIGHT_ONE) + _TRIAL)
    total = int(bounds[-1])
    point = splitmix64((seed * _SEED_STRIDE + position) & MASK) % total
    place = int(bounds.searchsorted(float(point), side="right"))
    return Draw(place, point, int(bounds[place - 1]) if place else 0, int(bounds[place]))
