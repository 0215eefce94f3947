"""The few facts about an item that the engine needs, apart from what is asked and how it is marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL, competence_index
from question_bank.items import Bank, ItemVersion


class BadFacts(ValueError):
    """An item's facts lie outside what the engine's integer tables carry."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    id: str
    competence_index: int
    level: int
    family: str
    a: float
    b: float
    expected_seconds: int
    accessible: bool

    def check(self) -> None:
        if not 0 <= self.competence_index < len(COMPETENCE_CODES):
            raise BadFacts(f"{self.id}: no competence has the index {self.competence_index}")
        if not 1 <= self.level <= MAX_LEVEL:
            raise BadFacts(f"{self.id}: the level is 1 to {MAX_LEVEL}")
        if not (math.isfinite(self.a) and 0.1 <= self.a <= 8):
            raise BadFacts(f"{self.id}: a lies between 0.1 and 8")
        if not (math.isfinite(self.b) and -12 <= self.b <= 12):
            raise BadFacts(f"{self.id}: b lies between -12 and 12")
        if not 1 <= self.expected_seconds <= 3600:
            raise BadFacts(f"{self.id}: an item takes between a second and an hour")


def in_order(facts: Sequence[ItemFacts]) -> tuple[ItemFacts, ...]:
    """The order that all tables use: by id. Each id once, each item within the tables' range."""
    ordered = tuple(sorted(facts, key=lambda fact: fact.id))
    for fact in ordered:
        fact.check()
    for one, other in pairwise(ordered):
        if one.id == other.id:
            raise BadFacts(f"{one.id}: two items have this id")
    home: dict[str, int] = {}
    for fact in ordered:
        if home.setdefault(fact.family, fact.competence_index) != fact.competence_index:
            raise BadFacts(f"{fact.id}: the family {fact.family} lies in another competence too")
    return ordered


def facts_of(bank: Bank) -> tuple[ItemFacts, ...]:
    """The engine's view of a bank: what is drafted, in review or retired never reaches a new test."""
    return facts_of_items(bank.approved)


def facts_of_items(items: Sequence[ItemVersion]) -> tuple[ItemFacts, ...]:
    """The facts of these items, in the order of their ids."""
    return in_order(
        [
            ItemFacts(
                id=item.id,
                competence_index=competence_index(item.competence),
                level=item.level,
                family=item.family,
                a=item.parameters.a,
                b=item.parameters.b,
                expected_seconds=item.expected_seconds,
                accessible=item.accessibility.accessible,
            )
            for item in items
        ]
    )
