"""Assembly is exact arithmetic: the same in any order of sums, and equal to plain Python integers."""

import random

import numpy as np
import pytest

from question_bank.assembly import DEFAULT, Answered, Assembly, publish, replay
from question_bank.assembly.engine import AT_ONCE
from question_bank.assembly.pace import Pace
from question_bank.assembly.tables import (
    ENTROPY,
    ENTROPY_ONE,
    ENTROPY_STEPS,
    EXP_LAST,
    EXP_ONE,
    EXPONENTIAL,
    LOG_UNIT,
    LOGIT_LIMIT,
    MANTISSA,
    MANTISSA_STEPS,
    POINTS,
    PROBABILITY_ONE,
    RIGHT_ONE,
    logarithm,
    logistic_tables,
    person_tables,
)
from tests.question_bank.assembly.banks import big_bank, random_profile, sit, small_bank, small_facts, spec_of
from tests.question_bank.assembly.reference import Reference, ln

EXACT = 1 << 53


@pytest.mark.parametrize("competences", [5, 9, 16])
def test_every_choice_equals_the_plain_integer_reference(competences: int) -> None:
    rng = random.Random(competences)
    for bank in (small_bank(), big_bank()):
        spec = spec_of(random_profile(rng, competences), bank, seed=rng.getrandbits(64), colour=1)
        assembly, reference = Assembly(bank, spec), Reference(bank, spec)
        pace = Pace(spec.test_seconds, spec.time_factor, spec.length)
        history: list[Answered] = []
        while (choice := assembly.next()) is not None:
            expected = reference.choose(history, pace.longest(32 - len(history)))
            assert {name: getattr(choice, name) for name in expected} == expected
            answered = Answered(choice.item_id, rng.random() < 0.6, rng.randint(20, 300))
            pace.record(bank.facts[bank.index[choice.item_id]].expected_seconds, answered.seconds)
            assembly.record(answered.item_id, answered.correct, answered.seconds)
            history.append(answered)


def test_the_sums_of_the_posterior_do_not_depend_on_their_order() -> None:
    bank, rng = small_bank(), np.random.default_rng(5)
    weight = np.floor(rng.random(26) * PROBABILITY_ONE / 13)
    share = np.floor(rng.random((26, 16 * POINTS)) * PROBABILITY_ONE / 20)
    order = rng.permutation(26)
    assert np.array_equal(weight @ share, weight[order] @ share[order])
    q = np.floor(rng.random(POINTS) * PROBABILITY_ONE / 22)
    points = rng.permutation(POINTS)
    assert np.array_equal(bank.tables.right @ q, bank.tables.right[:, points] @ q[points])


def test_every_product_and_sum_stays_below_two_to_the_53() -> None:
    bank = big_bank()
    assert EXP_ONE * PROBABILITY_ONE < EXACT  # a mass times the unit, before its division
    assert POINTS * EXP_ONE < EXACT  # the sum of a row's masses
    assert 26 * EXP_ONE < EXACT
    assert PROBABILITY_ONE * PROBABILITY_ONE < EXACT  # weights sum to one unit, shares are at most one unit
    assert bank.tables.right.max() <= RIGHT_ONE
    assert POINTS * RIGHT_ONE * PROBABILITY_ONE < EXACT
    assert 2 * ENTROPY.max() * PROBABILITY_ONE < EXACT
    # The running sum of all drawing weights, over everybody who draws at once from a huge bank's shelves.
    assert EXACT > ((1 << 32) + (1 << 24)) * AT_ONCE * 16_000
    assert max(abs(bank.tables.log_wrong.min()), abs(bank.person.joint.min())) * 64 < EXACT


def test_all_tables_hold_whole_numbers() -> None:
    bank = big_bank()
    arrays = (*bank.tables, *bank.person, *bank.prior, *bank.selection, EXPONENTIAL, ENTROPY)
    assert all(np.array_equal(array, np.rint(array)) for array in arrays)


def _distance_to_tie(values: np.ndarray) -> float:
    return float(np.abs(values - np.floor(values) - 0.5).min())


def test_no_table_entry_lies_near_a_rounding_tie() -> None:
    """So that the last bit of somebody else's exp or log cannot change a table."""
    logits = np.arange(-LOGIT_LIMIT, LOGIT_LIMIT + 1) / 1000
    span = 1 - (DEFAULT.guess + DEFAULT.slip) / 1000
    p = DEFAULT.guess / 1000 + span / (1 + np.exp(-logits))
    wrong = DEFAULT.slip / 1000 + span / (1 + np.exp(logits))
    chance = np.arange(1, ENTROPY_STEPS) / ENTROPY_STEPS
    entropy = -(chance * np.log2(chance) + (1 - chance) * np.log2(1 - chance))
    mantissa = 0.5 + (np.arange(MANTISSA_STEPS) + 0.5) / (2 * MANTISSA_STEPS)
    tables = {
        "exponential": np.exp(-np.arange(EXP_LAST) / LOG_UNIT) * EXP_ONE,
        "logarithm": np.log(mantissa) * LOG_UNIT,
        "entropy": entropy * ENTROPY_ONE,
        "right": p * RIGHT_ONE,
        "log right": np.log(p) * LOG_UNIT,
        "log wrong": np.log(wrong) * LOG_UNIT,
    }
    # Error bound of a libm: a few units in the last place of a value below 2^30, thus below 1e-6.
    assert {name: _distance_to_tie(values) > 2e-6 for name, values in tables.items()} == dict.fromkeys(
        tables, True
    )


def test_the_logarithm_agrees_with_integers_and_with_mathematics() -> None:
    rng = random.Random(1)
    numbers = [1, 2, 3, (1 << 52) - 1] + [rng.getrandbits(rng.randint(2, 52)) | 1 for _ in range(500)]
    fast = logarithm(np.array(numbers, dtype=np.float64))
    assert fast.tolist() == [ln(number) for number in numbers]
    assert np.abs(fast / LOG_UNIT - np.log(np.array(numbers, dtype=np.float64))).max() < 4e-4
    assert len(MANTISSA) == MANTISSA_STEPS


def test_the_classes_differ_by_a_curve_that_never_rises_with_ability() -> None:
    person = person_tables(DEFAULT)
    ratio = person.joint[1:, 13:, :] - person.joint[1:, :13, :]
    assert (np.diff(ratio, axis=2) <= 0).all()
    general = np.diff(person.cells, axis=0)  # a higher general level, the more so the higher the point
    assert (np.diff(general, axis=1) >= 0).all()


def test_the_chance_of_a_right_answer_never_falls_with_ability() -> None:
    table = logistic_tables(20, 40)
    assert (np.diff(table.right) >= 0).all()
    assert (np.diff(table.log_right) >= 0).all()
    evidence = table.log_right - table.log_wrong  # ln right - ln wrong
    assert (np.diff(evidence) >= 0).all()


def test_a_bank_published_twice_has_the_same_digest_whatever_the_order_of_its_items() -> None:
    facts = small_facts()
    shuffled = random.Random(3).sample(facts, len(facts))
    assert publish(facts, "v").digest == publish(shuffled, "v").digest
    assert publish(facts, "v").digest != publish(facts, "w").digest


def test_replay_gives_the_identical_choices_and_names_the_first_that_differs() -> None:
    bank, rng = big_bank(), random.Random(8)
    spec = spec_of(random_profile(rng, 11), bank)
    assembly, choices = sit(bank, spec, rng)
    assert list(replay(bank, spec, assembly.history, choices)) == choices
