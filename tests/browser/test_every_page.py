"""Every page of the console in every state, in both languages: nothing for axe-core to say, nothing too wide.

The pages come from the server's own routes; `every_state.py` says in which states each is visited, and
`board_states.py` how each dialog of the board is opened.
"""

import os
from collections.abc import Iterator
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize
from starlette.routing import Route

from exam_server.app import all_routes
from exam_server.demo.school import write_school
from exam_server.domain.roles import Role
from tests.browser import examining
from tests.browser.backstage import Backstage
from tests.browser.board_states import DIALOGS
from tests.browser.conftest import LAPTOP, NARROW, dressed, window_options
from tests.browser.every_state import EMPTY, NOT_OF_THE_CONSOLE, PAGES
from tests.browser.server import Server
from tests.browser.spacing import unreadable_where_spaced_out
from tests.browser.stage import READER, Stage, set_up, with_long_names
from tests.browser.watch import Watch

LAYOUTS = ("list", "compact", "plan")
EVERY = "PASSATION_EVERY_STATE"
"""Where this is set, every state is visited in English too."""

KEEP = "PASSATION_KEEP_PICTURES"
"""Where this is set, every state is pictured too, on a laptop and at 200 %, for people to look at."""


@pytest.fixture(scope="module")
def screens(browser: Browser, server: Server) -> Iterator[dict[Role | str | None, Page]]:
    """A window for each of the staff, for a second author, and one for nobody in particular."""
    watch = Watch(server.url)
    pages: dict[Role | str | None, Page] = {}
    links: dict[Role | str | None, str] = {role: server.fresh_link(role) for role in Role}
    links |= {None: "", READER: server.invite("Lou Relecture-Démo", Role.AUTHOR)}
    for role, link in links.items():
        context = browser.new_context(**window_options(server))  # type: ignore[arg-type]
        pages[role] = dressed(context, watch)
        if link:
            pages[role].goto(link)
            pages[role].get_by_role("button", name="Me connecter").click()
            pages[role].wait_for_url(lambda url: "/staff/link" not in url)
    yield pages
    for page in pages.values():
        page.context.close()
    assert [fault for fault in watch.faults if not fault[:3].isdigit()] == []


@pytest.fixture(scope="module")
def empty_faults(screens: dict[Role | str | None, Page]) -> list[str]:
    """What is wrong before anything is there: looked for before the school comes in."""
    found = []
    for path, role in EMPTY.items():
        page = screens[role]
        page.goto(path)
        found += [f"{path} empty: {fault}" for fault in examining.faults(page)]
    return found


@pytest.fixture(scope="module")
def stage(
    empty_faults: list[str],
    screens: dict[Role | str | None, Page],
    playwright: Playwright,
    server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """The school, with a session in every state."""
    folder = tmp_path_factory.mktemp("long-names")
    write_school(folder, pupils=64)
    stage = Stage(server, Backstage(playwright, server), screens)
    stage.backstage.import_school(with_long_names(folder))
    set_up(stage, playwright)
    yield stage
    stage.backstage.leave()


def test_the_empty_pages_hold(stage: Stage, empty_faults: list[str]) -> None:
    assert empty_faults == [], "\n".join(empty_faults)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_in_each_of_its_states(stage: Stage, path: str, language: str) -> None:
    if stage.language != language:
        stage.speak(language)
    found = []
    is_french = language == "fr"
    # Between languages only words differ: in English each page is visited once, unless all is asked for.
    most = None if is_french or os.environ.get(EVERY) else 1
    for name, state in islice(PAGES[path].items(), most):
        page = state(stage)
        if page is None:
            continue
        if os.environ.get(KEEP):
            examining.picture(page, f"{language} {path} {name}")
        found += [f"{name}: {fault}" for fault in examining.faults(page, colours=is_french)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("window", [LAPTOP, NARROW], ids=["laptop", "narrow"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_of_the_board_is_cut_or_covered_where_its_text_is_spaced_out(
    stage: Stage, layout: str, window: ViewportSize
) -> None:
    if stage.language != "fr":
        stage.speak("fr")
    for session in ("full", "arriving"):
        page = stage.board(session, layout)
        page.set_viewport_size(window)
        found = unreadable_where_spaced_out(page, ".tile")
        page.set_viewport_size(LAPTOP)
        assert found == [], "\n".join([session, *found])


def test_nothing_of_an_access_card_is_cut_where_its_text_is_spaced_out(stage: Stage) -> None:
    page = stage.visit(Role.HEAD, "/sessions/{id}/cards", "full")
    found = unreadable_where_spaced_out(page, ".access-card")
    assert found == [], "\n".join(found)


def test_every_page_and_every_dialog_is_visited(stage: Stage) -> None:
    routes = {r.path for r in all_routes() if isinstance(r, Route) and "GET" in (r.methods or ())}
    unseen = sorted(routes - PAGES.keys() - NOT_OF_THE_CONSOLE.keys())
    assert unseen == [], f"add to PAGES in every_state.py the states of: {unseen}"
    page = stage.board("full")
    ids = page.evaluate("() => [...document.querySelectorAll('dialog')].map(({ id }) => id.slice(7))")
    unopened = sorted(set(ids) - DIALOGS.keys())
    assert unopened == [], f"add to DIALOGS in board_states.py how to open: {unopened}"
