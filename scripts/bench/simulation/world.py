"""A seeded world: items with true and calibrated parameters, four kinds of candidates, and their answers.

The world is richer than the engine's model on purpose: domain factors, guessing, anxiety, calibration error
and another share of inflated profiles are not told to the engine.
"""

import math
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly import ItemFacts, ModelParameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPETENCES = 16
DOMAIN_OF = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4])
# The public global meshes of the French certification's second engine, and one level more.
CUT_POINTS = np.array([-1.399, -0.520, 0.671, 1.550, 2.274, 3.095, 3.930, 4.780])
MIDDLES = np.concatenate(([-1.95], (CUT_POINTS[:-1] + CUT_POINTS[1:]) / 2, [5.2]))
BUDGET_SECONDS = 6300


class Kind(IntEnum):
    SINCERE = 0
    INFLATED = 1
    LUCKY = 2
    ANXIOUS = 3


@dataclass(frozen=True)
class Scenario:
    """One set of conditions; the defaults are the base world."""

    name: str = "base"
    items: int = 3000
    candidates: int = 2000
    shares: tuple[float, float, float, float] = (0.25, 0.25, 0.25, 0.25)
    practice_noise: float = 0.5
    calibration_b: float = 0.10
    calibration_a: float = 0.10
    inflated_part: tuple[float, float] = (0.25, 0.75)
    mean: float = 1.4
    sd: float = 1.2
    within: float = 0.69  # correlation of two competences of one domain
    across: float = 0.54
    practised: tuple[int, int] = (9, 16)
    everybody_guesses: bool = False
    noise_profiles: bool = False
    progressed: float = 0.0  # gain of sincere candidates since practice, in levels


@dataclass(frozen=True, eq=False)
class Items:
    competence: Ints
    level: Ints
    family: Ints
    a: Floats
    b: Floats
    a_known: Floats
    b_known: Floats
    log_seconds: Floats
    accessible: NDArray[np.bool_]

    def facts(self) -> list[ItemFacts]:
        seconds = np.exp(self.log_seconds + (0.16 + 0.0625) / 2)
        return [
            ItemFacts(
                id=f"item-{i:05d}",
                competence_index=int(self.competence[i]),
                level=int(self.level[i]),
                family=f"family-{self.family[i]:05d}",
                a=float(self.a_known[i]),
                b=float(self.b_known[i]),
                expected_seconds=round(float(seconds[i])),
                accessible=bool(self.accessible[i]),
            )
            for i in range(len(self.a))
        ]


@dataclass(frozen=True, eq=False)
class World:
    scenario: Scenario
    seed: int
    items: Items
    kind: Ints
    theta: Floats  # [candidate, competence]
    declared: Ints
    shifted: NDArray[np.bool_]  # [candidate, competence]: the declaration was inflated here
    guessing: Floats  # by candidate
    speed: Floats
    luck: NDArray[np.float32] = field(repr=False)  # [candidate, item]: the same for every engine
    haste: NDArray[np.float32] = field(repr=False)

    @property
    def levels(self) -> Ints:
        return level_of(self.theta)

    @property
    def claimed(self) -> NDArray[np.bool_]:
        return self.declared >= 1

    def right(self, candidates: Ints, items: Ints, position: int) -> NDArray[np.bool_]:
        """What these candidates answer to these items at this place (0-based) of the test."""
        fear = 0.8 * max(0.0, 1 - position / 10) * (self.kind[candidates] == Kind.ANXIOUS)
        ability = self.theta[candidates, self.items.competence[items]] - fear
        chance = 1 / (1 + np.exp(-self.items.a[items] * (ability - self.items.b[items])))
        guess = self.guessing[candidates]
        return np.asarray(self.luck[candidates, items] < guess + (1 - guess) * chance)

    def answers(self, candidate: int, item: int, position: int) -> bool:
        """The same for one candidate and one item, without the cost of arrays."""
        anxious = self.kind[candidate] == Kind.ANXIOUS
        fear = 0.8 * max(0.0, 1 - position / 10) if anxious else 0.0
        ability = self.theta.item(candidate, self.items.competence.item(item)) - fear
        logit = self.items.a.item(item) * (ability - self.items.b.item(item))
        guess = self.guessing.item(candidate)
        return self.luck.item(candidate, item) < guess + (1 - guess) / (1 + math.exp(-logit))

    def seconds(self, candidate: int, item: int) -> int:
        noise = 0.4 * self.haste.item(candidate, item)
        return max(1, round(math.exp(self.items.log_seconds.item(item) - self.speed.item(candidate) + noise)))


def level_of(theta: Floats) -> Ints:
    return np.searchsorted(CUT_POINTS, theta, side="right").astype(np.int64)


