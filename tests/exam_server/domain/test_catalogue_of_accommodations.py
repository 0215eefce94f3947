"""The catalogue: what is written reads back, nonsense is refused, several give the most of each."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.accommodations import (
    ACCESSIBLE_ITEMS,
    NONE,
    Accommodations,
    Breaks,
    Measure,
    combined,
)
from exam_server.domain.errors import InvalidInput

MINUTE = timedelta(minutes=1)


@st.composite
def breaks(draw: st.DrawFn) -> Breaks:
    most, each = draw(st.integers(1, 10)), draw(st.integers(60, 3600))
    return Breaks(most, timedelta(seconds=each), timedelta(seconds=draw(st.integers(each, most * each))))


accommodations = st.builds(
    Accommodations,
    st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2)]),
    st.none() | breaks(),
    st.frozensets(st.sampled_from(Measure)),
)


@given(accommodations)
def test_what_is_written_reads_back(decided: Accommodations) -> None:
    assert Accommodations.from_json(decided.to_json()) == decided


@given(accommodations, accommodations, accommodations)
def test_several_give_the_most_of_each_in_any_order(
    a: Accommodations, b: Accommodations, c: Accommodations
) -> None:
    whole = combined([a, b, c])
    assert combined([c, a, b]) == whole == combined([whole, b, a])
    assert whole.extra == max(a.extra, b.extra, c.extra)
    assert whole.measures == a.measures | b.measures | c.measures
    assert Accommodations.from_json(whole.to_json()) == whole


@given(accommodations)
def test_only_what_bears_on_items_makes_the_test_of_accessible_ones(decided: Accommodations) -> None:
    assert decided.accessible_only == any(one in decided.measures for one in ACCESSIBLE_ITEMS)


def test_nothing_is_nothing() -> None:
    assert (NONE.to_json(), combined([]), NONE.is_empty) == ({}, NONE, True)


@pytest.mark.parametrize(
    "written",
    [
        None,
        [],
        "1/3",
        {"extra": 0.33},
        {"extra": "beaucoup"},
        {"measures": ["diagnosis"]},
        {"measures": "reader"},
        {"reason": "PAP"},
        {"breaks": {"most": 0, "each_s": 300, "total_s": 300}},
        {"breaks": {"most": 11, "each_s": 300, "total_s": 300}},
        {"breaks": {"most": 2, "each_s": 59, "total_s": 60}},
        {"breaks": {"most": 2, "each_s": 3601, "total_s": 3601}},
        {"breaks": {"most": 2, "each_s": 300, "total_s": 299}},
        {"breaks": {"most": 2, "each_s": 300, "total_s": 601}},
        {"breaks": {"most": True, "each_s": 300, "total_s": 300}},
        {"breaks": {"most": 2}},
    ],
)
def test_what_no_decision_says_is_refused(written: object) -> None:
    with pytest.raises(InvalidInput):
        Accommodations.from_json(written)  # type: ignore[arg-type]
