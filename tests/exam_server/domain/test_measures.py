"""What a browser says of its computer is taken within bounds, or not at all."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.errors import InvalidInput
from exam_server.domain.measures import Feature, Measures, Voice, measures_in
from tests.support.computers import A_GOOD_COMPUTER, measures

GOOD = A_GOOD_COMPUTER.to_json()
NUMBERS = sorted(name for name, value in GOOD.items() if type(value) is int)
MAY_BE_NULL = {"clock_offset_ms", "latency_ms", "worst_ms", "down_kbits", "up_kbits"}
HOSTILE: tuple[Any, ...] = (
    "12", 12.5, float("nan"), float("inf"), True, [], {}, 2**53, -(2**53), 2**200, "x" * 5000,
)  # fmt: skip


def refused(name: str, value: object) -> bool:
    with pytest.raises(InvalidInput, match="bad_field") as refusal:
        measures_in({**GOOD, name: value})  # type: ignore[dict-item]
    return refusal.value.facts["field"] == name


@given(measures())
def test_what_was_written_is_read_as_it_was(found: Measures) -> None:
    assert measures_in(found.to_json()) == found


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:12])
def test_no_field_takes_what_it_is_not(name: str, value: object) -> None:
    if name == "missing" and value == []:
        return
    if (name, value) == ("socket", True) or (name == "browser" and isinstance(value, str)):
        return
    assert refused(name, value)


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"voice"}))
def test_every_field_has_to_be_there(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        measures_in({other: value for other, value in GOOD.items() if other != name})
    assert refusal.value.facts["field"] == name


def test_measures_from_before_voices_were_looked_for_are_read() -> None:
    old = {name: value for name, value in GOOD.items() if name != "voice"}
    assert measures_in(old) == replace(A_GOOD_COMPUTER, voice=Voice.NOT_LOOKED_FOR)


@pytest.mark.parametrize("name", NUMBERS)
def test_only_what_may_fail_to_be_measured_may_be_null(name: str) -> None:
    if name in MAY_BE_NULL:
        assert getattr(measures_in({**GOOD, name: None}), name) is None
    else:
        assert refused(name, None)


@pytest.mark.parametrize("name", [one for one in NUMBERS if one != "clock_offset_ms"])
def test_lengths_speeds_and_sizes_are_not_negative(name: str) -> None:
    assert refused(name, -1)


@pytest.mark.parametrize("value", [None, 1, "x", []])
def test_measures_are_an_object(value: Any) -> None:
    with pytest.raises(InvalidInput):
        measures_in(value)


def test_a_browser_s_name_that_is_not_known_is_another_one() -> None:
    assert measures_in({**GOOD, "browser": "<script>" * 100}).browser == "other"


@given(st.lists(st.sampled_from([*Feature, "flash"]) | st.integers(), max_size=8))
def test_only_features_that_are_known_can_be_missing_each_once(named: list[Any]) -> None:
    if len(named) <= len(Feature) and all(one in list(Feature) for one in named):
        assert measures_in({**GOOD, "missing": named}).missing == tuple(f for f in Feature if f in named)
    else:
        assert refused("missing", named)
