"""Calibration: marginal maximum likelihood with priors, by the EM algorithm, and what to think of its result.

Method: Bock and Aitkin (1981) with the engine's own distribution of persons, item priors after Mislevy
(1986), standard errors from the cross-products of the responses' scores, drift by the difference to the
parameters before, misfit by predicting each response from the candidate's other ones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.facts import ItemFacts
from question_bank.assembly.parameters import DEFAULT, ModelParameters
from question_bank.calibration.curves import B_SD, LOG_A_SD, Curves, maximised
from question_bank.calibration.persons import Floats, PersonModel, Rows, abilities
from question_bank.calibration.responses import Ints, Responses

AT_ONCE = 20_000  # candidates; some hundred megabytes
MOST_ROUNDS = 200
CLOSE_ENOUGH = 0.0001  # logits: the greatest change of a difficulty in one round
FEWEST_RESPONSES = 200

DRIFT = 0.3  # logits
DRIFT_Z = 3.0
# Residuals of items that follow the model spread less than a standard normal, being fitted: beyond 3 is far.
MISFIT_Z = 3.0
WEAKEST_A = 0.3

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Estimate:
    """One item's new parameters. `infit` is 1 where responses are as noisy as the model says."""

    item: str
    responses: int
    a: float
    b: float
    a_error: float
    b_error: float
    before_a: float
    before_b: float
    anchor: bool
    infit: float
    infit_z: float
    free_b: float  # of an anchor: the difficulty that its responses would give it

    @property
    def enough(self) -> bool:
        return self.responses >= FEWEST_RESPONSES

    @property
    def drifts(self) -> bool:
        """The item is easier or harder now than its fixed difficulty: leaked, or overtaken by the world."""
        moved = self.free_b - self.before_b
        return self.anchor and self.enough and abs(moved) > DRIFT and abs(moved) > DRIFT_Z * self.b_error

    @property
    def misfits(self) -> bool:
        """Who answers it right is not who should: an ambiguous text, a wrong key, something else is asked."""
        return self.enough and not self.anchor and (abs(self.infit_z) > MISFIT_Z or self.a < WEAKEST_A)


@dataclass(frozen=True)
class Calibration:
    estimates: tuple[Estimate, ...]
    rounds: int
    converged: bool
    candidates: int
    responses: int


@dataclass(frozen=True, eq=False)
class _Counts:
    asked: Floats
    right: Floats


class _Part:
    """Some of the candidates, with what stays the same in every round."""

    def __init__(self, responses: Responses, competence: Ints) -> None:
        self.responses = responses
        self.rows = Rows.of(responses, competence)
        self._by_item = np.argsort(responses.item, kind="stable")
        self._items, self._item_starts = np.unique(responses.item[self._by_item], return_index=True)

    def posterior(self, model: PersonModel, logs: NDArray[np.float64]) -> Floats:
        """[row, point], given ln of the chances [right, item, point]."""
        each = logs[self.responses.right, self.responses.item][self.rows.order]
        return abilities(
            model, np.add.reduceat(each, self.rows.starts, axis=0), self.rows, self.responses.declared
        )

    def count(self, posterior: Floats, counts: _Counts) -> None:
        """Adds the expected numbers of responses by item and point."""
        each = posterior[self.rows.row_of[self._by_item]]
        right = each * self.responses.right[self._by_item][:, None]
        counts.asked[self._items] += np.add.reduceat(each, self._item_starts, axis=0)
        counts.right[self._items] += np.add.reduceat(right, self._item_starts, axis=0)


def calibrate(
    facts: Sequence[ItemFacts],
    responses: Responses,
    anchors: frozenset[str] = frozenset(),
    parameters: ModelParameters = DEFAULT,
    progress: Progress = lambda rounds, moved: None,
) -> Calibration:
    """New parameters for every item; `anchors` keep theirs and hold the scale.

    Without anchors the scale is held by the distribution of persons. An item without responses keeps what it
    had. `responses.item` counts in the order of `facts`.
    """
    model = PersonModel(parameters)
    competence = np.array([fact.competence_index for fact in facts], dtype=np.int64)
    start = Curves.of(np.array([f.a for f in facts]), np.array([f.b for f in facts]), parameters)
    fixed = np.array([fact.id in anchors for fact in facts])
    parts = [_Part(part, competence) for part in responses.parts(AT_ONCE)]
    curves, rounds, moved = start, 0, np.inf
    while rounds < MOST_ROUNDS and moved > CLOSE_ENOUGH:
        free = _next(curves, start, model, parts)
        after = Curves(
            np.where(fixed, start.a, free.a), np.where(fixed, start.b, free.b), free.guess, free.slip
        )
        moved = float(np.abs(after.b - curves.b).max(initial=0.0))
        curves, rounds = after, rounds + 1
        progress(rounds, moved)
    estimates = tuple(_estimates(facts, responses, fixed, curves, start, model, parts))
    return Calibration(estimates, rounds, moved <= CLOSE_ENOUGH, responses.candidates, len(responses.item))


