"""The comfort settings: a closed set, which goes out as it came in, and takes nothing else."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.accommodations import Measure
from exam_server.domain.comfort import (
    TEXT_SIZES,
    Comfort,
    Font,
    Spacing,
    Theme,
    decided_by,
    with_newly_decided,
)
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON

USUAL = Comfort().to_json()


def test_every_combination_comes_back_as_it_went_out() -> None:
    for text, spacing, font, theme in product(TEXT_SIZES, Spacing, Font, Theme):
        for guide, still in product((False, True), repeat=2):
            comfort = Comfort(text, spacing, font, theme, guide=guide, masking=still, reduced_motion=still)
            assert Comfort.from_json(comfort.to_json()) == comfort


def test_the_page_as_it_comes_is_the_usual_one() -> None:
    assert USUAL == {
        "text": 100,
        "spacing": "normal",
        "font": "page",
        "theme": "auto",
        "guide": False,
        "masking": False,
        "reduced_motion": False,
        "hidden_time": False,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 175),
        ("text", "100"),
        ("text", True),
        ("text", None),
        ("text", 100.0),
        ("spacing", "huge"),
        ("spacing", None),
        ("font", "Comic Sans"),
        ("font", ["page"]),
        ("theme", "pink"),
        ("theme", {}),
        ("guide", 1),
        ("masking", "on"),
        ("reduced_motion", None),
        ("hidden_time", "true"),
    ],
)
def test_a_value_that_is_none_of_the_setting_s_is_refused_by_name(field: str, value: JSON) -> None:
    with pytest.raises(InvalidInput) as refused:
        Comfort.from_json({**USUAL, field: value})
    assert (refused.value.code, refused.value.facts["field"]) == ("bad_field", field)


@pytest.mark.parametrize("field", sorted(USUAL))
def test_no_setting_may_be_missing(field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Comfort.from_json({name: value for name, value in USUAL.items() if name != field})
    assert refused.value.facts["field"] == field


def test_what_is_no_setting_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Comfort.from_json({**USUAL, "background": "x" * 500})
    assert refused.value.facts["field"] == "background"
    with pytest.raises(InvalidInput) as refused:
        Comfort.from_json({**USUAL, "y" * 500: 1})
    assert refused.value.facts["field"] == "y" * 40


@pytest.mark.parametrize("value", [None, [], "dark", 3, True])
def test_what_are_no_settings_at_all_are_refused(value: JSON) -> None:
    with pytest.raises(InvalidInput):
        Comfort.from_json(value)


COMFORTS = st.builds(Comfort, st.sampled_from(TEXT_SIZES), st.sampled_from(Spacing), st.sampled_from(Font))
MEASURES = st.frozensets(st.sampled_from(Measure))


@given(COMFORTS, MEASURES, MEASURES)
def test_a_new_decision_sets_what_it_adds_and_nothing_else(
    kept: Comfort, before: frozenset[Measure], now: frozenset[Measure]
) -> None:
    old, new = decided_by(before).to_json(), decided_by(now).to_json()
    found, own = with_newly_decided(kept, before, now).to_json(), kept.to_json()
    for name, value in found.items():
        is_added = new[name] != old[name] and new[name] != USUAL[name]
        assert value == (new[name] if is_added else own[name]), name


@given(COMFORTS, MEASURES)
def test_the_same_decision_again_changes_no_setting(kept: Comfort, measures: frozenset[Measure]) -> None:
    assert with_newly_decided(kept, measures, measures) == kept
