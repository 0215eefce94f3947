"""The published banks: one that another server has published meanwhile is found when it is met."""

from datetime import UTC, datetime

import pytest

from exam_server.storage.banks import all_banks
from tests.support.databases import Place
from tests.support.house import shipped_bank, threefold_bank

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_version_that_a_newer_server_publishes_is_found_by_those_that_run(database: Place) -> None:
    older, newer = shipped_bank().items, threefold_bank().items
    running = all_banks(database.open(), older, NOW)
    assert newer.version not in running
    all_banks(database.open(), newer, NOW)
    assert running[newer.version].items.version == newer.version
    assert running[newer.version] is running[newer.version]


def test_a_version_that_was_never_published_is_not_found(database: Place) -> None:
    running = all_banks(database.open(), shipped_bank().items, NOW)
    with pytest.raises(KeyError):
        running["never"]
