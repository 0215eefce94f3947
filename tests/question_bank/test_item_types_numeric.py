"""Numbers as people type them in French, and how near is near enough."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.numeric import Numeric
from question_bank.item_types.responses import Number
from question_bank.item_types.table import BadResponse

BARE = Numeric(Decimal("1234.5"), Decimal(0), None)
MEGABYTES = Numeric(Decimal("12.5"), Decimal("0.5"), "Mo")


@pytest.mark.parametrize(
    "typed",
    [
        "1234,5",
        "1234.5",
        "1 234,5",
        "1\u202f234,5",
        "1\u00a0234,50",
        "+1234,5",
        " 1234,5 ",
        "01234,5",
        "\uff11\uff12\uff13\uff14,5",
    ],
)
def test_a_number_is_read_as_it_is_typed(typed: str) -> None:
    assert BARE.parse(0, {"number": typed}) == Number(Decimal("1234.5"))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("-3", "-3"),
        ("\u22123", "-3"),
        ("\u20133", "-3"),
        ("- 3", "-3"),
        (",5", "0.5"),
        ("-,5", "-0.5"),
        ("0", "0"),
    ],
)
def test_signs_and_bare_fractions_are_read(typed: str, value: str) -> None:
    assert BARE.parse(0, {"number": typed}) == Number(Decimal(value))


@pytest.mark.parametrize("typed", ["12,5Mo", "12,5 Mo", "12,5\u00a0mo", "12,5 M o"])
def test_a_unit_typed_by_habit_does_no_harm(typed: str) -> None:
    assert MEGABYTES.is_correct(0, {"number": typed})


@pytest.mark.parametrize("unit", ["m²", "%", "€", "km/h", "µs", "°C"])
def test_units_may_hold_signs(unit: str) -> None:
    assert Numeric(Decimal(3), Decimal(0), unit).is_correct(0, {"number": f"3 {unit}"})


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("douze", "not_a_number"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("-", "not_a_number"),
        (",", "not_a_number"),
        ("12,", "not_a_number"),
        ("1,2,3", "not_a_number"),
        ("1.234,5", "not_a_number"),
        ("12 34", "not_a_number"),
        ("1 2345", "not_a_number"),
        ("--3", "not_a_number"),
        ("3/4", "not_a_number"),
        ("٣", "not_a_number"),
        ("½", "not_a_number"),
        ("1e5", "unexpected_unit"),
        ("12 Go", "unexpected_unit"),
        ("1" * 16, "too_large"),
        ("0," + "1" * 16, "too_large"),
        ("1" * 41, "too_long"),
        ("12\x00", "bad_character"),
        ("12\ud800", "bad_character"),
        (12.5, "wrong_type"),
        (12, "wrong_type"),
        (True, "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_what_is_no_number_is_refused_by_its_reason(typed: object, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        MEGABYTES.parse(0, {"number": typed})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "right"),
    [("12", True), ("13", True), ("12,5", True), ("11,999999999", False), ("13,000001", False)],
)
def test_the_tolerance_includes_its_ends(typed: str, right: bool) -> None:
    assert MEGABYTES.is_correct(0, {"number": typed}) is right


def test_no_difference_is_rounded_away() -> None:
    body = Numeric(Decimal(10**14), Decimal(0), None)
    assert body.is_correct(0, {"number": str(10**14)})
    assert not body.is_correct(0, {"number": f"{10**14},000000000000001"})


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
)
def test_without_tolerance_only_the_value_itself_is_right(value: Decimal, other: Decimal) -> None:
    body = Numeric(value, Decimal(0), None)
    assert body.is_correct(0, {"number": format(other, "f")}) == (value == other)


def test_the_key_is_shown_in_french() -> None:
    assert MEGABYTES.key() == ("12,5 ± 0,5 Mo",)
