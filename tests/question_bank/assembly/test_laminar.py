"""The greedy choice under the blueprint is the exact optimum: quotas inside a total are a laminar family."""

import random

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from question_bank.assembly import quota
from question_bank.assembly.blueprint import can_complete, open_competences, weakest_profile


def greedy(gains: list[list[float]], length: int) -> float:
    """Best family of an open competence, again and again: gains[c] holds one gain a family."""
    bounds = quota(len(gains), length)
    left = [sorted(row, reverse=True) for row in gains]
    given, total = [0] * len(gains), 0.0
    for step in range(length):
        free = [len(row) for row in left]
        rows = open_competences(given, free, bounds, length - step)
        best = max(rows, key=lambda row: left[row][0])
        total += left[best].pop(0)
        given[best] += 1
    return total


def exact(gains: list[list[float]], length: int) -> float:
    bounds = quota(len(gains), length)
    flat = np.array([gain for row in gains for gain in row])
    owner = np.array([c for c, row in enumerate(gains) for _ in row])
    quotas = np.array([owner == c for c in range(len(gains))], dtype=float)
    result = milp(
        -flat,
        constraints=[
            LinearConstraint(np.ones((1, len(flat))), length, length),
            LinearConstraint(quotas, bounds.least, bounds.most),
        ],
        integrality=np.ones(len(flat)),
        bounds=Bounds(0, 1),
    )
    assert result.success
    return float(-result.fun)


def test_the_greedy_total_equals_the_integer_programme() -> None:
    rng = random.Random(11)
    for _ in range(40):
        competences, length = rng.randint(5, 16), rng.choice([16, 20, 32])
        need = quota(competences, length).most
        gains = [
            [rng.random() ** 3 for _ in range(rng.randint(need - 1, need + 6))] for _ in range(competences)
        ]
        if can_complete([len(row) for row in gains], length):
            assert abs(greedy(gains, length) - exact(gains, length)) < 1e-9


def test_a_test_can_complete_exactly_when_some_selection_exists() -> None:
    rng = random.Random(12)
    for _ in range(300):
        competences, length = rng.randint(5, 16), rng.choice([16, 20, 32])
        families = [rng.randint(1, 9) for _ in range(competences)]
        bounds = quota(competences, length)
        most = sum(min(bounds.most, count) for count in families)
        exists = (
            all(count >= bounds.least for count in families) and bounds.least * competences <= length <= most
        )
        assert can_complete(families, length) == exists
        if exists:
            gains = [[rng.random() for _ in range(count)] for count in families]
            greedy(gains, length)  # no order of choice runs dry


def test_the_sample_bank_shape_is_just_enough_and_one_family_less_is_not() -> None:
    assert weakest_profile([8] * 16, 32) is None
    assert weakest_profile([7] * 16, 32) is None  # five competences of seven families hold 35 questions
    assert weakest_profile([7, 7, 6, 6, 6, *[8] * 11], 32) is None
    assert weakest_profile([7, 6, 6, 6, 6, *[8] * 11], 32) == 5
    assert weakest_profile([4, *[8] * 15], 32) == 5
