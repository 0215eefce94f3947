"""What is known about one candidate during the test, as whole numbers: exact in any order of sums."""

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
    Floats,
    Ints,
    logarithm,
)


class Marginals(NamedTuple):
    """By row; points in units of 2^-20.

    A mass of right answers (chance in units of 2^-15) divided by half of its level's mass is an index of
    the entropy table (2^16 steps); the total comes last. With the signs,
    G = total h(mean) - sum over levels of mass h(level).
    """

    points: Floats
    halves: Floats
    signs: Floats


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
        rows = list(declared)
        self._log_right, self._log_wrong = bank.tables.log_right, bank.tables.log_wrong
        self._joint = bank.person.joint[rows]
        self._log_likelihood: Ints = np.zeros((len(rows), POINTS), dtype=np.int64)
        self._share: Floats = np.ascontiguousarray(
            prior.share.transpose(1, 0, 2)[:, rows]
        )  # [state, row, point]
        self._log_mass: Ints = prior.log_mass[rows]
        self._log_weight: Ints = bank.person.general + self._log_mass.sum(axis=0)
        self._level_sums = bank.selection.by_level
        self._offset = self._normaliser(bank.parameters.inflated)

    def _normaliser(self, inflated: int) -> Ints:
        """Bring each class to its prior share whatever the profile: a high one is not suspicious."""
        offset = np.empty_like(self._log_weight)
        for kind, share in ((SINCERE, 1000 - inflated), (INFLATED, inflated)):
            part = slice(kind * GENERAL_POINTS, (kind + 1) * GENERAL_POINTS)
            weights = self._log_weight[part]
            top = weights.max()
            total = EXPONENTIAL[np.minimum(top - weights, EXP_LAST)].sum()
            offset[part] = (
                logarithm(np.array([float(max(share, 1))]))[0] - top - logarithm(np.array([total]))[0]
            )
        return offset

    def add(self, row: int, item: int, correct: bool) -> None:
        """Count a response, without refreshing the row: several can be added before one refresh."""
        self._log_likelihood[row] += (self._log_right if correct else self._log_wrong)[item]

    def subtract(self, row: int, item: int, correct: bool) -> None:
        self._log_likelihood[row] -= (self._log_right if correct else self._log_wrong)[item]

    def refresh(self, row: int) -> None:
        """Recompute the row's conditional distribution and its evidence for every state."""
        share, fresh = _conditional(self._joint[row] + self._log_likelihood[row])
        self._share[:, row] = share
        self._log_weight = self._log_weight + (fresh - self._log_mass[row])
        self._log_mass[row] = fresh

    def refresh_all(self) -> None:
        """The same for all rows at once."""
        share, fresh = _conditional(self._joint + self._log_likelihood[:, None, :])
        self._share[:] = share.transpose(1, 0, 2)
        self._log_weight = self._log_weight + (fresh - self._log_mass).sum(axis=0)
        self._log_mass = fresh

    def marginals(self) -> Marginals:
        """What is known of every competence now."""
        log_weight = self._log_weight + self._offset
        weight = EXPONENTIAL.take(np.maximum.reduce(log_weight) - log_weight, mode="clip")
        total = np.add.reduce(weight)
        weight *= PROBABILITY_ONE
        weight /= total
        points = np.floor(weight, out=weight) @ self._share.reshape(len(weight), -1)
        points /= PROBABILITY_ONE
        points = np.floor(points, out=points).reshape(-1, POINTS)
        by_level = points @ self._level_sums
        signs = -by_level
        signs[:, LEVELS] = by_level[:, LEVELS]
        return Marginals(points, np.maximum(by_level, 1) * 0.5, signs)
