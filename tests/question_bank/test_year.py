"""A simulated year: tests are complete, counts add up, and the same seed gives the same year."""

from itertools import combinations

import pytest

from question_bank.assembly import PublishedBank
from question_bank.year import COLUMNS, ROOM, Year, _are_neighbours, simulate_year
from tests.support.house import shipped_bank

TESTS = 60


@pytest.fixture(scope="module")
def published() -> PublishedBank:
    return shipped_bank().published


@pytest.fixture(scope="module")
def year(published: PublishedBank) -> Year:
    return simulate_year(published, TESTS, seed=4)


def test_every_test_of_the_year_is_complete(year: Year) -> None:
    assert (year.tests, year.items_asked, year.length) == (TESTS, 32 * TESTS, 32)
    assert sum(year.met.values()) == 32 * TESTS


def test_exposure_falls_and_sums_to_the_length_of_a_test(year: Year) -> None:
    shares = [share for _item, share in year.exposure]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(32)
    assert set(year.unused) == {item for item, share in year.exposure if not share}


def test_every_pair_of_a_room_is_compared(year: Year) -> None:
    assert year.room_pairs == 2 * (ROOM * (ROOM - 1) // 2) + 12 * 11 // 2
    assert 0 <= year.neighbour_overlap <= 1
    assert 0 < year.overlap < 1


def test_neighbours_touch_by_a_side_or_a_corner() -> None:
    touching = [pair for pair in combinations(range(ROOM), 2) if _are_neighbours(*pair)]
    rows = ROOM // COLUMNS
    sides = rows * (COLUMNS - 1) + COLUMNS * (rows - 1)
    assert len(touching) == sides + 2 * (rows - 1) * (COLUMNS - 1)


def test_the_same_seed_gives_the_same_year_and_another_seed_another(
    published: PublishedBank, year: Year
) -> None:
    assert simulate_year(published, TESTS, seed=4).met == year.met
    assert simulate_year(published, TESTS, seed=5).met != year.met


def test_progress_is_told_after_every_room(published: PublishedBank) -> None:
    told: list[int] = []
    simulate_year(published, 50, progress=told.append)
    assert told == [24, 48, 50]
