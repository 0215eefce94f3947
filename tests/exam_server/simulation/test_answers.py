"""The answer book and the guesses: every item of the shipped bank, on any candidate's screen."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.simulation.answers import AnswerBook, guess, right_response, wrong_response
from exam_server.simulation.mind import Mind, ability_at, drawn_ability
from question_bank.framework import COMPETENCE_CODES
from question_bank.item_types import is_correct, parse_response, render_item
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.items import ItemVersion
from tests.support.house import shipped_bank

BANK = shipped_bank().items
BOOK = AnswerBook(BANK)
items = st.sampled_from(BANK.items)
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
    assert is_correct(item, 987_654_321, right_response(shown, known))


@given(items, seeds, st.integers())
@settings(max_examples=300, deadline=None)
def test_a_wrong_response_is_accepted_and_marked_wrong(item: ItemVersion, seed: int, luck: int) -> None:
    shown = on_screen(item, seed)
    known = BOOK.find(shown)
    assert known is not None
    response = wrong_response(shown, known, Random(luck))
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
