"""Extra time as people write it, and as it is kept: an exact fraction."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.accommodations import LEAST_EXTRA, MOST_EXTRA, fraction_text, parse_extra_time
from exam_server.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("1/3", Fraction(1, 3)),
        (" 1 / 3 ", Fraction(1, 3)),
        ("2/6", Fraction(1, 3)),
        ("25", Fraction(1, 4)),
        ("25%", Fraction(1, 4)),
        ("25 %", Fraction(1, 4)),
        ("25\u00a0%", Fraction(1, 4)),
        ("25\u202f%", Fraction(1, 4)),
        ("12,5 %", Fraction(1, 8)),
        ("12.5", Fraction(1, 8)),
        ("100", Fraction(1)),
        ("0", Fraction(0)),
        ("0 %", Fraction(0)),
        ("0/5", Fraction(0)),
        ("1", Fraction(1, 100)),
        ("300 %", Fraction(3)),
        ("3/1", Fraction(3)),
    ],
)
def test_extra_time_is_read_as_an_exact_fraction(text: str, extra: Fraction) -> None:
    assert parse_extra_time(text) == extra


@pytest.mark.parametrize("text", ["33", "33 %", "33,3 %", "33.3", "33,33 %", "33,33"])
def test_33_percent_means_one_third(text: str) -> None:
    assert parse_extra_time(text) == Fraction(1, 3)


@pytest.mark.parametrize(
    "text",
    ["", " ", "un tiers", "-1/3", "-25", "+25", "1/0", "0/0", "1/3/2", "1/", "/3", "25 %%", "%", "1e2", "nan",
     "1000", "12,555", "1/1000", "1,5/3"],
)  # fmt: skip
def test_what_is_not_a_fraction_or_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_extra_time(text)
    assert refusal.value.code == "bad_extra_time"


@pytest.mark.parametrize("text", ["301", "300,01 %", "10/3", "999/1"])
def test_more_than_three_times_the_base_is_a_slip_of_the_keyboard(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_extra_time(text)


@pytest.mark.parametrize("text", ["0,33", "0.5", "0,25 %", "1/101"])
def test_less_than_a_hundredth_is_a_slip_of_the_keyboard(text: str) -> None:
    """ "0,33" is typed by someone who means a third; read as a third of a percent it would be 21 seconds."""
    with pytest.raises(InvalidInput):
        parse_extra_time(text)


@given(st.integers(0, 999), st.integers(1, 999))
def test_every_fraction_within_the_bounds_is_kept_exactly_and_survives_being_written(
    numerator: int, denominator: int
) -> None:
    value = Fraction(numerator, denominator)
    text = f"{numerator}/{denominator}"
    if value and not LEAST_EXTRA <= value <= MOST_EXTRA:
        with pytest.raises(InvalidInput):
            parse_extra_time(text)
        return
    assert parse_extra_time(text) == value
    assert parse_extra_time(fraction_text(value) or "0") == value


@given(st.text(max_size=12))
def test_any_text_is_either_a_fraction_within_the_bounds_or_refused(text: str) -> None:
    try:
        value = parse_extra_time(text)
    except InvalidInput:
        return
    assert value == 0 or LEAST_EXTRA <= value <= MOST_EXTRA


def test_a_fraction_is_written_in_lowest_terms_and_none_is_not_written() -> None:
    assert fraction_text(Fraction(2, 6)) == "1/3"
    assert fraction_text(Fraction(1)) == "1/1"
    assert fraction_text(Fraction(0)) is None
