"""A verification code: every slip of a letter and every exchange is found, and people type as they do."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.errors import MistypedCode
from exam_server.signing.receipts import LETTERS
from exam_server.signing.verification_codes import (
    LENGTH,
    RANDOM_BITS,
    code_of,
    new_code,
    read_code,
    written,
)

NUMBERS = st.integers(0, 2**RANDOM_BITS - 1)


@given(NUMBERS)
def test_a_code_is_read_as_it_is_kept_and_as_it_is_printed(number: int) -> None:
    code = code_of(number)
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert read_code(code) == read_code(written(code)) == code
    assert [len(part) for part in written(code).split("-")] == [5, 5, 4]


@given(NUMBERS)
def test_all_65_bits_are_in_the_code(number: int) -> None:
    value = 0
    for letter in code_of(number)[:-1]:
        value = value << 5 | LETTERS.index(letter)
    assert value == number


def test_codes_are_drawn_at_random_and_use_every_letter_in_every_place() -> None:
    drawn = [new_code() for _turn in range(2_000)]
    assert len(set(drawn)) == 2_000
    assert all(set(place) == set(LETTERS) for place in zip(*drawn, strict=True))


@given(NUMBERS, st.integers(0, LENGTH - 1))
def test_every_single_wrong_letter_is_found(number: int, place: int) -> None:
    code = code_of(number)
    for other in set(LETTERS) - {code[place]}:
        with pytest.raises(MistypedCode, match="faute de frappe"):
            read_code(code[:place] + other + code[place + 1 :])


@given(NUMBERS)
def test_every_exchange_of_two_letters_is_found_neighbours_or_not(number: int) -> None:
    code = code_of(number)
    for one, other in itertools.combinations(range(LENGTH), 2):
        if code[one] != code[other]:
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            with pytest.raises(MistypedCode, match="faute de frappe"):
                read_code("".join(swapped))


def test_anything_else_passes_once_in_32_times() -> None:
    rng, passed = random.Random(20260512), 0
    for _turn in range(6_400):
        try:
            read_code("".join(rng.choices(LETTERS, k=LENGTH)))
            passed += 1
        except MistypedCode:
            pass
    assert 150 <= passed <= 250


def typed_ways(code: str, rng: random.Random) -> str:
    """As a person may type it."""
    looks = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    letters = [rng.choice(looks.get(one, one + one.lower())) for one in code]
    breaks = [rng.choice(["", "", "-", " ", " - ", "–", "\u00a0", "\u202f", "\u2011"]) for _one in code]
    return " " + "".join(itertools.chain(*zip(letters, breaks, strict=True))) + "\n"


@given(NUMBERS, st.randoms(use_true_random=False))
def test_people_may_type_small_letters_spaces_dashes_and_look_alikes(number: int, rng: random.Random) -> None:
    typed = typed_ways(code_of(number), rng)
    assert read_code(typed[:64]) == code_of(number) or len(typed) > 64


@pytest.mark.parametrize("typed", ["", "-", "7Q4M2", "0" * 13, "0" * 15, "0" * 10_000])
def test_a_wrong_length_is_said(typed: str) -> None:
    with pytest.raises(MistypedCode, match="14 signes"):
        read_code(typed)


@pytest.mark.parametrize("typed", ["é" * 14, "0000000000000*", "<script>", "0000000000000\ud800", "٣" * 14])
def test_a_sign_that_is_in_no_code_is_named(typed: str) -> None:
    with pytest.raises(MistypedCode, match="n’est jamais dans un code"):
        read_code(typed)


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_is_refused_in_words(typed: str) -> None:
    try:
        assert read_code(read_code(typed)) == read_code(typed)
    except MistypedCode as refusal:
        assert str(refusal)


@pytest.mark.parametrize("number", [-1, 2**65])
def test_only_65_bits_make_a_code(number: int) -> None:
    with pytest.raises(ValueError, match="65 bits"):
        code_of(number)
