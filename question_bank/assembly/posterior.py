"""What is known about candidates during their tests, as whole numbers: exact in any order of sums.

Much of numpy's cost is the fixed price of a call, so what many candidates need at one moment is computed for
all of them at once. Each gets the same bits as if alone: no number of one candidate meets another's.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from question_bank.assembly.publication import PublishedBank
from question_bank.assembly.tables import (
    EXP_LAST,
    EXPONENTIAL,
    GENERAL_POINTS,
    INFLATED,
    LEVELS,
    POINTS,
    PROBABILITY_ONE,
    SINCERE,
    STATES,
    Floats,
    Ints,
    logarithm,
)


class Marginals(NamedTuple):
    """By candidate and row (zeros beyond a candidate's own rows); points in units of 2^-20.

    A mass of right answers (chance in units of 2^-15) divided by half of its level's mass is an index of
    the entropy table (2^16 steps); the total comes last. With the signs,
    G = total h(mean) - sum over levels of mass h(level).
    """

    points: Floats  # [candidate, row, point]
    halves: Floats  # [candidate, row, level + total]
    signs: Floats  # [candidate, row, level + total]


def _conditional(log_mass: Ints) -> tuple[Floats, Ints]:
    """By state, over the last axis: the normalised distribution, and ln of what it was divided by."""
    top = np.maximum.reduce(log_mass, axis=-1)
    mass = EXPONENTIAL.take(top[..., None] - log_mass, mode="clip")
    total = np.add.reduce(mass, axis=-1)
    mass *= PROBABILITY_ONE
    mass /= total[..., None]
    return np.floor(mass, out=mass), top + logarithm(total)


class Posterior:
    """One row a certifiable competence. Given a state (class x general level), the rows are independent."""

    def __init__(self, bank: PublishedBank, declared: Sequence[int]) -> None:
        prior = bank.prior
        self.declared = list(declared)
        self._log_right, self._log_wrong = bank.tables.log_right, bank.tables.log_wrong
        self.log_likelihood: Ints = np.zeros((len(self.declared), POINTS), dtype=np.int64)
        self.share: Floats = np.ascontiguousarray(
            prior.share.transpose(1, 0, 2)[:, self.declared]
        )  # [state, row, point]
        self.log_mass: Ints = prior.log_mass[self.declared]
        log_weight: Ints = bank.person.general + self.log_mass.sum(axis=0)
        self.log_weight = log_weight + _normaliser(log_weight, bank.parameters.inflated)
        self.stale: set[int] = set()

    def add(self, row: int, item: int, correct: bool) -> None:
        """Count a response; `refresh` makes it tell."""
        self.log_likelihood[row] += (self._log_right if correct else self._log_wrong)[item]
        self.stale.add(row)

    def subtract(self, row: int, item: int, correct: bool) -> None:
        """Take a response back."""
        self.log_likelihood[row] -= (self._log_right if correct else self._log_wrong)[item]
        self.stale.add(row)


def _normaliser(log_weight: Ints, inflated: int) -> Ints:
    """Brings each class to its prior share whatever the profile: a high one is not suspicious."""
    offset = np.empty_like(log_weight)
    for kind, share in ((SINCERE, 1000 - inflated), (INFLATED, inflated)):
        part = slice(kind * GENERAL_POINTS, (kind + 1) * GENERAL_POINTS)
        weights = log_weight[part]
        top = weights.max()
        total = EXPONENTIAL[np.minimum(top - weights, EXP_LAST)].sum()
        offset[part] = logarithm(np.array([float(max(share, 1))]))[0] - top - logarithm(np.array([total]))[0]
    return offset


def refresh(bank: PublishedBank, posteriors: Sequence[Posterior]) -> None:
    """Recompute, for each row that has news, its conditional distribution and its evidence by state."""
    stale = [(posterior, row) for posterior in posteriors for row in posterior.stale]
    if not stale:
        return
    joint = bank.person.joint[[posterior.declared[row] for posterior, row in stale]]
    joint += np.array([posterior.log_likelihood[row] for posterior, row in stale])[:, None, :]
    share, fresh = _conditional(joint)
    gained = fresh - np.array([posterior.log_mass[row] for posterior, row in stale])
    for (posterior, row), mine, mass, gain in zip(stale, share, fresh, gained, strict=True):
        posterior.share[:, row] = mine
        posterior.log_mass[row] = mass
        posterior.log_weight += gain
    for posterior in posteriors:
        posterior.stale.clear()


def marginals(posteriors: Sequence[Posterior], level_sums: Floats) -> Marginals:
    """What is known of every competence now; the posteriors are fresh."""
    log_weight = np.array([posterior.log_weight for posterior in posteriors])
    weight = EXPONENTIAL.take(np.maximum.reduce(log_weight, axis=1)[:, None] - log_weight, mode="clip")
    total = np.add.reduce(weight, axis=1)
    weight *= PROBABILITY_ONE
    weight /= total[:, None]
    np.floor(weight, out=weight)
    rows = max(len(posterior.declared) for posterior in posteriors)
    flat = np.zeros((len(posteriors), rows * POINTS))
    for mine, state, posterior in zip(flat, weight, posteriors, strict=True):
        share = posterior.share.reshape(STATES, -1)
        np.dot(state, share, out=mine[: share.shape[1]])
    flat /= PROBABILITY_ONE
    points = np.floor(flat, out=flat).reshape(-1, rows, POINTS)
    by_level = points @ level_sums
    signs = -by_level
    signs[..., LEVELS] = by_level[..., LEVELS]
    return Marginals(points, np.maximum(by_level, 1) * 0.5, signs)
