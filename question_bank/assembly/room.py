"""Seat colours: the bank is dealt into decks so that neighbours in a room have no question in common.

Why the numbers never depend on luck: the decks are dealt once, over *places* (competence, level, family
shape). A session seed only decides which family and which item of the same shape takes which place, and which
deck has which colour in each competence. So what one deal can carry, every deal of this bank can carry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.facts import ItemFacts
from question_bank.assembly.seeds import splitmix64, splitmix64_array
from question_bank.framework import COMPETENCE_CODES

Colours = NDArray[np.int64]


def seat_colour(row: int, column: int, colours: int) -> int:
    """4 colours keep all eight neighbours apart, 2 the four nearest (left, right, front, back), 1 nobody."""
    if colours == 4:
        return 2 * (row % 2) + column % 2
    return (row + column) % 2 if colours == 2 else 0


@dataclass(frozen=True)
class FamilyShape:
    """What makes two families exchangeable in the deal."""

    competence: int
    level: int
    size: int
    accessible: int


@dataclass(frozen=True, eq=False)
class Places:
    """The bank's items sorted into places, and the deck of each place for one number of colours."""

    group: NDArray[np.int64]  # by item: families with the same number are exchangeable
    family: NDArray[np.int64]  # by item
    competence: NDArray[np.int64]  # by item
    hidden: NDArray[np.bool_]  # by item: not accessible, dealt after the accessible ones of its family
    decks: Colours  # by place


def family_shapes(facts: Sequence[ItemFacts]) -> dict[str, FamilyShape]:
    shapes = {}
    for family, members in groupby(sorted(facts, key=lambda f: f.family), key=lambda f: f.family):
        items = list(members)
        level = min(item.level for item in items)
        accessible = sum(item.accessible for item in items)
        shapes[family] = FamilyShape(items[0].competence_index, level, len(items), accessible)
    return shapes


def _shape_key(shape: FamilyShape) -> tuple[int, int, int, int]:
    return (shape.competence, shape.level, -shape.size, -shape.accessible)


class _Dealer:
    """Deals one competence: to the deck with least of this family, of this kind, of this level."""

    def __init__(self, colours: int) -> None:
        self.colours = colours
        self.accessible_families = [0] * colours
        self.families = [0] * colours
        self.levels: dict[int, list[int]] = {}

    def family(self, shape: FamilyShape) -> list[int]:
        level = self.levels.setdefault(shape.level, [0] * self.colours)
        held = [0] * self.colours
        decks = []
        for item in range(shape.size):
            kind = self.accessible_families if item < shape.accessible else self.families
            deck = min(range(self.colours), key=lambda c: (held[c], kind[c], self.families[c], level[c], c))
            if not held[deck]:
                self.families[deck] += 1
                self.accessible_families[deck] += item < shape.accessible
            held[deck] += 1
            level[deck] += 1
            decks.append(deck)
        return decks


def places(facts: Sequence[ItemFacts], colours: int) -> Places:
    """Deal the places of this bank (facts in bank order) into so many decks."""
    shapes = family_shapes(facts)
    names = sorted(shapes, key=lambda name: (_shape_key(shapes[name]), name))
    number = {name: index for index, name in enumerate(names)}
    groups = {shape: index for index, shape in enumerate(dict.fromkeys(shapes[name] for name in names))}
    dealers = [_Dealer(colours) for _ in COMPETENCE_CODES]
    decks = [deck for name in names for deck in dealers[shapes[name].competence].family(shapes[name])]
    return Places(
        group=np.array([groups[shapes[fact.family]] for fact in facts], dtype=np.int64),
        family=np.array([number[fact.family] for fact in facts], dtype=np.int64),
        competence=np.array([fact.competence_index for fact in facts], dtype=np.int64),
        hidden=np.array([not fact.accessible for fact in facts], dtype=np.bool_),
        decks=np.array(decks, dtype=np.int64),
    )


def deal(bank_places: Places, colours: int, session_seed: int) -> Colours:
    """The colour of each item (in bank order) in one session."""
    root = np.uint64(splitmix64(session_seed))
    count = len(bank_places.decks)
    item_keys = splitmix64_array(root ^ np.arange(count, dtype=np.uint64))
    family_keys = splitmix64_array(root ^ (bank_places.family.astype(np.uint64) + np.uint64(1 << 40)))
    # Sorted like the places: exchangeable families together in seeded order, in each the accessible items
    # first.
    order = np.lexsort((item_keys, bank_places.hidden, bank_places.family, family_keys, bank_places.group))
    names = np.array([_seeded_permutation(session_seed, c, colours) for c in range(len(COMPETENCE_CODES))])
    dealt = np.empty(count, dtype=np.int64)
    dealt[order] = names[bank_places.competence[order], bank_places.decks]
    return dealt


def _seeded_permutation(session_seed: int, competence: int, colours: int) -> list[int]:
    base = splitmix64(session_seed ^ (1 << 50) ^ competence)
    return sorted(range(colours), key=lambda colour: (splitmix64(base ^ colour), colour))


def families_by_deck(
    facts: Sequence[ItemFacts], bank_places: Places, colours: int, accessible_only: bool
) -> list[list[int]]:
    """By competence and deck: how many families have an item there that may be asked."""
    dealt = deal(bank_places, colours, 0)
    counts = [[0] * colours for _ in COMPETENCE_CODES]
    seen = {
        (fact.competence_index, int(colour), fact.family)
        for fact, colour in zip(facts, dealt, strict=True)
        if fact.accessible or not accessible_only
    }
    for competence, colour, _ in seen:
        counts[competence][colour] += 1
    return counts
