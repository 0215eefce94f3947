"""Simulated candidates and items of known abilities and parameters, for calibration to find again."""

from dataclasses import dataclass, replace

import numpy as np

from question_bank.assembly.facts import ItemFacts
from question_bank.assembly.parameters import DEFAULT
from question_bank.calibration import Responses
from question_bank.calibration.persons import Floats
from question_bank.framework import COMPETENCE_CODES, LEVEL_CUT_POINTS

COMPETENCES = len(COMPETENCE_CODES)
TEST = 32
UNPRACTISED = 0.25


@dataclass(frozen=True)
class World:
    """Items whose authors' guess of a and b is off by known amounts."""

    facts: tuple[ItemFacts, ...]
    a: Floats
    b: Floats


def make_world(each: int, seed: int = 3) -> World:
    """`each` items a competence; difficulties off by 0.6 logit, discriminations by 30 %."""
    chance = np.random.default_rng(seed)
    count = each * COMPETENCES
    level = np.tile(np.arange(each) % 8 + 1, COMPETENCES)
    guessed = np.array(LEVEL_CUT_POINTS)[level - 1] + 0.15
    facts = tuple(
        ItemFacts(f"i{n:04}", n // each, int(level[n]), f"f{n}", 1.3, float(guessed[n]), 60, True)
        for n in range(count)
    )
    a = 1.3 * np.exp(chance.normal(0, 0.3, count))
    return World(facts, a, guessed + chance.normal(0, 0.6, count))


def sit(world: World, candidates: int, seed: int = 5, inflated: float = 0.2) -> Responses:
    """Each candidate answers 32 items at random among the competences that the profile claims."""
    chance = np.random.default_rng(seed)
    milli = 1000
    general = chance.normal(DEFAULT.mean / milli, DEFAULT.general_sd / milli, candidates)
    ability = general[:, None] + chance.normal(0, DEFAULT.specific_sd / milli, (candidates, COMPETENCES))
    seen = ability + chance.normal(0, DEFAULT.practice_sd / milli, ability.shape)
    level = (seen[:, :, None] >= np.array(LEVEL_CUT_POINTS)).sum(axis=2)
    shift = chance.choice(4, size=level.shape, p=np.array(DEFAULT.shifts) / milli)
    shift[chance.random(candidates) >= inflated] = 0
    declared = np.minimum(level + shift, 8)
    declared[chance.random(declared.shape) < UNPRACTISED] = 0
    each = len(world.facts) // COMPETENCES
    draw = chance.random((candidates, len(world.facts)))
    draw[np.repeat(declared == 0, each, axis=1)] = -1
    picked = np.argpartition(-draw, TEST, axis=1)[:, :TEST]
    asked = np.take_along_axis(draw, picked, axis=1) > 0
    candidate = np.repeat(np.arange(candidates), TEST)[asked.ravel()]
    item = picked.ravel()[asked.ravel()]
    z = world.a[item] * (ability[candidate, item // each] - world.b[item])
    guess, slip = DEFAULT.guess / milli, DEFAULT.slip / milli
    right = chance.random(len(item)) < guess + (1 - guess - slip) / (1 + np.exp(-z))
    return Responses(item.astype(np.int64), right.astype(np.int64), candidate, declared.astype(np.int64))


def with_marks(responses: Responses, item: int, right: np.ndarray) -> Responses:
    """The same responses with other marks for one item."""
    marks = responses.right.copy()
    marks[responses.item == item] = right
    return replace(responses, right=marks)
