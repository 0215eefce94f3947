"""Every logarithm and exponential that the engine uses, as tables of integers: the rest is exact arithmetic.

Units: a log-probability is a multiple of 1/4096 nat, an exponential a multiple of 2^-30, a probability of
2^-20, the probability of a right answer of 2^-15, an entropy of 2^-20 bit. Products and sums of these stay
below 2^53 (the bounds are listed in docs/engine.md and held by tests), so that float64 arrays carry them
without any rounding and the order of a sum does not matter. No entry lies near a rounding tie, so that any
correct libm builds the same tables.
"""

import math
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.parameters import ModelParameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOG_UNIT = 4096
EXP_ONE = 1 << 30
PROBABILITY_ONE = 1 << 20
RIGHT_ONE = 1 << 15
ENTROPY_ONE = 1 << 20
ENTROPY_STEPS = 1 << 16
MANTISSA_STEPS = 1 << 14
EXP_LAST = 22 * LOG_UNIT  # exp(-22) * 2^30 rounds to 0
LOGIT_LIMIT = 20_000  # thousandths of a logit
LONGEST_SECONDS = 7200

LEVELS = 9
POINTS_PER_LEVEL = 5
POINTS = LEVELS * POINTS_PER_LEVEL
GENERAL_POINTS = 13
CLASSES = 2
SINCERE, INFLATED = 0, 1
STATES = CLASSES * GENERAL_POINTS


def exponential_table() -> Floats:
    """Entry x is exp(-x / 4096) in units of 2^-30; the last is 0."""
    table: Floats = np.rint(np.exp(-np.arange(EXP_LAST + 1) / LOG_UNIT) * EXP_ONE)
    table[-1] = 0
    return table


def mantissa_table() -> Ints:
    """Entry i is ln(0.5 + i / 2^15) for a mantissa in [0.5, 1)."""
    mantissa = 0.5 + (np.arange(MANTISSA_STEPS) + 0.5) / (2 * MANTISSA_STEPS)
    return np.asarray(np.rint(np.log(mantissa) * LOG_UNIT), dtype=np.int64)


def entropy_table() -> Floats:
    """Entry i is the entropy of a coin of probability i / 2^16, in units of 2^-20 bit."""
    p = np.arange(1, ENTROPY_STEPS) / ENTROPY_STEPS
    inner = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return np.concatenate(([0.0], np.rint(inner * ENTROPY_ONE), [0.0]))


def seconds_table() -> Ints:
    """Entry s is ln(s) for whole seconds (entry 0 repeats entry 1)."""
    seconds = np.maximum(np.arange(LONGEST_SECONDS + 1), 1)
    return np.asarray(np.rint(np.log(seconds) * LOG_UNIT), dtype=np.int64)


EXPONENTIAL = exponential_table()
MANTISSA = mantissa_table()
ENTROPY = entropy_table()
SECONDS = seconds_table()
EXPONENTS = np.rint(np.arange(64) * math.log(2) * LOG_UNIT).astype(np.int64)


def logarithm(values: Floats) -> Ints:
    """ln of whole numbers from 1 to 2^53, in units of 1/4096, by mantissa and exponent (both exact)."""
    mantissa, exponent = np.frexp(values)
    steps = ((mantissa - 0.5) * (2 * MANTISSA_STEPS)).astype(np.intp)
    logs: Ints = MANTISSA.take(steps, mode="clip") + EXPONENTS.take(exponent, mode="clip")
    return logs


class LogisticTables(NamedTuple):
    """By thousandths of a logit from -20 to 20: the chance of a right answer and its logarithm."""

    right: Floats
    log_right: Ints
    log_wrong: Ints


@lru_cache(maxsize=8)
def logistic_tables(slip: int, guess: int) -> LogisticTables:
    z = np.arange(-LOGIT_LIMIT, LOGIT_LIMIT + 1) / 1000
    span = 1 - (slip + guess) / 1000
    p = guess / 1000 + span / (1 + np.exp(-z))
    wrong = slip / 1000 + span / (1 + np.exp(z))
    log_right, log_wrong = (np.rint(np.log(one) * LOG_UNIT).astype(np.int64) for one in (p, wrong))
    return LogisticTables(np.rint(p * RIGHT_ONE), log_right, log_wrong)