def _estimates(
    facts: Sequence[ItemFacts],
    responses: Responses,
    fixed: NDArray[np.bool_],
    curves: Curves,
    start: Curves,
    model: PersonModel,
    parts: Sequence[_Part],
) -> Iterator[Estimate]:
    free = _next(curves, start, model, parts)
    errors, infit, infit_z = _quality(curves, model, parts)
    counts = responses.counts(len(facts))
    for n, fact in enumerate(facts):
        yield Estimate(
            item=fact.id,
            responses=int(counts[n]),
            a=float(curves.a[n]),
            b=float(curves.b[n]),
            a_error=float(errors[n, 0]),
            b_error=float(errors[n, 1]),
            before_a=fact.a,
            before_b=fact.b,
            anchor=bool(fixed[n]),
            infit=float(infit[n]),
            infit_z=float(infit_z[n]),
            free_b=float(free.b[n]),
        )


def _logs(curves: Curves, model: PersonModel) -> Floats:
    right = curves.right(model.points)
    return np.log(np.stack([1 - right, right]))


def _next(curves: Curves, start: Curves, model: PersonModel, parts: Sequence[_Part]) -> Curves:
    """One round: what the responses say of the persons, then of the items."""
    shape = (len(curves.a), len(model.points))
    counts = _Counts(np.zeros(shape), np.zeros(shape))
    logs = _logs(curves, model)
    for part in parts:
        part.count(part.posterior(model, logs), counts)
    found = maximised(curves, start, model.points, counts.asked, counts.right)
    met = counts.asked.sum(axis=1) > 0
    return Curves(np.where(met, found.a, curves.a), np.where(met, found.b, curves.b), found.guess, found.slip)


def _quality(curves: Curves, model: PersonModel, parts: Sequence[_Part]) -> tuple[Floats, Floats, Floats]:
    """Standard errors [item, (a, b)], infit and its z.

    The score of a response is the expectation of its derivative under the posterior; the sum of the scores'
    outer products estimates the information. The fit predicts each response from the candidate's others: the
    posterior divided by the response's own likelihood.
    """
    count = len(curves.a)
    information = np.zeros((count, 3))
    squared, expected, spread = np.zeros(count), np.zeros(count), np.zeros(count)
    logs = _logs(curves, model)
    p, by_log_a, by_b = curves.slopes(model.points)
    for part in parts:
        posterior = part.posterior(model, logs)[part.rows.row_of]
        item, right = part.responses.item, part.responses.right
        chance = p[item]
        factor = posterior * (right[:, None] - chance) / (chance * (1 - chance))
        s_a, s_b = (factor * by_log_a[item]).sum(axis=1), (factor * by_b[item]).sum(axis=1)
        for place, product in enumerate((s_a * s_a, s_b * s_b, s_a * s_b)):
            information[:, place] += np.bincount(item, product, count)
        others = posterior / np.where(right[:, None] == 1, chance, 1 - chance)
        predicted = (others * chance).sum(axis=1) / others.sum(axis=1)
        noise = predicted * (1 - predicted)
        squared += np.bincount(item, (right - predicted) ** 2, count)
        expected += np.bincount(item, noise, count)
        spread += np.bincount(item, noise * (1 - 2 * predicted) ** 2, count)
    h_aa, h_bb, h_ab = information[:, 0] + 1 / LOG_A_SD**2, information[:, 1] + 1 / B_SD**2, information[:, 2]
    determinant = h_aa * h_bb - h_ab**2
    errors = np.stack([curves.a * np.sqrt(h_bb / determinant), np.sqrt(h_aa / determinant)], axis=1)
    infit = np.divide(squared, expected, out=np.ones(count), where=expected > 0)
    z = np.divide(squared - expected, np.sqrt(spread), out=np.zeros(count), where=spread > 0)
    return errors, infit, z
