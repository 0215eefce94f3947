"""Seats and decks: neighbours share nothing, whatever the session's seed."""

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import (
    BadFacts,
    BankCannotCarry,
    ItemFacts,
    deal_colours,
    exposure_bans,
    families_needed,
    publish,
    seat_colour,
)
from tests.question_bank.assembly.banks import (
    big_bank,
    big_facts,
    random_profile,
    sit,
    small_bank,
    small_facts,
    spec_of,
)


@given(st.integers(0, 60), st.integers(0, 60))
def test_four_colours_keep_all_eight_neighbours_apart_and_two_the_nearest_four(row: int, column: int) -> None:
    steps = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]
    for r, c in steps:
        assert seat_colour(row, column, 4) != seat_colour(row + r, column + c, 4)
        if 0 in (r, c):
            assert seat_colour(row, column, 2) != seat_colour(row + r, column + c, 2)
    assert seat_colour(row, column, 1) == 0


def test_a_thousand_random_rooms_deal_neighbours_disjoint_items() -> None:
    rng = random.Random(1)
    for _ in range(1000):
        bank = big_bank() if rng.random() < 0.2 else small_bank()
        dealt = deal_colours(bank, rng.getrandbits(64))
        decks = [set(np.flatnonzero(dealt == colour).tolist()) for colour in range(bank.colours)]
        assert sum(len(deck) for deck in decks) == len(bank.facts) == len(set().union(*decks))
        row, column = rng.randrange(8), rng.randrange(8)
        r, c = rng.choice([(0, 1), (1, 0), (0, -1), (-1, 0)])
        one = seat_colour(row, column, bank.colours)
        other = seat_colour(row + r, column + c, bank.colours)
        assert not decks[one] & decks[other]


def test_a_full_room_of_tests_shares_nothing_between_neighbours() -> None:
    bank, rng = big_bank(), random.Random(2)
    tests: dict[tuple[int, int], set[str]] = {}
    for row in range(4):
        for column in range(4):
            colour = seat_colour(row, column, bank.colours)
            spec = spec_of(random_profile(rng, 8), bank, seed=rng.getrandbits(64), colour=colour)
            tests[row, column] = {choice.item_id for choice in sit(bank, spec, rng)[1]}
    for (row, column), items in tests.items():
        for other in ((row, column + 1), (row + 1, column - 1), (row + 1, column), (row + 1, column + 1)):
            assert not items & tests.get(other, set())


def test_the_sample_bank_carries_two_colours_with_every_family_in_both() -> None:
    bank = small_bank()
    assert bank.colours == 2
    for seed in range(50):
        dealt = deal_colours(bank, seed)
        for family in {fact.family for fact in bank.facts}:
            held = [int(dealt[i]) for i, fact in enumerate(bank.facts) if fact.family == family]
            assert sorted(held) == [0, 1]


def _families(facts: list[ItemFacts], dealt: np.ndarray, colour: int, accessible_only: bool) -> Counter[int]:
    held = {
        (fact.competence_index, fact.family)
        for fact, one in zip(facts, dealt.tolist(), strict=True)
        if one == colour and (fact.accessible or not accessible_only)
    }
    return Counter(competence for competence, _ in held)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_what_a_deck_holds_never_depends_on_the_seed(seed: int) -> None:
    facts = big_facts(640, seed=9)
    bank = publish(facts, "v")
    for accessible_only in (False, True):
        shapes = []
        for one in (0, seed):
            decks = [
                _families(list(bank.facts), deal_colours(bank, one), c, accessible_only)
                for c in range(bank.colours)
            ]
            shapes.append([sorted(deck[competence] for deck in decks) for competence in range(16)])
        assert shapes[0] == shapes[1]


def test_decks_of_one_bank_are_even_in_families_and_in_accessible_families() -> None:
    hidden = {f"{c:02d}-{level}-b" for c in range(16) for level in (2, 5)}
    bank = publish([replace(fact, accessible=fact.id not in hidden) for fact in small_facts()], "v")
    assert (bank.colours, bank.accessible_colours) == (2, 2)
    for seed in range(20):
        dealt = deal_colours(bank, seed)
        for colour in range(2):
            assert set(_families(list(bank.facts), dealt, colour, False).values()) == {8}
            assert set(_families(list(bank.facts), dealt, colour, True).values()) == {7}


