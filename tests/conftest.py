"""What every test can ask for: a clock, the server's own things, and a store on each of the two databases."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from exam_server.storage.engines import open_database
from exam_server.storage.house import House
from exam_server.storage.store import Store
from tests.support import databases
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.house import a_house, another_worker_of

settings.register_profile("passation", deadline=None)  # how busy the machine is, is no rule of ours
settings.load_profile("passation")

NO_SERVER = f"no PostgreSQL server answers on 127.0.0.1:5432, and {databases.VARIABLE} is not set"

ON_SQLITE = pytest.param("sqlite", id="sqlite")
ON_POSTGRES = pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres)


@pytest.fixture
def clock() -> ManualClock:
    """It stands at nine o’clock in Paris."""
    return ManualClock()


@pytest.fixture
def house() -> House:
    """The exam's own rules, the shipped bank."""
    return a_house()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the newest schema."""
    file = tmp_path_factory.mktemp("template") / "passation.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The PostgreSQL server for tests; without one its tests are skipped, and the summary says so."""
    server = databases.postgres_server()
    if server is None:
        pytest.skip(NO_SERVER)
    return server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database of this run's own, with the newest schema."""
    with databases.new_postgres_database(postgres_server) as url:
        open_database(url).dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_file() -> Iterator[Path]:
    """Where each test’s SQLite file lies in its turn: in memory, where the system keeps files there."""
    memory = Path("/dev/shm")  # noqa: S108 - a directory with a name of its own is made in it
    with TemporaryDirectory(prefix="passation-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder) / "passation.db"


@pytest.fixture
def on_sqlite(sqlite_template: Path, sqlite_file: Path) -> Place:
    """A SQLite file with no row in it."""
    return Place(databases.renew_sqlite_file(sqlite_template, sqlite_file))


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Place]:
    """The PostgreSQL database, empty."""
    yield Place(postgres_url)
    databases.empty(postgres_url)


@pytest.fixture(params=[ON_SQLITE, ON_POSTGRES])
def database(request: pytest.FixtureRequest) -> Place:
    """Each of the two databases in turn."""
    name = "on_sqlite" if request.param == "sqlite" else "on_postgres"
    place: Place = request.getfixturevalue(name)
    return place


@pytest.fixture
def told() -> list[dict[str, int]]:
    """What the stores of this test have published, in order."""
    return []


@pytest.fixture
async def another_store(
    database: Place, house: House, clock: ManualClock, told: list[dict[str, int]]
) -> AsyncIterator[Callable[[], Store]]:
    """Opens one more store on the test's database, as another worker would; it is closed at the end."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(Store(database.open(), another_worker_of(house), clock, told.append))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(
    database: Place, house: House, clock: ManualClock, told: list[dict[str, int]]
) -> AsyncIterator[Store]:
    """The store, on each of the two databases in turn."""
    store = Store(database.open(), house, clock, told.append)
    yield store
    await store.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Skipped PostgreSQL tests must not go unnoticed, whichever process skipped them."""
    if any(NO_SERVER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_sep("!", f"PostgreSQL tests were SKIPPED: {NO_SERVER}", red=True, bold=True)
