"""Access cards: what a code is made of, and what a person may type."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.access_cards import (
    ALPHABET,
    LENGTH,
    SESSION_CODE_LENGTH,
    card_code,
    card_hash,
    new_session_code,
    normalised,
    written,
)

SECRET = b"a secret of this test, and of nothing else"
LOOK_ALIKES = ("0OQ", "0OD", "1IL7", "2Z", "5S", "8B", "6G", "UV", "MN", "EF", "4A")
"""Characters that are taken for one another on a printed or copied card: a code may use one of each group."""

candidates = st.text(st.sampled_from("0123456789abcdef"), min_size=1, max_size=32)
issues = st.integers(1, 1000)


def test_the_alphabet_is_capital_letters_and_figures_without_repetition() -> None:
    assert re.fullmatch("[A-Z0-9]+", ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize("group", LOOK_ALIKES)
def test_no_two_characters_of_the_alphabet_look_alike(group: str) -> None:
    assert len(set(group) & set(ALPHABET)) <= 1


def test_no_word_can_appear_on_a_card() -> None:
    assert not set("AEIOU") & set(ALPHABET)


def test_a_code_has_8_characters_and_more_than_35_bits() -> None:
    assert LENGTH == 8
    assert LENGTH * math.log2(len(ALPHABET)) > 35


@given(candidates, issues)
def test_a_code_is_of_the_alphabet_and_always_the_same(candidate: str, issue: int) -> None:
    code = card_code(SECRET, candidate, issue)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert code == card_code(SECRET, candidate, issue)


def test_every_character_of_the_alphabet_is_used_at_every_place() -> None:
    codes = [card_code(SECRET, str(n), 1) for n in range(2000)]
    for place in range(LENGTH):
        assert {code[place] for code in codes} == set(ALPHABET)


@given(candidates, issues, issues)
def test_a_new_card_has_another_code(candidate: str, first: int, second: int) -> None:
    same = card_code(SECRET, candidate, first) == card_code(SECRET, candidate, second)
    assert same is (first == second)


def test_codes_differ_from_candidate_to_candidate_and_from_secret_to_secret() -> None:
    codes = {card_code(SECRET, f"candidate {n}", 1) for n in range(10_000)}
    assert len(codes) == 10_000
    assert card_code(SECRET, "candidate 1", 1) != card_code(b"another secret", "candidate 1", 1)


def test_candidate_and_issue_cannot_be_cut_at_another_place() -> None:
    assert card_code(SECRET, "a1", 1) != card_code(SECRET, "a", 11)


def test_the_store_s_hash_does_not_show_the_code_and_needs_the_secret() -> None:
    code = card_code(SECRET, "candidate 1", 1)
    kept = card_hash(SECRET, code)
    assert re.fullmatch("[0-9a-f]{64}", kept)
    assert kept == card_hash(SECRET, code)
    assert kept != card_hash(b"another secret", code)
    assert kept != card_hash(SECRET, card_code(SECRET, "candidate 1", 2))


def test_a_code_is_written_in_two_groups_of_four() -> None:
    assert written("BCDFGHJK") == "BCDF-GHJK"


@given(candidates, st.data())
def test_case_spaces_and_hyphens_do_not_matter_when_a_code_is_typed(
    candidate: str, drawn: st.DataObject
) -> None:
    code = card_code(SECRET, candidate, 1)
    typed = "".join(
        drawn.draw(st.sampled_from(["", " ", "-", "\u00a0", "\u2011", "\t"]))
        + (letter.lower() if drawn.draw(st.booleans()) else letter)
        for letter in code
    )
    assert normalised(typed) == normalised(written(code)) == code


@given(st.text(max_size=200))
def test_whatever_is_typed_becomes_letters_and_figures_and_not_many(typed: str) -> None:
    code = normalised(typed)
    assert len(code) <= 32
    assert code == "" or code.isalnum()


def test_a_session_code_has_6_characters_of_the_same_alphabet_and_is_new_each_time() -> None:
    codes = [new_session_code() for _ in range(200)]
    assert {len(code) for code in codes} == {SESSION_CODE_LENGTH} == {6}
    assert set("".join(codes)) <= set(ALPHABET)
    assert len(set(codes)) == len(codes)
