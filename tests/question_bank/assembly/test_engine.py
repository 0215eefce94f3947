"""A candidate's test: complete, within its blueprint, resumable, and honest about what was neutralised."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import (
    Answered,
    Assembly,
    AssemblySpec,
    CannotComplete,
    NotCertifiable,
    NotTheQuestion,
    PublishedBank,
    ReplayDiffers,
    derive_seed,
    quota,
    replay,
)
from question_bank.profile import Profile
from tests.question_bank.assembly.banks import big_bank, profile_of, random_profile, sit, small_bank, spec_of


def assert_blueprint(bank: PublishedBank, spec: AssemblySpec, items: list[str]) -> None:
    facts = [bank.facts[bank.index[item]] for item in items]
    counts = Counter(fact.competence_index for fact in facts)
    certifiable = spec.profile.certifiable_competences
    bounds = quota(len(certifiable), spec.length)
    assert len(items) == spec.length
    assert len({fact.family for fact in facts}) == len(facts)
    assert set(counts) <= set(certifiable)
    assert all(bounds.least <= counts[c] <= bounds.most for c in certifiable)
    assert all(fact.accessible for fact in facts) or not spec.accessible_only


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 16), st.integers(0, 1), st.booleans(), st.booleans(), st.integers(0, 2**64 - 1))
def test_every_certifiable_profile_gets_its_whole_blueprint(
    competences: int, colour: int, accessible_only: bool, small: bool, seed: int
) -> None:
    bank, rng = small_bank() if small else big_bank(), random.Random(seed)
    spec = spec_of(
        random_profile(rng, competences),
        bank,
        seed=seed,
        session_seed=seed // 3,
        colour=colour,
        accessible_only=accessible_only,
    )
    assembly, choices = sit(bank, spec, rng, skill=rng.random())
    assert_blueprint(bank, spec, [choice.item_id for choice in choices])
    assert assembly.given == 32
    assert assembly.next() is None


@pytest.mark.parametrize("length", [5, 8, 16, 20, 24, 32])
def test_shorter_tests_keep_their_blueprint_too(length: int) -> None:
    bank, rng = small_bank(), random.Random(length)
    for competences in range(5, 17):
        spec = spec_of(random_profile(rng, competences), bank, length=length)
        _, choices = sit(bank, spec, rng)
        assert_blueprint(bank, spec, [choice.item_id for choice in choices])


def test_asking_for_the_question_twice_gives_the_same_one() -> None:
    bank = small_bank()
    assembly = Assembly(bank, spec_of(profile_of([4] * 16), bank))
    assert assembly.next() == assembly.next()


def test_the_first_question_is_numbered_one() -> None:
    bank = small_bank()
    choice = Assembly(bank, spec_of(profile_of([4] * 16), bank)).next()
    assert choice is not None
    assert choice.position == 1
    assert choice.low <= choice.draw < choice.high
    assert 0 <= choice.gain <= choice.gain_max


def test_a_test_resumed_at_any_point_goes_on_the_same() -> None:
    bank, rng = big_bank(), random.Random(4)
    spec = spec_of(random_profile(rng, 9), bank)
    assembly, choices = sit(bank, spec, rng)
    for behind in range(32):
        assert Assembly.resume(bank, spec, assembly.history[:behind]).next() == choices[behind]
    assert Assembly.resume(bank, spec, assembly.history).next() is None


def test_another_seed_gives_other_questions() -> None:
    bank, rng = big_bank(), random.Random(5)
    spec = spec_of(random_profile(rng, 9), bank)
    _, one = sit(bank, spec, random.Random(1))
    _, two = sit(bank, replace(spec, seed=spec.seed + 1), random.Random(1))
    assert {c.item_id for c in one} != {c.item_id for c in two}


def test_only_the_question_that_was_asked_is_recorded() -> None:
    bank = small_bank()
    assembly = Assembly(bank, spec_of(profile_of([4] * 16), bank))
    choice = assembly.next()
    assert choice is not None
    other = next(fact.id for fact in bank.facts if fact.id != choice.item_id)
    with pytest.raises(NotTheQuestion):
        assembly.record(other, True, 60)
    assembly.record(choice.item_id, True, 60)
    with pytest.raises(NotTheQuestion):
        assembly.record(choice.item_id, True, 60)
    with pytest.raises(NotTheQuestion):
        assembly.record("no such item", True, 60)


def test_an_edited_history_does_not_replay() -> None:
    bank, rng = big_bank(), random.Random(6)
    spec = spec_of(random_profile(rng, 10), bank)
    assembly, choices = sit(bank, spec, rng)
    history = list(assembly.history)
    history[3] = history[3]._replace(correct=not history[3].correct)
    with pytest.raises(ReplayDiffers) as caught:
        replay(bank, spec, history, choices)
    assert caught.value.position > 4
    swapped = [assembly.history[1], assembly.history[0], *assembly.history[2:]]
    with pytest.raises(ReplayDiffers) as caught:
        replay(bank, spec, swapped)
    assert caught.value.position == 1


def test_a_changed_answer_or_time_changes_the_chain_even_when_the_question_stays() -> None:
    bank = small_bank()
    spec = spec_of(profile_of([4] * 16), bank)
    first = Assembly(bank, spec).next()
    assert first is not None
    chains = set()
    for correct, seconds in ((True, 60), (True, 61), (False, 60)):
        following = Assembly.resume(bank, spec, [Answered(first.item_id, correct, seconds)]).next()
        assert following is not None
        chains.add(following.chain)
    assert len(chains) == 3


def test_a_question_neutralised_before_its_answer_is_replaced() -> None:
    bank, rng = small_bank(), random.Random(7)
    spec = spec_of(profile_of([4] * 16), bank)
    assembly = Assembly(bank, spec)
    broken = assembly.next()
    assert broken is not None
    assembly.neutralise(broken.item_id)
    assert assembly.given == 0
    while (choice := assembly.next()) is not None:
        assert choice.item_id != broken.item_id
        assembly.record(choice.item_id, rng.random() < 0.7, 60)
    assert assembly.given == 32
    assert len(assembly.history) == 33
    assert assembly.report().responses == 32
    assert len(replay(bank, spec, assembly.history)) == 33
    assert Assembly.resume(bank, spec, assembly.history).history == assembly.history


def test_an_answer_neutralised_during_the_test_replays_with_the_question_on_the_screen() -> None:
    bank, rng = big_bank(), random.Random(9)
    spec = spec_of(random_profile(rng, 8), bank)
    assembly, shown = Assembly(bank, spec), []
    while (choice := assembly.next()) is not None:
        shown.append(choice)
        if choice.position == 6:
            assembly.neutralise(shown[2].item_id)  # the sixth question is on the screen and stays
            assert assembly.next() == choice
        assembly.record(choice.item_id, rng.random() < 0.6, 60)
        if choice.position == 12:
            assembly.neutralise(shown[8].item_id)
    assert [one.neutralised_after for one in assembly.history if one.neutralised_after] == [6, 12]
    assert list(replay(bank, spec, assembly.history, shown)) == shown
    for behind in (5, 6, 7, 12, 13, 20):
        known = [
            one
            if one.neutralised_after is None or one.neutralised_after <= behind
            else one._replace(neutralised_after=None)
            for one in assembly.history[:behind]
        ]
        assert Assembly.resume(bank, spec, known).next() == shown[behind]


def test_what_was_never_asked_cannot_be_neutralised() -> None:
    bank = small_bank()
    assembly = Assembly(bank, spec_of(profile_of([4] * 16), bank))
    with pytest.raises(NotTheQuestion):
        assembly.neutralise(bank.facts[0].id)


def test_a_profile_below_five_competences_gets_no_test() -> None:
    bank = small_bank()
    with pytest.raises(NotCertifiable):
        Assembly(bank, spec_of(profile_of({0: 3, 1: 3, 2: 3, 3: 3}), bank))


def test_a_colour_that_the_bank_cannot_carry_is_refused_at_once() -> None:
    bank = small_bank()
    spec = spec_of(profile_of(dict.fromkeys(range(5), 3)), bank, colours=4, colour=3)
    with pytest.raises(CannotComplete):
        Assembly(bank, spec)


def test_known_and_banned_items_are_left_out_while_enough_remains() -> None:
    bank, rng = big_bank(), random.Random(10)
    spec = spec_of(random_profile(rng, 8), bank)
    _, choices = sit(bank, spec, random.Random(2))
    seen = frozenset(choice.item_id for choice in choices)
    for avoided in (replace(spec, banned=seen), replace(spec, answered_before=seen)):
        _, others = sit(bank, avoided, random.Random(2))
        assert not seen & {choice.item_id for choice in others}


def test_a_ban_on_everything_costs_nobody_a_complete_test() -> None:
    bank = small_bank()
    everything = frozenset(bank.index)
    for changes in ({"banned": everything}, {"answered_before": everything}):
        spec = spec_of(profile_of(dict.fromkeys(range(5), 4)), bank, **changes)
        _, choices = sit(bank, spec, random.Random(1))
        assert_blueprint(bank, spec, [choice.item_id for choice in choices])


def test_a_slow_candidate_gets_quicker_questions() -> None:
    bank = big_bank()
    spec = spec_of(profile_of([4] * 16), bank)

    def expected(seconds: int, factor: Fraction) -> float:
        assembly, times = Assembly(bank, replace(spec, time_factor=factor)), []
        while (choice := assembly.next()) is not None:
            fact = bank.facts[bank.index[choice.item_id]]
            times.append(fact.expected_seconds)
            assembly.record(choice.item_id, True, fact.expected_seconds * seconds // 100)
        return sum(times[8:]) / 24

    assert expected(170, Fraction(1)) < expected(70, Fraction(1)) - 30
    # With a third more time and a third more slowness, the questions are those of everybody else.
    assert abs(expected(400, Fraction(4)) - expected(100, Fraction(1))) < 10


def test_a_specification_survives_json_without_loss() -> None:
    bank = small_bank()
    spec = spec_of(
        Profile((1, 2, 3, 4, 5, 6, 7, 8) * 2, tuple(range(16))),
        bank,
        seed=2**64 - 1,
        time_factor=Fraction(4, 3),
        banned=frozenset({"b", "a"}),
        answered_before=frozenset({"z"}),
        colour=None,
    )
    assert AssemblySpec.from_json(spec.to_json()) == spec
    assert "." not in str({**spec.to_json(), "policy": ""})


def test_the_seed_depends_on_every_part_and_on_where_one_ends() -> None:
    seeds = {
        derive_seed(secret, session, candidate, version)
        for secret in (b"one", b"two")
        for session, candidate, version in (
            ("s", "c", "v"),
            ("sc", "", "v"),
            ("s", "cv", ""),
            ("", "sc", "v"),
        )
    }
    assert len(seeds) == 8
    assert all(0 <= seed < 2**64 for seed in seeds)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, 40))
def test_neutralising_at_any_moment_replays(seed: int, first: int, second: int) -> None:
    bank, rng = small_bank(), random.Random(seed)
    spec = spec_of(random_profile(rng, rng.randint(8, 16)), bank, seed=seed)
    assembly, shown = Assembly(bank, spec), []
    while (choice := assembly.next()) is not None:
        shown.append(choice)
        if len(shown) in (first, second):
            target = rng.choice(
                [one.item_id for one in assembly.history if one.neutralised_after is None] or [choice.item_id]
            )
            assembly.neutralise(rng.choice([target, choice.item_id]))
        if assembly.history and assembly.history[-1].item_id == choice.item_id:
            continue
        assembly.record(choice.item_id, rng.random() < 0.5, rng.randint(1, 400))
    assert list(replay(bank, spec, assembly.history, shown)) == shown
