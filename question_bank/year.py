"""A simulated year: many candidates sit tests from a bank, room by room; how often each item is met."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly import (
    Assembly,
    AssemblySpec,
    PublishedBank,
    deal_colours,
    exposure_bans,
    next_together,
    seat_colour,
)
from question_bank.assembly.parameters import ModelParameters
from question_bank.framework import COMPETENCE_CODES
from question_bank.profile import MINIMUM_CERTIFIABLE_COMPETENCES, Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROWS, COLUMNS = 4, 6
ROOM = ROWS * COLUMNS
FEWEST_PRACTISED = 7  # of sixteen competences; somebody who practised fewer is rare in a last year
ADAPTED_SHARE = 0.03  # who needs accessible items only
INFLATED_SHARE = 0.15
CAP = 0.05

Progress = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class People:
    """Candidates of one room: abilities and profiles as the engine expects them, and some inflated."""

    ability: Floats  # [candidate, competence]
    declared: Ints
    adapted: NDArray[np.bool_]

    @classmethod
    def drawn(cls, count: int, parameters: ModelParameters, chance: np.random.Generator) -> "People":
        width = len(COMPETENCE_CODES)
        general = chance.normal(parameters.mean, parameters.general_sd, count) / 1000
        ability = general[:, None] + chance.normal(0, parameters.specific_sd / 1000, (count, width))
        seen = ability + chance.normal(0, parameters.practice_sd / 1000, ability.shape)
        cuts = np.array(parameters.cut_points) / 1000
        declared = (seen[:, :, None] >= cuts).sum(axis=2)
        shift = chance.choice(len(parameters.shifts), declared.shape, p=np.array(parameters.shifts) / 1000)
        shift[chance.random(count) >= INFLATED_SHARE] = 0
        declared = np.minimum(declared + shift, len(cuts))
        practised = chance.integers(FEWEST_PRACTISED, width + 1, count)
        rank = chance.random(declared.shape).argsort(axis=1).argsort(axis=1)
        declared[rank >= practised[:, None]] = 0
        for row in declared:  # nobody is registered with too few competences
            missing = MINIMUM_CERTIFIABLE_COMPETENCES - int((row > 0).sum())
            if missing > 0:
                row[np.flatnonzero(row == 0)[:missing]] = 1
        return cls(ability, declared, chance.random(count) < ADAPTED_SHARE)


@dataclass
class Year:
    """What a year of tests came to. Shares are of the tests, overlaps of the items of a test."""

    bank: PublishedBank
    tests: int = 0
    items_asked: int = 0
    met: Counter[str] = field(default_factory=Counter)
    met_in_adapted: Counter[str] = field(default_factory=Counter)
    adapted: int = 0
    room_pairs: int = 0
    room_shared: int = 0
    neighbour_pairs: int = 0
    neighbour_shared: int = 0

    @property
    def length(self) -> float:
        return self.items_asked / self.tests

    @property
    def exposure(self) -> list[tuple[str, float]]:
        """Every item with the share of the tests that it was in, most often met first."""
        shares = [(fact.id, self.met[fact.id] / self.tests) for fact in self.bank.facts]
        return sorted(shares, key=lambda one: (-one[1], one[0]))

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(fact.id for fact in self.bank.facts if not self.met[fact.id])

    @property
    def overlap(self) -> float:
        """The share of their items that two tests of the year have in common, on average."""
        pairs = sum(count * (count - 1) for count in self.met.values())
        return pairs / (self.tests * (self.tests - 1)) / self.length

    @property
    def room_overlap(self) -> float:
        return self.room_shared / max(self.room_pairs, 1) / self.length

    @property
    def neighbour_overlap(self) -> float:
        return self.neighbour_shared / max(self.neighbour_pairs, 1) / self.length


def simulate_year(
    bank: PublishedBank, tests: int, seed: int = 2026, progress: Progress = lambda done: None
) -> Year:
    """Rooms of 24, one after the other; items that were met too often rest, as in a real session."""
    year = Year(bank)
    chance = np.random.default_rng(seed)
    while year.tests < tests:
        count = min(ROOM, tests - year.tests)
        people = People.drawn(count, bank.parameters, chance)
        specs = list(_specs(bank, people, year, int(chance.integers(1 << 62))))
        _note(year, specs, _sit(bank, specs, people, chance))
        progress(year.tests)
    return year


def _specs(bank: PublishedBank, people: People, year: Year, session_seed: int) -> Iterator[AssemblySpec]:
    colours = bank.colours
    dealt = deal_colours(bank, session_seed, colours).tolist() if colours > 1 else None
    banned = exposure_bans(year.met, year.tests, bank.facts, CAP, dealt)
    for seat, (levels, adapted) in enumerate(zip(people.declared.tolist(), people.adapted, strict=True)):
        yield AssemblySpec(
            profile=Profile(tuple(levels), (0,) * len(levels)),
            seed=session_seed + seat,
            colour=seat_colour(seat // COLUMNS, seat % COLUMNS, colours),
            colours=colours,
            session_seed=session_seed,
            accessible_only=bool(adapted),
            time_factor=Fraction(4, 3) if adapted else Fraction(1),
            banned=banned,
            answered_before=frozenset(),
        )


def _sit(
    bank: PublishedBank, specs: Sequence[AssemblySpec], people: People, chance: np.random.Generator
) -> list[list[str]]:
    """The items of each test: everybody answers by the items' own curves, in the expected time."""
    tests = [Assembly(bank, spec) for spec in specs]
    met: list[list[str]] = [[] for _ in tests]
    going = list(range(len(tests)))
    while going:
        choices = next_together([tests[place] for place in going])
        still = []
        for place, choice in zip(going, choices, strict=True):
            if choice is None:
                continue
            fact = bank.facts[bank.index[choice.item_id]]
            z = fact.a * (people.ability[place, fact.competence_index] - fact.b)
            tests[place].record(
                choice.item_id, bool(chance.random() < 1 / (1 + np.exp(-z))), fact.expected_seconds
            )
            met[place].append(choice.item_id)
            still.append(place)
        going = still
    return met


def _note(year: Year, specs: Sequence[AssemblySpec], met: Sequence[Sequence[str]]) -> None:
    sets = [frozenset(items) for items in met]
    for spec, items in zip(specs, met, strict=True):
        year.met.update(items)
        if spec.accessible_only:
            year.met_in_adapted.update(items)
            year.adapted += 1
    year.tests += len(met)
    year.items_asked += sum(len(items) for items in met)
    for one, other in combinations(range(len(sets)), 2):
        shared = len(sets[one] & sets[other])
        year.room_pairs += 1
        year.room_shared += shared
        if _are_neighbours(one, other):
            year.neighbour_pairs += 1
            year.neighbour_shared += shared


def _are_neighbours(one: int, other: int) -> bool:
    """Whether two seats touch, corners included."""
    rows, columns = abs(one // COLUMNS - other // COLUMNS), abs(one % COLUMNS - other % COLUMNS)
    return max(rows, columns) == 1
