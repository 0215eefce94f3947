"""Response curves and their maximisation: the M step, Newton steps for all items at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.parameters import ModelParameters

Floats = NDArray[np.float64]

LOWEST_A, HIGHEST_A = 0.2, 4.0
LARGEST_B = 5.0
# How sure an author's level is of the difficulty, and a type of the discrimination, before anybody answered.
B_SD = 1.0
LOG_A_SD = 0.35
_STEPS = 6
_LONGEST_STEP = 0.5


@dataclass(frozen=True, eq=False)
class Curves:
    """Discrimination a and difficulty b by item; the bounds of a right answer's chance are the engine's."""

    a: Floats
    b: Floats
    guess: float
    slip: float

    @classmethod
    def of(cls, a: Floats, b: Floats, parameters: ModelParameters) -> "Curves":
        return cls(a, b, parameters.guess / 1000, parameters.slip / 1000)

    def right(self, points: Floats) -> Floats:
        """[item, point]: the chance of a right answer."""
        return self.guess + (1 - self.guess - self.slip) * self._logistic(points)

    def _logistic(self, points: Floats) -> Floats:
        z = self.a[:, None] * (points[None, :] - self.b[:, None])
        return 1 / (1 + np.exp(-np.clip(z, -20, 20)))

    def slopes(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """[item, point]: the chance, and its derivatives by log a and by b."""
        logistic = self._logistic(points)
        span = 1 - self.guess - self.slip
        by_z = span * logistic * (1 - logistic)
        by_log_a = by_z * self.a[:, None] * (points[None, :] - self.b[:, None])
        return self.guess + span * logistic, by_log_a, -by_z * self.a[:, None]


def maximised(curves: Curves, start: Curves, points: Floats, asked: Floats, right: Floats) -> Curves:
    """The curves that make the expected counts likeliest, with a normal prior around `start`.

    `asked` and `right` are [item, point]: expected numbers of responses and of right ones (Bock and Aitkin
    1981; Mislevy 1986 for the prior). Fisher scoring in (log a, b).
    """
    log_a, b = np.log(curves.a), curves.b.copy()
    for _ in range(_STEPS):
        now = Curves(np.exp(log_a), b, curves.guess, curves.slip)
        p, by_log_a, by_b = now.slopes(points)
        residual = (right - asked * p) / (p * (1 - p))
        weight = asked / (p * (1 - p))
        g_a = (residual * by_log_a).sum(axis=1) - (log_a - np.log(start.a)) / LOG_A_SD**2
        g_b = (residual * by_b).sum(axis=1) - (b - start.b) / B_SD**2
        h_aa = (weight * by_log_a**2).sum(axis=1) + 1 / LOG_A_SD**2
        h_bb = (weight * by_b**2).sum(axis=1) + 1 / B_SD**2
        h_ab = (weight * by_log_a * by_b).sum(axis=1)
        determinant = h_aa * h_bb - h_ab**2
        step_a = (h_bb * g_a - h_ab * g_b) / determinant
        step_b = (h_aa * g_b - h_ab * g_a) / determinant
        log_a = np.clip(
            log_a + np.clip(step_a, -_LONGEST_STEP, _LONGEST_STEP), np.log(LOWEST_A), np.log(HIGHEST_A)
        )
        b = np.clip(b + np.clip(step_b, -_LONGEST_STEP, _LONGEST_STEP), -LARGEST_B, LARGEST_B)
    return Curves(np.exp(log_a), b, curves.guess, curves.slip)
