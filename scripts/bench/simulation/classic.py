"""Other engines' rules, written anew from their descriptions: fixed from the profile, flash, max-information.

They know the calibrated parameters, keep to one item a family, and run over all candidates at once.
"""

from collections.abc import Iterator

import numpy as np

from scripts.bench.simulation.outcome import Outcome
from scripts.bench.simulation.world import COMPETENCES, MIDDLES, Floats, Ints, World, level_of

GRID = np.linspace(-9, 9, 81)


def declared_as_is(world: World) -> Outcome:
    """No test at all: what the profile says."""
    middles = MIDDLES[world.declared]
    return Outcome(
        name="declared as is",
        levels=world.declared,
        ability=mean_over(middles, world),
        suspicion=mean_over(middles, world),
        suspicion_by_competence=middles,
        asked=np.zeros((0, 0), dtype=np.int64),
    )


def mean_over(values: Floats, world: World) -> Floats:
    return np.asarray((values * world.claimed).sum(axis=1) / world.claimed.sum(axis=1))


class Asking:
    """The record of a test in progress, for all candidates."""

    def __init__(self, world: World, length: int) -> None:
        self.world = world
        self.asked = np.full((len(world.theta), length), -1, dtype=np.int64)
        self.right = np.zeros((len(world.theta), length), dtype=np.bool_)
        families = world.items.family
        self.free = np.ones((len(world.theta), families.max() + 1), dtype=np.bool_)

    def ask(self, position: int, items: Ints) -> None:
        everybody = np.arange(len(items))
        self.asked[:, position] = items
        self.right[:, position] = self.world.right(everybody, items, position)
        self.free[everybody, self.world.items.family[items]] = False


def fixed_from_profile(world: World) -> Outcome:
    """Up to three questions a competence, hardest skills of the profile first, and a table of right answers.

    All three right keep the level; two keep it when 80 % of the test is right and cost a level otherwise; one
    or none, or less than half of the test, leave the competence uncertified.
    """
    rng = np.random.default_rng(world.seed + 7)
    count = len(world.theta)
    asked = np.full((count, 3 * COMPETENCES), -1, dtype=np.int64)
    levels = np.zeros((count, COMPETENCES), dtype=np.int64)
    rates, wrong = np.zeros(count), np.zeros((count, COMPETENCES))
    for candidate in range(count):
        chosen = {
            c: _three(world, candidate, c, rng) for c in np.flatnonzero(world.claimed[candidate]).tolist()
        }
        flat = [item for items in chosen.values() for item in items]
        right = {item: world.answers(candidate, item, place) for place, item in enumerate(flat)}
        asked[candidate, : len(flat)] = flat
        rate = rates[candidate] = sum(right.values()) / len(flat)
        for competence, items in chosen.items():
            good = sum(right[item] for item in items)
            level = int(world.declared[candidate, competence])
            lost = 0 if good == 3 or (good == 2 and rate >= 0.8) else 1
            levels[candidate, competence] = max(0, level - lost) if good >= 2 and rate >= 0.5 else 0
            wrong[candidate, competence] = 3 - good - 0.5 * rate
    return Outcome(
        name="fixed from the profile (v2-like)",
        levels=levels,
        ability=mean_over(MIDDLES[levels], world),
        suspicion=1 - rates,
        suspicion_by_competence=wrong,
        asked=asked,
    )


def _three(world: World, candidate: int, competence: int, rng: np.random.Generator) -> list[int]:
    """One random item of each of the three hardest skills that the profile holds."""
    items = world.items
    held = (items.competence == competence) & (items.level <= world.declared[candidate, competence])
    index = np.flatnonzero(held)
    order = index[np.lexsort((rng.random(len(index)), -items.level[index]))]
    chosen: list[int] = []
    for item in order.tolist():
        if all(items.family[item] != items.family[other] for other in chosen):
            chosen.append(item)
        if len(chosen) == 3:
            break
    return chosen


def _information(world: World, theta: Floats) -> Floats:
    """a^2 p q of every item at these abilities: [ability, item]."""
    items = world.items
    p = 1 / (1 + np.exp(-items.a_known * (theta[:, None] - items.b_known)))
    return np.asarray(items.a_known**2 * p * (1 - p))


