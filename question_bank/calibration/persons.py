"""What the responses say of the candidates: the E step, by the engine's own model of a person.

A candidate has a general level u and a class (sincere or inflated); given these 26 states the competences
are independent, and each has 45 points of ability (docs/engine.md, section 1). So the posterior of every
competence is exact: a product of small tables. The choice of items by the engine needs no correction: it
looked only at the profile and at responses that are all in the likelihood (missing at random, Mislevy and Wu
1996).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.parameters import ModelParameters
from question_bank.assembly.tables import GENERAL_POINTS, LEVELS, LOG_UNIT, person_tables
from question_bank.calibration.responses import Ints, Responses

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PersonModel:
    """The engine's tables of a person, as floating numbers."""

    parameters: ModelParameters

    @cached_property
    def points(self) -> Floats:
        """The grid of abilities, in logits."""
        return person_tables(self.parameters).points / 1000

    @cached_property
    def _mass(self) -> Floats:
        """[declared level, state, point]: p(declared, point | state)."""
        mass: Floats = np.exp(person_tables(self.parameters).joint / LOG_UNIT)
        return mass

    @cached_property
    def share(self) -> Floats:
        """[declared level, state, point]: p(point | declared, state)."""
        share: Floats = self._mass / self._mass.sum(axis=2, keepdims=True)
        return share

    def log_weights(self, declared: Ints) -> Floats:
        """[candidate, state]: ln of the chance of the state and the profile together.

        The engine gives each class the same share whatever the profile, so that a high profile alone accuses
        nobody. Here that would count too many of those profiles as earned: every item would seem too hard.
        """
        tables = person_tables(self.parameters)
        inflated = self.parameters.inflated / 1000
        classes = np.repeat(np.log([1 - inflated, inflated]), GENERAL_POINTS)
        log_mass = np.log(self._mass.sum(axis=2))
        claimed = np.where((declared > 0)[:, :, None], log_mass[declared], 0.0).sum(axis=1)
        weights: Floats = tables.general / LOG_UNIT + classes + claimed
        return weights


@dataclass(frozen=True, eq=False)
class Rows:
    """One row a candidate and competence with a response; `row_of` gives the row of each response."""

    candidate: Ints
    declared: Ints
    row_of: Ints
    order: Ints  # responses sorted by row
    starts: Ints  # where each row begins in that order

    @classmethod
    def of(cls, responses: Responses, competence: Ints) -> "Rows":
        width = responses.declared.shape[1]
        keys = responses.candidate * width + competence[responses.item]
        rows, row_of = np.unique(keys, return_inverse=True)
        order = np.argsort(row_of, kind="stable")
        candidate, place = rows // width, rows % width
        starts = np.searchsorted(row_of[order], np.arange(len(rows)))
        return cls(candidate, responses.declared[candidate, place], row_of, order, starts)


def abilities(model: PersonModel, log_likelihood: Floats, rows: Rows, declared: Ints) -> Floats:
    """[row, point]: the posterior of each row's ability, given the log-likelihoods of the rows by point."""
    top = log_likelihood.max(axis=1, keepdims=True)
    likelihood = np.exp(log_likelihood - top)
    evidence = np.empty((len(rows.candidate), model.share.shape[1]))
    groups = [np.flatnonzero(rows.declared == level) for level in range(LEVELS)]
    for level, here in enumerate(groups):
        evidence[here] = likelihood[here] @ model.share[level].T
    log_evidence = np.log(evidence)
    weights = model.log_weights(declared)
    np.add.at(weights, rows.candidate, log_evidence)
    weights -= weights.max(axis=1, keepdims=True)
    others = np.exp(weights[rows.candidate] - log_evidence)  # what the other competences say of the states
    posterior: Floats = np.empty_like(likelihood)
    for level, here in enumerate(groups):
        posterior[here] = others[here] @ model.share[level]
    posterior *= likelihood
    posterior /= posterior.sum(axis=1, keepdims=True)
    return posterior