def model_of(practice_sd: int = 550) -> ModelParameters:
    """What the engine is told: one general factor, 20 % inflated, practice noise .55, whatever is true.

    Specific sd: what one factor leaves, a fifth wider (fitted on worlds 201 and 203, which are not measured).
    """
    base = Scenario()
    general = base.sd * np.sqrt(base.across)
    specific = 1.2 * base.sd * np.sqrt(1 - base.across)
    return ModelParameters(
        cut_points=tuple(round(1000 * float(point)) for point in CUT_POINTS),
        mean=round(1000 * base.mean),
        general_sd=round(1000 * float(general)),
        specific_sd=round(1000 * float(specific)),
        practice_sd=practice_sd,
    )


def make_items(scenario: Scenario, rng: np.random.Generator) -> Items:
    count = scenario.items
    index = np.arange(count)
    competence = index % COMPETENCES
    level = 1 + (index // COMPETENCES) % 8
    family = (index // (COMPETENCES * 8) // 3 * 8 + level - 1) * COMPETENCES + competence
    a = np.exp(rng.normal(np.log(1.4), 0.25, count)).clip(0.5, 3)
    # Own-level items are answered right by some 79 % of the people in the middle of the level.
    b = MIDDLES[level] - np.log(0.79 / 0.21) / a + rng.normal(0, 0.35, count)
    log_seconds = rng.normal(np.log(149), 0.45, count)
    a_known = a * np.exp(rng.normal(0, scenario.calibration_a, count))
    b_known = b + rng.normal(0, scenario.calibration_b, count)
    accessible = rng.random(count) < 0.75
    return Items(competence, level, family, a, b, a_known, b_known, log_seconds, accessible)


def _abilities(scenario: Scenario, rng: np.random.Generator) -> Floats:
    count = scenario.candidates
    general = rng.normal(size=(count, 1)) * np.sqrt(scenario.across)
    domain = rng.normal(size=(count, 5))[:, DOMAIN_OF] * np.sqrt(scenario.within - scenario.across)
    own = rng.normal(size=(count, COMPETENCES)) * np.sqrt(1 - scenario.within)
    return np.asarray(scenario.mean + scenario.sd * (general + domain + own))


def _declare(
    scenario: Scenario, theta: Floats, kind: Ints, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.bool_]]:
    count = len(theta)
    lucky = 0.35 * (kind == Kind.LUCKY)[:, None]  # guessing helped in practice too
    shown = level_of(theta + lucky + rng.normal(0, scenario.practice_noise, theta.shape))
    part = rng.uniform(*scenario.inflated_part, size=(count, 1))
    chosen = (rng.random(theta.shape) < part) & (kind == Kind.INFLATED)[:, None]
    rise = np.where(chosen, rng.integers(1, 4, theta.shape), 0)
    declared = np.minimum(shown + rise, 8)
    if scenario.noise_profiles:
        declared = rng.integers(1, 9, theta.shape)
    wanted = rng.integers(scenario.practised[0], scenario.practised[1] + 1, count)
    order = np.argsort(rng.random(theta.shape) + (declared == 0), axis=1)
    place = np.argsort(order, axis=1)
    declared = np.where(place < wanted[:, None], declared, 0)
    return declared.astype(np.int64), (declared > shown) & (declared >= 1) & chosen


def make_world(scenario: Scenario, seed: int) -> World:
    """Draws some candidates too many, keeps certifiable ones, and fixes the luck that all engines share."""
    rng = np.random.default_rng([20261122, seed])
    items = make_items(scenario, rng)
    roomy = replace(scenario, candidates=round(scenario.candidates * 1.1) + 40)
    theta = _abilities(roomy, rng)
    kind = rng.permutation(
        np.searchsorted(np.cumsum(scenario.shares), np.arange(len(theta)) / len(theta), "right")
    )
    declared, shifted = _declare(roomy, theta, kind, rng)
    if scenario.progressed:
        width = float(np.diff(CUT_POINTS).mean())
        theta = theta + scenario.progressed * width * (kind == Kind.SINCERE)[:, None]
    kept = np.flatnonzero((declared >= 1).sum(axis=1) >= 5)[: scenario.candidates]
    theta, kind, declared, shifted = theta[kept], kind[kept], declared[kept], shifted[kept]
    guesses = (kind == Kind.LUCKY) | scenario.everybody_guesses
    shape = (len(kept), scenario.items)
    return World(
        scenario=scenario,
        seed=seed,
        items=items,
        kind=kind,
        theta=theta,
        declared=declared,
        shifted=shifted,
        guessing=np.where(guesses, 0.25, 0.0),
        speed=rng.normal(0, 0.25, len(kept)),
        luck=rng.random(shape, dtype=np.float32),
        haste=rng.standard_normal(shape, dtype=np.float32),
    )
