"""When a response is taken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.responses import MOST_REVISIONS, Arrival, arrival, is_in_time

DEADLINE = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
GRACE = timedelta(seconds=5)
MICROSECOND = timedelta(microseconds=1)

revisions = st.integers(1, MOST_REVISIONS)


@given(revisions)
def test_the_first_revision_is_new_whatever_its_number(revision: int) -> None:
    assert arrival(None, revision) is Arrival.NEW


@given(revisions, revisions)
def test_a_higher_revision_is_new_the_same_a_repeat_a_lower_one_old(saved: int, revision: int) -> None:
    expected = {True: Arrival.NEW, False: Arrival.OLD}[revision > saved]
    assert arrival(saved, revision) is (Arrival.REPEATED if revision == saved else expected)


@given(st.lists(revisions, min_size=1, max_size=30))
def test_in_whatever_order_revisions_arrive_the_highest_is_kept(sent: list[int]) -> None:
    saved: int | None = None
    for revision in [*sent, *sent]:
        if arrival(saved, revision) is Arrival.NEW:
            saved = revision
    assert saved == max(sent)


@pytest.mark.parametrize("grace", [timedelta(), GRACE])
def test_a_response_is_in_time_to_the_very_microsecond(grace: timedelta) -> None:
    last = DEADLINE + grace
    assert is_in_time(last - MICROSECOND, DEADLINE, grace)
    assert is_in_time(last, DEADLINE, grace)
    assert not is_in_time(last + MICROSECOND, DEADLINE, grace)


@pytest.mark.parametrize("distance", [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)])
def test_either_side_of_the_deadline_and_its_grace(distance: timedelta) -> None:
    assert is_in_time(DEADLINE + GRACE - distance, DEADLINE, GRACE)
    assert not is_in_time(DEADLINE + GRACE + distance, DEADLINE, GRACE)
