"""The score: deterministic, monotone, blind to order, and in whole numbers only."""

import json
import random
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import Answered, Assembly
from question_bank.assembly.evidence import _exp, _ln, band
from question_bank.scoring import MINIMUM_RESPONSES, BadHistory, Scores, score
from tests.question_bank.assembly.banks import (
    big_bank,
    flipped,
    profile_of,
    random_profile,
    sit,
    small_bank,
    spec_of,
)

STATES = 26


def chances_at_least(scores: Scores) -> list[int]:
    return [
        c for one in scores.competences for c in (one.p_at_least_declared_ppm, one.p_at_least_one_below_ppm)
    ]


def levels(scores: Scores) -> list[int]:
    return [
        level for one in scores.competences for level in (one.estimated, one.certified, one.low, one.high)
    ]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(5, 16), st.floats(0.05, 0.95), st.booleans())
def test_one_more_right_answer_never_lowers_a_level_nor_speaks_for_inflation(
    seed: int, competences: int, skill: float, small: bool
) -> None:
    bank, rng = small_bank() if small else big_bank(), random.Random(seed)
    spec = spec_of(random_profile(rng, competences), bank, seed=seed)
    assembly, _ = sit(bank, spec, rng, skill)
    before = assembly.report()
    wrong = [place for place, one in enumerate(assembly.history) if not one.correct]
    for place in rng.sample(wrong, min(3, len(wrong))):
        after = score(bank, spec, flipped(assembly.history, place))
        assert all(a >= b for a, b in zip(levels(after), levels(before), strict=True))
        assert all(a >= b for a, b in zip(chances_at_least(after), chances_at_least(before), strict=True))
        assert after.evidence.llr_milli_nats <= before.evidence.llr_milli_nats
        assert after.evidence.p_inflated_ppm <= before.evidence.p_inflated_ppm
        assert after.score >= before.score


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_and_the_times_of_the_responses_do_not_matter(seed: int) -> None:
    bank, rng = big_bank(), random.Random(seed)
    spec = spec_of(random_profile(rng, rng.randint(5, 16)), bank)
    assembly, _ = sit(bank, spec, rng)
    shuffled = [one._replace(seconds=rng.randint(1, 500)) for one in rng.sample(assembly.history, 32)]
    assert score(bank, spec, shuffled) == assembly.report()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 31))
def test_a_neutralised_question_counts_as_never_asked(seed: int, count: int) -> None:
    bank, rng = big_bank(), random.Random(seed)
    spec = spec_of(random_profile(rng, 9), bank)
    assembly, _ = sit(bank, spec, rng)
    gone = {one.item_id for one in rng.sample(assembly.history, count)}
    for item in gone:
        assembly.neutralise(item)
    never = score(bank, spec, [one for one in assembly.history if one.item_id not in gone])
    assert assembly.report() == never
    assert never.responses == 32 - count


def test_the_score_is_whole_numbers_within_their_ranges() -> None:
    bank, rng = small_bank(), random.Random(3)
    for competences in range(5, 17):
        spec = spec_of(random_profile(rng, competences), bank)
        scores = sit(bank, spec, rng, rng.random())[0].report()
        assert scores.score == 8 * sum(one.certified for one in scores.competences) <= 1024
        assert len(scores.competences) == 16
        for one in scores.competences:
            assert one.certified == min(one.declared, one.estimated)
            assert 0 <= one.low <= one.estimated <= one.high <= 8
            assert 0 <= one.p_at_least_declared_ppm <= one.p_at_least_one_below_ppm <= 1_000_000
            assert 0 <= one.p_inflated_ppm <= 1_000_000
        text = json.dumps(scores.to_json())
        assert json.loads(text, parse_float=lambda _: pytest.fail("a float")) == scores.to_json()


def test_what_the_profile_does_not_claim_stays_at_zero() -> None:
    bank, rng = small_bank(), random.Random(4)
    spec = spec_of(profile_of({0: 4, 2: 4, 5: 4, 9: 4, 15: 4}), bank)
    scores = sit(bank, spec, rng, 0.9)[0].report()
    for competence in set(range(16)) - {0, 2, 5, 9, 15}:
        one = scores.competences[competence]
        assert (one.declared, one.estimated, one.certified, one.responses) == (0, 0, 0, 0)
    assert sum(one.responses for one in scores.competences) == scores.responses == 32


def test_nothing_answered_leaves_no_evidence_and_the_profile_as_it_was() -> None:
    bank = small_bank()
    for level in range(1, 9):
        scores = score(bank, spec_of(profile_of([level] * 16), bank), [])
        assert scores.evidence.llr_milli_nats == 0
        assert scores.evidence.p_inflated_ppm == bank.parameters.inflated * 1000
        assert scores.evidence.band == "consistent"


def test_all_right_confirms_the_profile_and_all_wrong_speaks_against_it() -> None:
    bank, rng = big_bank(), random.Random(5)
    spec = spec_of(profile_of([5] * 16), bank)
    good, bad = (sit(bank, spec, rng, skill)[0].report() for skill in (1.0, 0.0))
    assert good.evidence.llr_milli_nats < -2000
    assert all(one.certified == 5 for one in good.competences)
    assert bad.evidence.llr_milli_nats > 2000
    assert bad.evidence.band == "refer"
    assert bad.score < good.score