def test_where_accessible_items_are_few_their_tests_draw_on_bigger_decks() -> None:
    facts = [
        replace(fact, accessible=not (fact.level % 2 and fact.id.endswith("b"))) for fact in small_facts()
    ]
    bank, rng = publish(facts, "v"), random.Random(3)
    assert (bank.colours, bank.accessible_colours) == (2, 1)
    for seed in range(20):
        spec = spec_of(random_profile(rng, 5), bank, session_seed=seed, colour=seed % 2, accessible_only=True)
        _, choices = sit(bank, spec, rng)
        assert len(choices) == 32
        assert all(bank.facts[bank.index[choice.item_id]].accessible for choice in choices)


def test_another_session_deals_another_way() -> None:
    bank = small_bank()
    deals = {deal_colours(bank, seed).tobytes() for seed in range(30)}
    assert len(deals) == 30


def test_a_bank_too_poor_for_five_competences_is_refused_by_name() -> None:
    facts = [fact for fact in small_facts() if not (fact.competence_index == 3 and fact.level > 4)]
    with pytest.raises(BankCannotCarry) as caught:
        publish(facts, "v")
    assert {(s.competence, s.have, s.need) for s in caught.value.shortages} == {(3, 4, families_needed(32))}
    hidden = [replace(fact, accessible=fact.level <= 4) for fact in small_facts()]
    with pytest.raises(BankCannotCarry) as caught:
        publish(hidden, "v")
    assert all(s.accessible_only for s in caught.value.shortages)


def test_a_bank_with_single_item_families_carries_as_many_colours_as_its_families_allow() -> None:
    facts = [fact for fact in small_facts() if fact.id.endswith("a")]
    assert publish(facts, "v").colours == 1
    assert publish(big_facts(16 * 8 * 12), "v").colours == 4


@pytest.mark.parametrize(
    "change",
    [
        {"a": float("nan")},
        {"a": 0.0},
        {"b": 99.0},
        {"level": 0},
        {"competence_index": 16},
        {"expected_seconds": 0},
    ],
)
def test_facts_outside_the_tables_are_refused(change: dict[str, float]) -> None:
    facts = small_facts()
    with pytest.raises(BadFacts):
        publish([replace(facts[0], **change), *facts[1:]], "v")  # type: ignore[arg-type]


def test_an_id_twice_or_a_family_in_two_competences_is_refused() -> None:
    facts = small_facts()
    with pytest.raises(BadFacts, match="two items"):
        publish([*facts, facts[0]], "v")
    with pytest.raises(BadFacts, match="family"):
        publish([replace(facts[0], family=facts[-1].family), *facts[1:]], "v")


def test_items_seen_too_often_rest() -> None:
    facts = big_facts(3000)
    counts = {fact.id: (60 if place < 40 else 10) for place, fact in enumerate(facts)}
    assert exposure_bans(counts, 1000, facts, 0.05) == {fact.id for fact in facts[:40]}
    assert exposure_bans(counts, 2000, facts, 0.05) == frozenset()
    assert exposure_bans({}, 0, facts, 0.05) == frozenset()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1), st.integers(0, 3000))
def test_bans_leave_every_deck_what_any_profile_needs(seed: int, r_max: float, served: int) -> None:
    bank, rng = small_bank(), random.Random(seed)
    dealt = deal_colours(bank, seed)
    counts = {fact.id: rng.randint(0, served) for fact in bank.facts}
    banned = exposure_bans(counts, served, bank.facts, r_max, dealt.tolist())
    left = [fact for fact in bank.facts if fact.id not in banned]
    colours = dealt[[bank.index[fact.id] for fact in left]]
    for colour in range(bank.colours):
        assert set(_families(left, colours, colour, True).values()) == {8}


def test_the_least_seen_come_back_first() -> None:
    bank = small_bank()
    dealt = [0] * len(bank.facts)
    counts = {fact.id: (900 if fact.id.endswith("a") else 800) for fact in bank.facts}
    banned = exposure_bans(counts, 1000, bank.facts, 0.05, dealt)
    assert banned == {fact.id for fact in bank.facts if fact.id.endswith("a")}
