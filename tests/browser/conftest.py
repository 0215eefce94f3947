"""A browser, a server for each file of journeys, and people who each have a browser window of their own."""

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from exam_server.demo.school import write_school
from exam_server.domain.roles import Role
from tests.browser.backstage import Backstage, Card
from tests.browser.open_room import OpenRoom
from tests.browser.server import Server
from tests.browser.watch import Watch

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARTIFACTS = Path(__file__).parent / "artifacts"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
ZOOMED: ViewportSize = {"width": 683, "height": 384}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""What a laptop's window holds at 200 %, in CSS pixels."""

WAITS = 8_000
Window = Callable[..., Page]
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here is a journey in a browser; without one the journeys are skipped, and say so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine (Debian: chromium)"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers whether the journey failed, so that its windows are pictured before they close."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's own process, for these journeys alone."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium from the system's packages."""
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield running
    running.close()


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an invented school of 64 pupils."""
    folder = tmp_path_factory.mktemp("school")
    write_school(folder, pupils=64)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server for the journeys of one file, stopped at its end; a fault in its log is a fault."""
    running = Server(tmp_path_factory.mktemp("server"))
    running.invite_staff()
    running.start()
    yield running
    running.stop()
    if "Traceback" in running.log or " ERROR " in running.log:
        kept = ARTIFACTS / f"server-{request.module.__name__.rsplit('.')[-1]}.log"
        ARTIFACTS.mkdir(exist_ok=True)
        kept.write_text(running.log)
        pytest.fail(f"the server had a fault, see {kept}:\n{running.log[-4000:]}")


@pytest.fixture(autouse=True)
def answering(server: Server) -> Iterator[None]:
    """A journey that killed the server and failed leaves the next one a server that runs."""
    yield
    if not server.runs:
        server.start()


@pytest.fixture(scope="module")
def room(playwright: Playwright, server: Server, school: Path) -> Iterator[OpenRoom]:
    """An open room, for files whose journeys each take a candidate of their own."""
    backstage = Backstage(playwright, server)
    yield OpenRoom.opened(backstage, school)
    backstage.leave()


@pytest.fixture
def card(room: OpenRoom) -> Card:
    """A candidate of the open room who may start."""
    return room.admitted()


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Listens to every window of the journey."""
    watching = Watch(server.url)
    yield watching
    assert watching.faults == []


@pytest.fixture
def window(
    browser: Browser, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Window]:
    """Opens a window of somebody’s own: nothing is shared with the others; watched from its first page."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> Page:
        context = browser.new_context(**window_options(server, **options))  # type: ignore[arg-type]
        opened.append(context)
        return dressed(context, watch)

    yield open_one
    if request.node.stash.get(FAILED, False):
        picture_failure(opened, request.node.name)
    for context in opened:
        context.close()


def picture_failure(contexts: list[BrowserContext], name: str) -> None:
    """What every window of a failed journey shows."""
    ARTIFACTS.mkdir(exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=ARTIFACTS / f"FAILED-{name[:60]}-{number}.png")


def window_options(server: Server, **options: object) -> dict[str, object]:
    """A French laptop."""
    usual = {"viewport": LAPTOP, "locale": "fr-FR", "timezone_id": "Europe/Paris", "base_url": server.url}
    return {**usual, "reduced_motion": "reduce", **options}


def dressed(context: BrowserContext, watch: Watch) -> Page:
    """The first page of a context, watched and impatient."""
    context.set_default_timeout(WAITS)
    watch.over(context)
    return context.pages[0] if context.pages else context.new_page()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keeps what a page looks like, for people to look at: as on a laptop, and zoomed to 200 %."""

    def take(page: Page, name: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png")
        page.set_viewport_size(ZOOMED)
        page.screenshot(path=ARTIFACTS / f"{name}-zoom.png")
        assert scrolls_sideways(page) == 0, f"{name} scrolls sideways at 200 %"
        page.set_viewport_size(LAPTOP)

    return take


def scrolls_sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def signed_in(window: Window, server: Server) -> Callable[[Role], Page]:
    """A member of staff in a window of their own, signed in by a fresh one-time link."""

    def sign_in(role: Role) -> Page:
        page = window()
        page.goto(server.fresh_link(role))
        page.get_by_role("button", name="Me connecter").click()
        page.wait_for_url(lambda url: "/staff/link" not in url)
        return page

    return sign_in