def test_a_profile_that_says_nothing_is_found_unusable_without_changing_the_levels() -> None:
    bank, rng = big_bank(), random.Random(6)
    spec = spec_of(profile_of([1, 8] * 8), bank)
    uniform = Assembly(bank, spec)  # answers as a level-4 person everywhere, whatever is declared
    while (choice := uniform.next()) is not None:
        uniform.record(choice.item_id, bank.facts[bank.index[choice.item_id]].level <= 4, 60)
    scores = uniform.report()
    assert not scores.evidence.profile_usable
    assert all(one.without_profile in (3, 4, 5) for one in scores.competences)
    even = spec_of(profile_of([4] * 16), bank)
    assert sit(bank, even, rng, 0.7)[0].report().evidence.profile_usable


def test_the_bands_are_those_of_the_rules() -> None:
    assert [band(p) for p in (0, 499_999, 500_000, 950_000, 950_001, 1_000_000)] == [
        "consistent", "consistent", "review", "review", "refer", "refer",
    ]  # fmt: skip
    assert MINIMUM_RESPONSES == 20


def test_responses_of_another_bank_or_profile_or_twice_are_refused() -> None:
    bank, rng = small_bank(), random.Random(7)
    spec = spec_of(profile_of(dict.fromkeys(range(5), 3)), bank)
    history = list(sit(bank, spec, rng)[0].history)
    for wrong in (Answered("unknown", True, 1), Answered("15-1-a", True, 1), history[0]):
        with pytest.raises(BadHistory):
            score(bank, spec, [*history, wrong])


def test_the_score_equals_the_same_model_in_floating_point() -> None:
    bank, rng = big_bank(), random.Random(8)
    for competences in (5, 10, 16):
        spec = spec_of(random_profile(rng, competences), bank)
        assembly, _ = sit(bank, spec, rng)
        history, rows = assembly.history, spec.profile.certifiable_competences
        person, tables = bank.person, bank.tables
        likelihood = {c: np.zeros(45) for c in rows}
        for one in history:
            item = bank.index[one.item_id]
            table = tables.log_right if one.correct else tables.log_wrong
            likelihood[bank.facts[item].competence_index] += table[item]
        joint = {c: np.exp((person.joint[spec.profile.levels[c]] + likelihood[c]) / 4096) for c in rows}
        first = {c: np.exp(person.joint[spec.profile.levels[c]] / 4096) for c in rows}
        general = np.exp(person.general / 4096)
        weight = general * np.prod([joint[c].sum(axis=1) for c in rows], axis=0)
        before = general * np.prod([first[c].sum(axis=1) for c in rows], axis=0)
        sincere, inflated = (weight[s].sum() / before[s].sum() for s in (slice(0, 13), slice(13, STATES)))
        scores = assembly.report()
        assert scores.evidence.llr_milli_nats == pytest.approx(1000 * np.log(inflated / sincere), abs=1)
        weight = np.concatenate(
            [0.8 * weight[:13] / before[:13].sum(), 0.2 * weight[13:] / before[13:].sum()]
        )
        weight /= weight.sum()
        assert scores.evidence.p_inflated_ppm == pytest.approx(1e6 * weight[13:].sum(), abs=2)
        for c in rows:
            points = weight @ (joint[c] / joint[c].sum(axis=1, keepdims=True))
            at_least = points.reshape(9, 5).sum(axis=1)[::-1].cumsum()[::-1]
            one = scores.competences[c]
            assert one.p_at_least_declared_ppm == pytest.approx(1e6 * at_least[one.declared], abs=2)
            assert one.ability_milli == pytest.approx(points @ person.points, abs=1)
            kept = weight[13:] @ (
                (joint[c][13:] * person.kept[one.declared] / 2**30).sum(axis=1) / joint[c][13:].sum(axis=1)
            )
            assert one.p_inflated_ppm == pytest.approx(1e6 * (weight[13:].sum() - kept), abs=3)


def test_the_integer_logarithm_and_exponential_are_right() -> None:
    for units in (0, 1, 4095, 4096, 100_000, 700_000):
        assert _exp(units) / 2**286 == pytest.approx(np.exp(-units / 4096), rel=1e-8)
    for one, other in ((1, 1), (3, 7), (10**90, 1), (1, 10**90), (2**300 + 1, 2**300)):
        assert _ln(one, other, 10**6) == pytest.approx(
            1e6 * (np.log(float(one)) - np.log(float(other))), abs=2
        )
    values = [_ln(n, 1000, 10**9) for n in range(1, 3000)]
    assert all(a <= b for a, b in pairwise(values))


def test_scores_compare_by_value() -> None:
    bank, rng = small_bank(), random.Random(9)
    spec = spec_of(profile_of([3] * 16), bank)
    assembly, _ = sit(bank, spec, rng)
    assert asdict(assembly.report()) == asdict(score(bank, spec, assembly.history))
