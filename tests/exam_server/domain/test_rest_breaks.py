"""Rest breaks: as many as were decided, none longer than decided, and all together never above the total."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.accommodations import Breaks
from exam_server.domain.errors import NotAllowed
from exam_server.domain.rest_breaks import Taken, breaks_left, next_break

SECOND = timedelta(seconds=1)
TWO = Breaks(2, timedelta(minutes=5), timedelta(minutes=8))


def test_nobody_without_a_decision_has_a_break() -> None:
    assert breaks_left(None, Taken()) == 0
    with pytest.raises(NotAllowed, match="no_breaks"):
        next_break(None, Taken())


@pytest.mark.parametrize(
    ("count", "used", "left", "longest"),
    [
        (0, 0, 2, 300),
        (1, 179, 1, 300),
        (1, 180, 1, 300),
        (1, 181, 1, 299),
        (1, 300, 1, 180),
        (1, 479, 1, 1),
        (1, 480, 0, None),
        (2, 10, 0, None),
        (3, 0, 0, None),
    ],
)
def test_the_next_break_is_what_number_length_and_total_leave(
    count: int, used: int, left: int, longest: int | None
) -> None:
    taken = Taken(count, used * SECOND)
    assert breaks_left(TWO, taken) == left
    if longest is None:
        with pytest.raises(NotAllowed, match="no_break_left"):
            next_break(TWO, taken)
    else:
        assert next_break(TWO, taken) == longest * SECOND


@given(
    most=st.integers(1, 10),
    each=st.integers(60, 3600),
    share=st.floats(0, 1),
    uses=st.lists(st.floats(0, 1), max_size=20),
)
def test_however_they_are_taken_the_decision_is_never_exceeded(
    most: int, each: int, share: float, uses: list[float]
) -> None:
    total = each + int(share * each * (most - 1))
    granted = Breaks(most, each * SECOND, total * SECOND)
    taken = Taken()
    for use in uses:
        if breaks_left(granted, taken) == 0:
            with pytest.raises(NotAllowed):
                next_break(granted, taken)
            break
        longest = next_break(granted, taken)
        assert timedelta() < longest <= granted.each
        taken = Taken(taken.count + 1, taken.used + use * longest)
    assert taken.count <= most
    assert taken.used <= granted.total