def _log_likelihoods(world: World) -> tuple[Floats, Floats]:
    items = world.items
    logit = items.a_known[:, None] * (GRID[None, :] - items.b_known[:, None])
    return -np.logaddexp(0, -logit), -np.logaddexp(0, logit)


def _chunks(count: int, size: int = 250) -> Iterator[slice]:
    return (slice(first, min(first + size, count)) for first in range(0, count, size))


def _global_outcome(world: World, asking: Asking, theta: Floats, name: str) -> Outcome:
    """One ability for all competences; for lack of a statistic of its own, the profile's distance from it."""
    middles = MIDDLES[world.declared]
    return Outcome(
        name=name,
        levels=np.repeat(level_of(theta)[:, None], COMPETENCES, axis=1),
        ability=theta,
        suspicion=mean_over(middles, world) - theta,
        suspicion_by_competence=middles - theta[:, None],
        asked=asking.asked,
    )


def flash(world: World, length: int = 32) -> Outcome:
    """One global ability from -3 on, every competence once, the five best items drawn geometrically."""
    rng = np.random.default_rng(world.seed + 8)
    asking = Asking(world, length)
    count = len(world.theta)
    theta = np.full(count, -3.0)
    right, wrong = _log_likelihoods(world)
    log_likelihood = np.zeros((count, len(GRID)))
    visits = np.zeros((count, COMPETENCES), dtype=np.int64)
    last = np.full((count, 2), -1)
    everybody = np.arange(count)
    for position in range(length):
        parts = _chunks(count)
        items = np.concatenate([_flash_pick(asking, theta[p], visits[p], last[p], p, rng) for p in parts])
        asking.ask(position, items)
        hit = asking.right[:, position, None]
        log_likelihood += np.where(hit, right[items], wrong[items])
        log_posterior = log_likelihood - (GRID[None, :] - theta[:, None]) ** 2 / (2 * 1.5**2)
        weight = np.exp(log_posterior - log_posterior.max(axis=1, keepdims=True))
        fresh = (weight * GRID).sum(axis=1) / weight.sum(axis=1)
        theta = np.clip(fresh, theta - 0.5, theta + 0.5) if position < 8 else fresh
        visits[everybody, world.items.competence[items]] += 1
        last = np.stack([last[:, 1], world.items.competence[items]], axis=1)
    return _global_outcome(world, asking, theta, "flash (v3-like)")


def _flash_pick(
    asking: Asking, theta: Floats, visits: Ints, last: Ints, part: slice, rng: np.random.Generator
) -> Ints:
    world = asking.world
    gain = _information(world, theta) * asking.free[part][:, world.items.family]
    barred = (visits > visits.min(axis=1, keepdims=True)) & (visits.min(axis=1, keepdims=True) == 0)
    rows = np.arange(len(theta))
    for recent in last.T:
        barred[rows[recent >= 0], recent[recent >= 0]] = True
    barred[barred.all(axis=1)] = False
    gain = np.where(barred[:, world.items.competence], -1, gain)
    best = np.argpartition(-gain, 5, axis=1)[:, :5]
    best = np.take_along_axis(best, np.argsort(-np.take_along_axis(gain, best, axis=1), axis=1), axis=1)
    place = np.minimum(rng.geometric(0.51, len(theta)) - 1, 4)
    return np.asarray(best[rows, place])


def max_information(world: World, length: int = 32) -> Outcome:
    """The textbook adaptive test: most informative item at the likeliest ability (Dodd's step at first)."""
    asking = Asking(world, length)
    count = len(world.theta)
    theta = np.zeros(count)
    right, wrong = _log_likelihoods(world)
    log_likelihood = np.zeros((count, len(GRID)))
    for position in range(length):
        picks = []
        for part in _chunks(count):
            gain = _information(world, theta[part]) * asking.free[part][:, world.items.family]
            picks.append(gain.argmax(axis=1))
        items = np.concatenate(picks)
        asking.ask(position, items)
        log_likelihood += np.where(asking.right[:, position, None], right[items], wrong[items])
        hits = asking.right[:, : position + 1].sum(axis=1)
        likely = GRID[log_likelihood.argmax(axis=1)]
        step = np.where(hits > 0, (theta + 5) / 2, (theta - 5) / 2)
        theta = np.where((hits == 0) | (hits == position + 1), step, likely)
    return _global_outcome(world, asking, theta, "max-information, max-likelihood")
