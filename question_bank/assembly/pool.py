"""The part of a bank that a group of candidates may be asked: one colour of one session, less what rests."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.blueprint import families_needed
from question_bank.assembly.publication import PublishedBank, deal_colours
from question_bank.assembly.seeds import splitmix64
from question_bank.assembly.spec import AssemblySpec
from question_bank.assembly.tables import Floats, Ints

_COLOUR_SALT = 0xC0105


class Shelf(NamedTuple):
    """The items of one competence in a pool, in bank order."""

    items: NDArray[np.int64]
    right: Floats
    seconds: Ints
    family: Ints
    families: int


class PoolKey(NamedTuple):
    """What all candidates of one pool share."""

    session_seed: int
    colour: int
    colours: int
    accessible_only: bool
    banned: frozenset[str]
    length: int


class Pool:
    """Shelves are cut from the bank's tables when first needed, then shared by the pool's candidates."""

    def __init__(self, bank: PublishedBank, key: PoolKey) -> None:
        self.bank = bank
        self._needed = families_needed(key.length)
        self._banned = np.zeros(len(bank.facts), dtype=np.bool_)
        self._banned[[bank.index[item] for item in key.banned if item in bank.index]] = True
        self._open = bank.tables.accessible.astype(np.bool_) | (not key.accessible_only)
        if key.colours > 1:
            self._open &= deal_colours(bank, key.session_seed, key.colours) == key.colour
        self._shelves: dict[int, Shelf] = {}

    def shelf(self, competence: int) -> Shelf:
        known = self._shelves.get(competence)
        if known is None:
            known = self._shelves[competence] = self._cut(competence)
        return known

    def _cut(self, competence: int) -> Shelf:
        tables = self.bank.tables
        items = np.flatnonzero(self._open & (tables.competence == competence))
        rested = items[~self._banned[items]]
        whole = len(np.unique(tables.family[items]))
        left = len(np.unique(tables.family[rested]))
        if left >= min(whole, self._needed):  # a ban never costs a candidate a complete test
            items, whole = rested, left
        return Shelf(items, tables.right[items], tables.seconds[items], tables.family[items], whole)


@lru_cache(maxsize=64)
def shared_pool(bank: PublishedBank, key: PoolKey) -> Pool:
    return Pool(bank, key)


def pool_of(bank: PublishedBank, spec: AssemblySpec) -> Pool:
    """The pool of this candidate; without a seat, the seed decides the colour.

    Where accessible items are too few for the room's colours, their candidates share bigger decks: a complete
    test comes before the distance from the neighbours.
    """
    colours = min(spec.colours, bank.accessible_colours) if spec.accessible_only else spec.colours
    colour = splitmix64(spec.seed ^ _COLOUR_SALT) if spec.colour is None else spec.colour
    session_seed = spec.session_seed if colours > 1 else 0
    key = PoolKey(session_seed, colour % colours, colours, spec.accessible_only, spec.banned, spec.length)
    return shared_pool(bank, key)
