"""Publishing a bank for the engine: integer tables, the colours that it can carry, one digest over all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from question_bank.assembly.blueprint import families_needed, quota, weakest_profile
from question_bank.assembly.facts import ItemFacts, in_order
from question_bank.assembly.parameters import DEFAULT, TEST_LENGTH, ModelParameters
from question_bank.assembly.room import Colours, Places, deal, families_by_deck, places
from question_bank.assembly.spec import canonical
from question_bank.assembly.tables import (
    ENTROPY,
    EXP_LAST,
    EXPONENTIAL,
    EXPONENTS,
    LEVELS,
    LOGIT_LIMIT,
    MANTISSA,
    POINTS,
    POINTS_PER_LEVEL,
    PROBABILITY_ONE,
    SECONDS,
    STATES,
    Floats,
    Ints,
    PersonTables,
    logarithm,
    logistic_tables,
    person_tables,
)

SEAT_COLOURS = (4, 2, 1)
VIRTUAL_EASIER = 300  # a typical item of a level lies this far (thousandths of a logit) below its middle


class Shortage(NamedTuple):
    """One competence of one deck that is too poor: the families that it has and should have."""

    competence: int
    deck: int
    accessible_only: bool
    have: int
    need: int


class BankCannotCarry(ValueError):
    """Even with one colour, some certifiable profile could not get a complete test."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        poorest = min(self.shortages, key=lambda shortage: shortage.have)
        super().__init__(
            f"{len(self.shortages)} are too poor; competence {poorest.competence} has "
            f"{poorest.have} families of {poorest.need}{' accessible' if poorest.accessible_only else ''}"
        )


@dataclass(frozen=True)
class Feasibility:
    """What a number of colours would need and find: it carries every profile when no shortage is left."""

    colours: int
    accessible_only: bool
    shortages: tuple[Shortage, ...]
    smallest_profile: int | None  # the smallest number of competences for which some profile cannot be served

    @property
    def carries(self) -> bool:
        return self.smallest_profile is None


class ItemTables(NamedTuple):
    """By item, in bank order."""

    right: Floats  # [item, point]: chance of a right answer
    log_right: Ints
    log_wrong: Ints
    seconds: Ints
    competence: Ints
    family: Ints
    accessible: Ints


class PriorTables(NamedTuple):
    """What is known of a competence before its first response, by declared level."""

    share: Floats  # [declared level, class x general, point]
    log_mass: Ints  # [declared level, class x general]


class SelectionTables(NamedTuple):
    """Constant matrices of the selection, so that one product sums by level."""

    by_level: Floats  # [point, level + total]
    virtual: Floats  # [point, (level + total) x virtual item]


@dataclass(frozen=True, eq=False)
class PublishedBank:
    """One version of the bank, ready to assemble tests from. Immutable; compare two by their digest."""

    version: str
    facts: tuple[ItemFacts, ...]
    parameters: ModelParameters
    tables: ItemTables
    person: PersonTables
    prior: PriorTables
    selection: SelectionTables
    places: Places
    colours: int
    accessible_colours: int  # tests of accessible items only may have to be dealt into fewer decks
    feasibility: tuple[Feasibility, ...]
    digest: str
    index: dict[str, int]


def item_tables(facts: Sequence[ItemFacts], parameters: ModelParameters, points: Ints) -> ItemTables:
    """Look every item up on the grid, by a (theta - b) in whole thousandths."""
    a = np.array([round(1000 * fact.a) for fact in facts], dtype=np.int64)
    b = np.array([round(1000 * fact.b) for fact in facts], dtype=np.int64)
    logit = (a[:, None] * (points[None, :] - b[:, None]) + 500) // 1000
    z = np.clip(logit, -LOGIT_LIMIT, LOGIT_LIMIT)
    logistic = logistic_tables(parameters.slip, parameters.guess)
    families = {name: number for number, name in enumerate(sorted({fact.family for fact in facts}))}
    return ItemTables(
        right=logistic.right[z + LOGIT_LIMIT],
        log_right=logistic.log_right[z + LOGIT_LIMIT],
        log_wrong=logistic.log_wrong[z + LOGIT_LIMIT],
        seconds=np.array([fact.expected_seconds for fact in facts], dtype=np.int64),
        competence=np.array([fact.competence_index for fact in facts], dtype=np.int64),
        family=np.array([families[fact.family] for fact in facts], dtype=np.int64),
        accessible=np.array([fact.accessible for fact in facts], dtype=np.int64),
    )


def prior_tables(person: PersonTables) -> PriorTables:
    top = person.joint.max(axis=2)
    mass = EXPONENTIAL[np.minimum(top[:, :, None] - person.joint, EXP_LAST)]
    total = mass.sum(axis=2)
    return PriorTables(np.floor(mass * PROBABILITY_ONE / total[:, :, None]), top + logarithm(total))


