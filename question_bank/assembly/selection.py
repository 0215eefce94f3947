"""Choosing items: how much each response would tell about the level, and a seeded draw by that.

Many candidates choose at once. Their shelves lie one behind the other in flat arrays; `owner` names, entry by
entry, whose it is. The draw's running sum goes over all of them, which is exact, so that one search finds
everybody's place.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.pool import Shelf
from question_bank.assembly.posterior import Marginals
from question_bank.assembly.publication import PublishedBank
from question_bank.assembly.seeds import MASK, splitmix64
from question_bank.assembly.tables import ENTROPY, LEVELS, Floats, Ints

Flags = NDArray[np.bool_]
_SEED_STRIDE = 1_000_003
_WEIGHT_ONE = float(1 << 32)
_TRIAL = float(1 << 24)  # any item keeps a chance, so that its parameters can be estimated again one day


class Chooser(NamedTuple):
    """One candidate before the choice of an item: from which shelf, how, by which seed."""

    row: int  # of the candidate's marginals
    shelf: Shelf
    alive: Flags  # by item of the shelf: may still be asked
    longest: int  # the longest expected time that fits, in seconds
    sharpness: int
    seed: int
    position: int  # how many items lie behind the candidate


class Drawn(NamedTuple):
    """The item drawn, its interval [low, high) among all weights, where the draw fell, and among what."""

    item: int
    gain: int
    best: int
    draw: int
    low: int
    high: int
    eligible: bytes  # the places in the bank of all that could be drawn, as 32-bit little-endian numbers


def virtual_gains(known: Marginals, virtual: Floats) -> Floats:
    """By candidate and row: the most that a typical item of some level would tell about the level.

    In units of 2^-40 bit.
    """
    right = (known.points @ virtual).reshape(*known.points.shape[:2], LEVELS + 1, LEVELS)
    right /= known.halves[..., None]
    entropy = ENTROPY.take(right.astype(np.intp), mode="clip")
    gains: Floats = np.maximum.reduce((known.signs[..., None, :] @ entropy)[..., 0, :], axis=-1)
    return gains


class _Eligible(NamedTuple):
    """What may be drawn: the entries of each candidate are `starts` to `ends` of the flat arrays."""

    items: Ints
    owner: NDArray[np.intp]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def draw_items(bank: PublishedBank, known: Marginals, choosers: Sequence[Chooser]) -> list[Drawn]:
    """One item for each chooser, in their order, who is also that of the marginals."""
    eligible = _eligible(choosers)
    gains = _item_gains(bank, known, choosers, eligible)
    return _draw(choosers, eligible, gains)


def _eligible(choosers: Sequence[Chooser]) -> _Eligible:
    """Items that may be asked and fit the time; where none fits, the fastest tenth."""
    lengths = [len(chooser.alive) for chooser in choosers]
    owner = np.repeat(np.arange(len(choosers)), lengths)
    items = np.concatenate([chooser.shelf.items for chooser in choosers])
    seconds = np.concatenate([chooser.shelf.seconds for chooser in choosers])
    longest = np.array([chooser.longest for chooser in choosers])
    able = np.concatenate([chooser.alive for chooser in choosers])
    able &= seconds <= longest[owner]
    counts = np.bincount(owner[able], minlength=len(choosers))
    for late in np.flatnonzero(counts == 0).tolist():
        start = sum(lengths[:late])
        fastest = _fastest(choosers[late])
        able[start : start + lengths[late]] = fastest
        counts[late] = np.count_nonzero(fastest)
    ends = counts.cumsum()
    return _Eligible(items[able], owner[able], ends - counts, ends)


def _fastest(chooser: Chooser) -> Flags:
    times = np.sort(chooser.shelf.seconds[chooser.alive])
    fastest: Flags = chooser.alive & (chooser.shelf.seconds <= times[(len(times) - 1) // 10])
    return fastest


def _item_gains(
    bank: PublishedBank, known: Marginals, choosers: Sequence[Chooser], eligible: _Eligible
) -> Floats:
    """Mutual information between response and level, by item (units of 2^-40 bit), never below zero."""
    mine = np.arange(len(choosers)), [chooser.row for chooser in choosers]
    points, halves, signs = (part[mine] for part in known)
    if len(choosers) > 1:  # one candidate's figures fit all of its items as they are
        points, halves, signs = (part[eligible.owner] for part in (points, halves, signs))
    mass = (bank.tables.right[eligible.items] * points) @ bank.selection.by_level
    mass /= halves
    told = ENTROPY.take(mass.astype(np.intp), mode="clip")
    told *= signs
    gains: Floats = np.maximum(np.add.reduce(told, axis=1), 0)
    return gains


def _draw(choosers: Sequence[Chooser], eligible: _Eligible, gains: Floats) -> list[Drawn]:
    """Draws with weight floor(2^32 (gain / best)^(2^sharpness)), by seed and position alone."""
    items, owner, starts, ends = eligible
    best = np.maximum.reduceat(gains, starts)
    relative = np.ones_like(gains)
    np.divide(gains, best[owner], out=relative, where=best[owner] > 0)
    sharpness = np.array([chooser.sharpness for chooser in choosers])[owner]
    for power in range(int(sharpness.max())):
        np.multiply(relative, relative, out=relative, where=sharpness > power)
    bounds = np.concatenate(([0.0], np.add.accumulate(np.floor(relative * _WEIGHT_ONE) + _TRIAL)))
    base, total = bounds[starts], bounds[ends] - bounds[starts]
    points = [
        splitmix64((chooser.seed * _SEED_STRIDE + chooser.position) & MASK) % int(weights)
        for chooser, weights in zip(choosers, total.tolist(), strict=True)
    ]
    places = bounds.searchsorted(base + np.array(points, dtype=np.float64), side="right") - 1
    packed = items.astype("<u4").tobytes()
    return [
        Drawn(item, int(gain), int(top), point, int(low), int(high), packed[4 * start : 4 * end])
        for item, gain, top, point, low, high, start, end in zip(
            items[places].tolist(),
            gains[places].tolist(),
            best.tolist(),
            points,
            (bounds[places] - base).tolist(),
            (bounds[places + 1] - base).tolist(),
            starts.tolist(),
            ends.tolist(),
            strict=True,
        )
    ]
