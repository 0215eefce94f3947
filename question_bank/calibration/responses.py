"""Responses of many candidates, as columns of numbers in the order of candidate and competence."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from question_bank.framework import COMPETENCE_CODES

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Responses:
    """`item`, `right` and `candidate` are one entry a response; `declared` one row a candidate, one column a
    competence, 0 where the profile claims nothing (such a competence is never asked)."""

    item: Ints
    right: Ints
    candidate: Ints
    declared: Ints

    def __post_init__(self) -> None:
        if not len(self.item) == len(self.right) == len(self.candidate):
            raise ValueError("one item, one mark and one candidate a response")
        if self.declared.ndim != 2 or self.declared.shape[1] != len(COMPETENCE_CODES):
            raise ValueError("a profile has one level a competence")

    @cached_property
    def candidates(self) -> int:
        return len(self.declared)

    def counts(self, items: int) -> Ints:
        """Responses by item."""
        return np.bincount(self.item, minlength=items).astype(np.int64)

    def parts(self, candidates: int) -> "Sequence[Responses]":
        """The same responses in parts of so many candidates: what is computed at once must fit in memory."""
        order = np.argsort(self.candidate, kind="stable")
        firsts = np.arange(0, self.candidates + candidates, candidates)
        bounds = np.searchsorted(self.candidate[order], firsts)
        parts = []
        for place, (low, high) in enumerate(pairwise(bounds)):
            first = place * candidates
            here = order[low:high]
            parts.append(
                Responses(
                    self.item[here],
                    self.right[here],
                    self.candidate[here] - first,
                    self.declared[first : first + candidates],
                )
            )
        return [part for part in parts if len(part.item)]