def selection_tables(
    facts: Sequence[ItemFacts], parameters: ModelParameters, points: Ints
) -> SelectionTables:
    by_level = np.zeros((POINTS, LEVELS + 1))
    by_level[np.arange(POINTS), np.arange(POINTS) // POINTS_PER_LEVEL] = 1
    by_level[:, LEVELS] = 1
    middles = points[POINTS_PER_LEVEL // 2 :: POINTS_PER_LEVEL]
    steepness = sorted(round(1000 * fact.a) for fact in facts)[3 * len(facts) // 4]
    z = np.clip(
        (steepness * (points[:, None] - middles[None, :] + VIRTUAL_EASIER) + 500) // 1000,
        -LOGIT_LIMIT,
        LOGIT_LIMIT,
    )
    right = logistic_tables(parameters.slip, parameters.guess).right[z + LOGIT_LIMIT]
    return SelectionTables(by_level, (by_level[:, :, None] * right[:, None, :]).reshape(POINTS, -1))


def judge(
    facts: Sequence[ItemFacts],
    bank_places: Places,
    colours: int,
    accessible_only: bool,
    length: int = TEST_LENGTH,
) -> Feasibility:
    """Count what the poorest deck of each competence has."""
    need = families_needed(length)
    counts = families_by_deck(facts, bank_places, colours, accessible_only)
    poorest = [min(range(colours), key=row.__getitem__) for row in counts]
    have = [row[deck] for row, deck in zip(counts, poorest, strict=True)]
    shortages = [
        Shortage(competence, poorest[competence], accessible_only, count, need)
        for competence, count in enumerate(have)
        if count < need
    ]
    return Feasibility(colours, accessible_only, tuple(shortages), weakest_profile(have, length))


def carried(feasibility: Sequence[Feasibility], accessible_only: bool) -> int:
    """The most colours that serve every profile, or BankCannotCarry."""
    judged = [one for one in feasibility if one.accessible_only == accessible_only]
    for one in judged:
        if one.carries:
            return one.colours
    raise BankCannotCarry(judged[-1].shortages)


def publish(facts: Sequence[ItemFacts], version: str, params: ModelParameters = DEFAULT) -> PublishedBank:
    """Tables and colours of a bank, or BankCannotCarry with every competence that is too poor."""
    ordered = in_order(facts)
    dealt = {colours: places(ordered, colours) for colours in SEAT_COLOURS}
    feasibility = tuple(
        judge(ordered, dealt[colours], colours, accessible_only)
        for accessible_only in (False, True)
        for colours in SEAT_COLOURS
    )
    colours = carried(feasibility, accessible_only=False)
    accessible_colours = min(colours, carried(feasibility, accessible_only=True))
    person = person_tables(params)
    tables = item_tables(ordered, params, person.points)
    prior = prior_tables(person)
    selection = selection_tables(ordered, params, person.points)
    return PublishedBank(
        version=version,
        facts=ordered,
        parameters=params,
        tables=tables,
        person=person,
        prior=prior,
        selection=selection,
        places=dealt[colours],
        colours=colours,
        accessible_colours=accessible_colours,
        feasibility=feasibility,
        digest=_digest(
            version, ordered, params, (*tables, *person, *prior, *selection, dealt[colours].decks)
        ),
        index={fact.id: place for place, fact in enumerate(ordered)},
    )


def _digest(
    version: str, facts: Sequence[ItemFacts], params: ModelParameters, arrays: Sequence[Floats | Ints]
) -> str:
    head = {
        "version": version,
        "parameters": params.to_json(),
        "items": [fact.id for fact in facts],
        "states": STATES,
    }
    total = hashlib.sha256(canonical(head))
    for array in (EXPONENTIAL, MANTISSA, EXPONENTS, ENTROPY, SECONDS, *arrays):
        total.update(
            np.ascontiguousarray(array, dtype="<i8").tobytes()
        )  # whole numbers: the same bytes on any machine
    return total.hexdigest()


@lru_cache(maxsize=128)
def deal_colours(bank: PublishedBank, session_seed: int, colours: int | None = None) -> Colours:
    """The colour of every item (in bank order) in the session of this seed."""
    wanted = bank.colours if colours is None else colours
    chosen = bank.places if wanted == bank.colours else places(bank.facts, wanted)
    dealt = deal(chosen, wanted, session_seed)
    dealt.setflags(write=False)
    return dealt


def needed_for(profile_competences: int, length: int) -> int:
    """Families of one competence above which more of them change nothing for such a profile."""
    return quota(profile_competences, length).most
