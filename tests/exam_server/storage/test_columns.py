"""Instants in the database: exact, aware, and the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.storage.columns import from_micros, to_micros, to_millis
from exam_server.storage.store import Store
from exam_server.storage.tables import BankVersion
from exam_server.storage.transaction import Transaction
from tests.support.clock import MORNING

INSTANTS = st.integers(-(10**16), 10**16).map(lambda micros: MORNING + timedelta(microseconds=micros))
"""Some three hundred years around today."""


@given(INSTANTS)
def test_an_instant_is_the_same_after_it_was_kept(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@given(INSTANTS, st.integers(-14, 14))
def test_where_the_clock_hangs_does_not_matter(instant: datetime, hours: int) -> None:
    assert to_micros(instant.astimezone(timezone(timedelta(hours=hours)))) == to_micros(instant)


def test_milliseconds_are_cut_off_not_rounded() -> None:
    assert to_millis(datetime(1970, 1, 1, 0, 0, 1, 999_999, UTC)) == 1999


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 5, 12, 9))  # noqa: DTZ001


async def test_the_database_gives_back_the_very_microsecond(store: Store) -> None:
    instant = datetime(2026, 5, 12, 7, 0, 0, 123_457, UTC)

    def keep(tx: Transaction) -> None:
        tx.orm.add(BankVersion(version="v", published_at=instant, content=b"", colours=2))

    await store.run(keep)
    row = await store.read(lambda reading: reading.get(BankVersion, "v"))
    assert row.published_at == instant
    assert row.published_at.tzinfo is UTC
