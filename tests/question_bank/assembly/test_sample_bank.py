"""The bank that ships: two seat colours, and a complete test for every certifiable profile."""

import random
from functools import lru_cache
from pathlib import Path

import pytest

import question_bank
from question_bank.assembly import PublishedBank, deal_colours, facts_of, publish, seat_colour
from question_bank.loading import load_bank
from tests.question_bank.assembly.banks import random_profile, sit, spec_of

ITEMS = Path(question_bank.__file__).parent / "items"


@lru_cache(maxsize=1)
def sample_bank() -> PublishedBank:
    bank = load_bank(ITEMS)
    return publish(facts_of(bank), bank.version)


def test_the_sample_bank_keeps_near_neighbours_apart_for_everybody() -> None:
    bank = sample_bank()
    assert bank.colours >= 2
    assert bank.accessible_colours >= 2
    dealt = deal_colours(bank, 5)
    assert {seat_colour(row, column, bank.colours) for row in range(4) for column in range(4)} == set(
        dealt.tolist()
    )


@pytest.mark.parametrize("competences", range(5, 17))
def test_every_size_of_profile_gets_its_32_questions(competences: int) -> None:
    bank, rng = sample_bank(), random.Random(competences)
    for accessible_only in (False, True):
        for colour in range(bank.colours):
            profile = random_profile(rng, competences)
            spec = spec_of(
                profile, bank, colour=colour, accessible_only=accessible_only, seed=rng.getrandbits(64)
            )
            _, choices = sit(bank, spec, rng, rng.random())
            assert len({bank.facts[bank.index[choice.item_id]].family for choice in choices}) == 32
            assert {choice.competence for choice in choices} == set(profile.certifiable_competences)
