"""The answer book and the guesses: every item of the shipped bank, on any candidate's screen."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.simulation.answers import AnswerBook, Known, labels_of
from exam_server.simulation.guesses import guess, wrong_response
from exam_server.simulation.mind import Mind, ability_at, drawn_ability
from question_bank.framework import COMPETENCE_CODES
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.table import is_correct, parse_response, render_item
from question_bank.items import Bank, ItemVersion
from tests.support.examples import example_bank
from tests.support.house import shipped_bank

BANK = Bank((*shipped_bank().items.items, *example_bank().items))
BOOK = AnswerBook(BANK)
items = st.sampled_from(BANK.items)
parametric = st.sampled_from([item for item in BANK.items if item.variants is not None])
seeds = st.integers(0, 2**63 - 1)


def on_screen(item: ItemVersion, seed: int) -> JsonObject:
    """The item as the candidate's page gets it."""
    shown: JsonObject = dict(render_item(item, seed))
    shown["stem"] = shown.pop("stem_blocks")
    return {"position": 1, **shown}


@pytest.mark.parametrize("item", BANK.items, ids=lambda item: item.id)
def test_the_book_recognises_every_item_by_its_texts_and_knows_its_key(item: ItemVersion) -> None:
    shown = on_screen(item, 987_654_321)
    known = BOOK.find(shown)
    assert known is not None
    assert COMPETENCE_CODES[known.competence] == item.competence
    assert is_correct(item, 987_654_321, BOOK.right_response(shown, known))


@given(parametric, st.lists(seeds, min_size=2, max_size=6))
@settings(max_examples=300, deadline=None)
def test_the_book_tells_variants_apart_that_show_the_same_texts(item: ItemVersion, many: list[int]) -> None:
    for seed in many:
        shown = on_screen(item, seed)
        known = BOOK.find(shown)
        assert known is not None
        assert is_correct(item, seed, BOOK.right_response(shown, known))


@given(items, seeds, st.integers())
@settings(max_examples=300, deadline=None)
def test_a_wrong_response_is_accepted_and_marked_wrong(item: ItemVersion, seed: int, luck: int) -> None:
    shown = on_screen(item, seed)
    known = BOOK.find(shown)
    assert known is not None
    response = wrong_response(shown, BOOK.right_response(shown, known), Random(luck))
    parse_response(item, seed, response)
    assert not is_correct(item, seed, response)


@given(items, seeds, st.integers())
@settings(max_examples=300, deadline=None)
def test_a_guess_has_the_shape_that_the_item_asks_for(item: ItemVersion, seed: int, luck: int) -> None:
    parse_response(item, seed, guess(on_screen(item, seed), Random(luck)))


def test_an_item_of_another_bank_is_not_recognised() -> None:
    shown = on_screen(BANK.items[0], 1)
    shown["stem"] = [{"kind": "paragraph", "text": "Une question que personne n’a écrite."}]
    assert BOOK.find(shown) is None


def test_a_name_is_found_again_by_its_text_and_by_the_way_to_it() -> None:
    """Two lists may hold the same text, and a list the same text twice."""
    folders: JsonObject = {"id": "d1", "text": "Photos", "files": [{"id": "f1", "text": "été.jpg"}]}
    twins: list[Json] = [{"id": "f2", "text": "été.jpg"}, {"id": "f3", "text": "été.jpg"}]
    labels = labels_of({"type": "any", "folders": [folders], "files": twins})
    assert [labels[name].text for name in ("d1", "f1", "f2", "f3")] == ["Photos", *["été.jpg"] * 3]
    assert labels["f1"].where == ("folders", "Photos", "files")
    assert [labels[name].number for name in ("f1", "f2", "f3")] == [0, 0, 1]
    assert len(set(labels.values())) == 4


def test_names_are_put_in_their_place_at_any_depth_and_nothing_else_is_touched() -> None:
    """As in the acts of a simulated program: lists in lists, names as members, typed texts, numbers."""
    things: list[Json] = [{"id": "m1", "text": "Un"}, {"id": "m2", "text": "Deux"}]
    known = Known(0, 0.0, 1.0, 60, {"acts": [["move", "m1", 3, {"m2": "Un"}]]}, labels_of({"things": things}))
    screen: JsonObject = {"things": [{"id": "m1", "text": "Deux"}, {"id": "m9", "text": "Un"}]}
    assert BOOK.right_response(screen, known) == {"acts": [["move", "m9", 3, {"m1": "Un"}]]}


def test_an_item_that_nobody_can_guess_at_is_passed() -> None:
    assert guess({"type": "another", "stem": []}, Random(1)) == {"skip": True}


def share_right(levels: list[int]) -> float:
    """How much of the bank somebody of these levels gets right."""
    chance = Random(5)
    mind = Mind(BOOK, ability_at(levels, chance), chance)
    right = sum(is_correct(item, 3, mind.respond(on_screen(item, 3))) for item in BANK.items)
    return right / len(BANK.items)


def test_higher_levels_get_more_right() -> None:
    shares = [share_right([level] * len(COMPETENCE_CODES)) for level in (1, 4, 8)]
    assert shares == sorted(shares)
    assert shares[2] - shares[0] > 0.3


def test_without_a_book_a_candidate_can_only_guess() -> None:
    chance = Random(5)
    mind = Mind(None, drawn_ability(chance), chance)
    right = sum(is_correct(item, 3, mind.respond(on_screen(item, 3))) for item in BANK.items)
    assert right / len(BANK.items) < 0.35
