"""The application for tests of the web, on SQLite; on both databases where a test asks for `both_sites`."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.exam_server.web.livret_server import LivretServer, livret_server
from tests.exam_server.web.site import Site, a_site, settings_for
from tests.support.clock import ManualClock
from tests.support.databases import Place


@pytest.fixture
async def site(on_sqlite: Place, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Site]:
    """The application on a database of this test's own, under a clock that the test sets."""
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder"), clock) as site:
        yield site


@pytest.fixture
async def secure_site(on_sqlite: Place, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Site]:
    """The same, as people reach it through TLS."""
    base = "https://passation.example"
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder", base), clock) as site:
        yield site


@pytest.fixture
async def both_sites(database: Place, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Site]:
    """The application on each of the two databases in turn."""
    async with a_site(settings_for(database.url, tmp_path / "folder"), clock) as site:
        yield site


@pytest.fixture(scope="session")
def livret(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivretServer]:
    """A real server that programs ask, for all tests of its interface; each has schools of its own."""
    folder = tmp_path_factory.mktemp("livret")
    shutil.copyfile(sqlite_template, folder / "passation.sqlite")
    with livret_server(folder, folder / "passation.sqlite") as running:
        yield running