class PersonTables(NamedTuple):
    """The prior knowledge about a person, on a grid of 13 general levels and 45 points a competence."""

    points: Ints  # the grid, thousandths of a logit
    joint: Ints  # [declared level, class x general, point]: ln p(declared, point | class, general)
    cells: Ints  # [general, point]: ln p(point | general), for a profile that says nothing
    general: Ints  # [class x general]: ln of the prior weight of a general level
    kept: Floats  # [declared level, point]: P(not inflated | point, declared, class inflated), units of 2^-30


def grid_edges(parameters: ModelParameters) -> tuple[int, ...]:
    """46 edges of 45 cells, five to a level, aligned on the cut-points; outer levels are wider."""
    cuts = parameters.cut_points
    outer = (cuts[-1] - cuts[0]) * 3 // 14
    bounds = (cuts[0] - outer, *cuts, cuts[-1] + outer)
    edges = [low + (high - low) * i // 5 for low, high in pairwise(bounds) for i in range(5)]
    return (*edges, bounds[-1])


def _log_normal_mass(low: float, high: float) -> float:
    """ln P(low <= N(0,1) < high), taken on the side where it does not cancel."""
    if low > 0:
        low, high = -high, -low
    mass = 0.5 * (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2)))
    return math.log(max(mass, 1e-100))


def _log_cells(edges: tuple[float, ...], centre: float, sd: float) -> Floats:
    open_edges = (-math.inf, *edges, math.inf)
    cells = pairwise(open_edges)
    return np.array([_log_normal_mass((low - centre) / sd, (high - centre) / sd) for low, high in cells])


def _declared(parameters: ModelParameters, points: Ints) -> tuple[Floats, Floats]:
    """By declared level and point: ln p(declared | point) when sincere, and the ratio of inflated to that."""
    shown = np.array(
        [_log_cells(parameters.cut_points, int(point), parameters.practice_sd) for point in points]
    ).T
    shares = np.array(parameters.shifts) / 1000
    ratio = np.zeros_like(shown)
    for level in range(LEVELS):
        # Nobody can declare more than the top level: there, a bigger shift shows as a smaller one.
        reach = shares if level < LEVELS - 1 else np.cumsum(shares[::-1])[::-1]
        for shift in range(min(len(shares), level + 1)):
            ratio[level] += reach[shift] * np.exp(shown[level - shift] - shown[level])
    return shown, ratio


@lru_cache(maxsize=8)
def person_tables(parameters: ModelParameters) -> PersonTables:
    edges = grid_edges(parameters)
    points = np.array([(low + high) // 2 for low, high in pairwise(edges)], dtype=np.int64)
    steps = np.linspace(-3, 3, GENERAL_POINTS)
    centres = parameters.mean + steps * parameters.general_sd
    inner = tuple(float(edge) for edge in edges[1:-1])
    cells = np.array([_log_cells(inner, centre, parameters.specific_sd) for centre in centres])
    shown, ratio = _declared(parameters, points)
    # The ratio of the classes is rounded by itself: rounding a falling curve keeps it falling, which keeps
    # the score monotone (a right answer never speaks for inflation).
    cells_i, shown_i, ratio_i = (
        np.rint(table * LOG_UNIT).astype(np.int64) for table in (cells, shown, np.log(ratio))
    )
    sincere = shown_i[:, None, :] + cells_i[None, :, :]
    inflated = sincere + ratio_i[:, None, :]
    unshifted = np.full((LEVELS, 1), parameters.shifts[0] / 1000)
    unshifted[-1] = 1.0
    general = np.rint(-0.5 * steps * steps * LOG_UNIT).astype(np.int64)
    return PersonTables(
        points=points,
        joint=np.concatenate([sincere, inflated], axis=1),
        cells=cells_i,
        general=np.tile(general, CLASSES),
        kept=np.rint(unshifted / ratio * EXP_ONE),
    )
