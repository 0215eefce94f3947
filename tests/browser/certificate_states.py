"""In which states the pages about certificates are visited."""

from collections.abc import Mapping

from playwright.sync_api import Page

from exam_server.domain.roles import Role
from tests.browser.board_states import State
from tests.browser.stage import Stage

_OF_A_SESSION = "/sessions/{id}/certificates"


def _list_of(session: str) -> State:
    return lambda stage: stage.visit(Role.HEAD, _OF_A_SESSION, session)


def _asked(code: str) -> State:
    def state(stage: Stage) -> Page:
        page = stage.visit(None, "/verify")
        page.get_by_label("Code").fill(code)
        page.locator("main form button").first.click()
        return page

    return state


CERTIFICATE_STATES: Mapping[str, Mapping[str, State]] = {
    _OF_A_SESSION: {name: _list_of(name) for name in ("finalised", "closed")},
    "/verify": {
        "empty": lambda stage: stage.visit(None, "/verify"),
        "sent empty": _asked(""),
        "mistyped": _asked("7Q4M2"),
    },
}
