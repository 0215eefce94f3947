"""Segall's multidimensional D-optimal adaptive test, with a population prior or one from the profile.

Written from the 1996 description: Gaussian prior, Laplace approximation at the posterior mode, next item by
the largest growth of the information's determinant: for one competence, 1 + a^2 p q times its variance.
"""

import numpy as np

from scripts.bench.simulation.classic import Asking, mean_over
from scripts.bench.simulation.outcome import Outcome
from scripts.bench.simulation.world import (
    COMPETENCES,
    CUT_POINTS,
    MIDDLES,
    Floats,
    Ints,
    Scenario,
    World,
    level_of,
)

PRACTICE = 0.55


def _prior(world: World, from_profile: bool) -> tuple[Floats, Floats]:
    """Mean and precision by candidate."""
    base = Scenario()
    general = (base.across + 0.05) * base.sd**2
    covariance = general + np.eye(COMPETENCES) * (base.sd**2 - general)
    count = len(world.theta)
    precision = np.repeat(np.linalg.inv(covariance)[None], count, axis=0)
    pull = precision @ np.full(COMPETENCES, base.mean)
    if from_profile:
        width = float(np.diff(CUT_POINTS).mean())
        noise = PRACTICE**2 + width**2 / 12
        weight = world.claimed / noise
        precision = precision + np.eye(COMPETENCES) * weight[:, :, None]
        pull = pull + weight * MIDDLES[world.declared]
    return np.linalg.solve(precision, pull[:, :, None])[:, :, 0], precision


class Laplace:
    """The Gaussian approximation of every candidate's posterior."""

    def __init__(self, world: World, mean: Floats, precision: Floats, length: int) -> None:
        self.world, self.mean, self.precision = world, mean, precision
        self.theta = mean.copy()
        self.covariance = np.linalg.inv(precision)
        self.asking = Asking(world, length)

    def pick(self) -> Ints:
        items, world = self.world.items, self.world
        best = []
        for first in range(0, len(self.theta), 250):
            part = slice(first, first + 250)
            ability = self.theta[part][:, items.competence]
            p = 1 / (1 + np.exp(-items.a_known * (ability - items.b_known)))
            variance = np.diagonal(self.covariance[part], axis1=1, axis2=2)[:, items.competence]
            gain = items.a_known**2 * p * (1 - p) * variance * self.asking.free[part][:, items.family]
            best.append((gain * world.claimed[part][:, items.competence]).argmax(axis=1))
        return np.concatenate(best)

    def update(self, position: int) -> None:
        """Newton's steps to the posterior mode, then the curvature there."""
        items = self.world.items
        asked, right = self.asking.asked[:, : position + 1], self.asking.right[:, : position + 1]
        a, b, place = items.a_known[asked], items.b_known[asked], items.competence[asked]
        rows = np.arange(len(asked))[:, None]
        for _ in range(3):
            p = 1 / (1 + np.exp(-a * (self.theta[rows, place] - b)))
            slope = np.zeros_like(self.theta)
            curve = np.zeros_like(self.theta)
            np.add.at(slope, (rows, place), a * (right - p))
            np.add.at(curve, (rows, place), a**2 * p * (1 - p))
            slope -= np.einsum("nij,nj->ni", self.precision, self.theta - self.mean)
            hessian = self.precision + np.eye(COMPETENCES) * curve[:, :, None]
            self.theta = self.theta + np.clip(np.linalg.solve(hessian, slope[:, :, None])[:, :, 0], -1, 1)
        self.covariance = np.linalg.inv(hessian)


def _misfit(world: World, laplace: Laplace) -> Floats:
    """Guo and Drasgow's Z: how far the right answers fall short of what the declared levels promise."""
    items, asked = world.items, laplace.asking.asked
    rows = np.arange(len(asked))[:, None]
    promised = MIDDLES[world.declared][rows, items.competence[asked]]
    p = 1 / (1 + np.exp(-items.a_known[asked] * (promised - items.b_known[asked])))
    short = (p - laplace.asking.right).sum(axis=1)
    return np.asarray(short / np.sqrt((p * (1 - p)).sum(axis=1)))


def d_optimal(world: World, from_profile: bool, length: int = 32) -> Outcome:
    mean, precision = _prior(world, from_profile)
    laplace = Laplace(world, mean, precision, length)
    for position in range(length):
        laplace.asking.ask(position, laplace.pick())
        laplace.update(position)
    gap = MIDDLES[world.declared] - laplace.theta
    return Outcome(
        name=f"D-optimal, {'profile' if from_profile else 'population'} prior",
        levels=level_of(laplace.theta),
        ability=mean_over(laplace.theta, world),
        suspicion=_misfit(world, laplace) if from_profile else mean_over(gap, world),
        suspicion_by_competence=gap,
        asked=laplace.asking.asked,
    )
