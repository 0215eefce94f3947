"""Calibration finds what is there: known parameters, known errors, drift and misfit, and no false alarm."""

from dataclasses import replace

import numpy as np
import pytest

from question_bank.assembly.parameters import DEFAULT
from question_bank.calibration import Calibration, Responses, calibrate
from question_bank.calibration.curves import Curves
from question_bank.calibration.persons import PersonModel
from scripts.bench.simulation.population import World, make_world, sit, with_marks

CANDIDATES = 2_500
LEAKED = 21


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(each=4)


@pytest.fixture(scope="module")
def responses(world: World) -> Responses:
    return sit(world, CANDIDATES)


@pytest.fixture(scope="module")
def found(world: World, responses: Responses) -> Calibration:
    return calibrate(world.facts, responses)


def test_the_parameters_of_simulated_items_are_found_again(world: World, found: Calibration) -> None:
    b = np.array([one.b for one in found.estimates]) - world.b
    a = np.array([one.a for one in found.estimates]) - world.a
    before = np.array([fact.b for fact in world.facts]) - world.b
    assert found.converged
    assert abs(b.mean()) < 0.08
    assert np.sqrt((b**2).mean()) < 0.3 * np.sqrt((before**2).mean()) + 0.05
    assert np.sqrt((a**2).mean()) < 0.3
    assert abs(a.mean()) < 0.08


def test_standard_errors_say_how_far_off_the_estimates_are(world: World, found: Calibration) -> None:
    z = np.array([(one.b - b) / one.b_error for one, b in zip(found.estimates, world.b, strict=True)])
    assert 0.6 < np.sqrt((z**2).mean()) < 1.5


def test_items_that_follow_the_model_are_not_flagged(found: Calibration) -> None:
    assert [one.item for one in found.estimates if one.misfits or one.drifts] == []


@pytest.mark.parametrize("item", [7, 30])
def test_an_item_with_a_wrong_key_does_not_follow_the_model(
    world: World, responses: Responses, item: int
) -> None:
    marks = responses.right[responses.item == item]
    broken = calibrate(world.facts, with_marks(responses, item, 1 - marks))
    assert [one.item for one in broken.estimates if one.misfits] == [world.facts[item].id]


def test_an_item_that_is_answered_by_chance_does_not_follow_the_model(
    world: World, responses: Responses
) -> None:
    coins = np.random.default_rng(1).integers(0, 2, int((responses.item == 15).sum()))
    broken = calibrate(world.facts, with_marks(responses, 15, coins))
    assert [one.item for one in broken.estimates if one.misfits] == [world.facts[15].id]


def anchored(world: World) -> World:
    """Every item's parameters known, as after a calibration."""
    facts = tuple(
        replace(fact, a=float(a), b=float(b))
        for fact, a, b in zip(world.facts, world.a, world.b, strict=True)
    )
    return replace(world, facts=facts)


def test_anchors_keep_their_parameters_and_an_item_that_leaked_drifts(
    world: World, responses: Responses
) -> None:
    known = anchored(world)
    chance = np.random.default_rng(11)
    marks = responses.right[responses.item == LEAKED]
    leaked = np.where(chance.random(len(marks)) < 0.4, 1, marks)
    found = calibrate(
        known.facts, with_marks(responses, LEAKED, leaked), frozenset(fact.id for fact in known.facts)
    )
    assert all(
        (one.a, one.b) == (fact.a, fact.b) for one, fact in zip(found.estimates, known.facts, strict=True)
    )
    assert [one.item for one in found.estimates if one.drifts] == [known.facts[LEAKED].id]


def test_an_item_that_nobody_met_keeps_what_it_had(world: World, responses: Responses) -> None:
    kept = responses.item != 3
    few = Responses(
        responses.item[kept], responses.right[kept], responses.candidate[kept], responses.declared
    )
    one = calibrate(world.facts, few).estimates[3]
    assert (one.responses, one.a, one.b) == (0, 1.3, world.facts[3].b)
    assert not (one.enough or one.misfits or one.drifts)


def test_candidates_in_parts_give_the_same_as_all_at_once(
    world: World, found: Calibration, responses: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("question_bank.calibration.fit.AT_ONCE", 900)
    again = calibrate(world.facts, responses)
    assert np.allclose([one.b for one in again.estimates], [one.b for one in found.estimates], atol=1e-6)


def test_slopes_are_the_derivatives_of_the_chance() -> None:
    points = PersonModel(DEFAULT).points
    a, b, step = np.array([0.8, 1.9]), np.array([-1.0, 0.7]), 1e-6
    _, by_log_a, by_b = Curves.of(a, b, DEFAULT).slopes(points)
    here = Curves.of(a, b, DEFAULT).right(points)
    assert np.allclose(
        (Curves.of(a * np.exp(step), b, DEFAULT).right(points) - here) / step, by_log_a, atol=1e-4
    )
    assert np.allclose((Curves.of(a, b + step, DEFAULT).right(points) - here) / step, by_b, atol=1e-4)
