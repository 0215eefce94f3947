"""docs/protocol.md says what the code does: every address with its roles, every event with its facts."""

import re
from pathlib import Path

import exam_server
from exam_server.app import all_routes
from exam_server.live.projection import HIDDEN, VISIBLE
from exam_server.live.sockets import LARGEST_FRAME
from exam_server.web.access import RoleRoute
from exam_server.web.errors import STATUS
from tests.exam_server.web.test_routes import shape_of

(PACKAGE,) = exam_server.__path__
PAGE = (Path(PACKAGE).parent / "docs" / "protocol.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(GET|POST) (\S+)` \| ([^|]+) \|", re.MULTILINE)
EVENT = re.compile(r"^\| `([A-Z]\w+)` \| ([^|]+) \|", re.MULTILINE)


def test_every_address_is_on_the_page_with_its_roles() -> None:
    written = {
        (method, path): set(re.findall(r"[a-z]+", roles.partition("(")[0]))
        for method, path, roles in ROW.findall(PAGE)
    }
    routes = [route for route in all_routes() if shape_of(route)[0] in {"GET", "POST"}]
    served = {
        shape_of(route): {str(role) for role in route.roles} if isinstance(route, RoleRoute) else set()
        for route in routes
    }
    assert written == served


def test_both_sockets_are_on_the_page() -> None:
    for method, path in map(shape_of, all_routes()):
        if method == "SOCKET":
            assert f"`WS {path}`" in PAGE


def test_every_event_is_on_the_page_with_its_facts() -> None:
    written = {}
    for kind, facts in EVENT.findall(PAGE):
        plain = re.sub(r"\(.*?\)|:? ?\{.*?\}|;.*|, of those.*", "", facts)
        written[kind] = set(re.findall(r"\w+", plain))
    assert written == {str(kind): set(facts) for kind, facts in VISIBLE.items()}
    assert f"`{HIDDEN}`" in PAGE


def test_every_status_is_on_the_page() -> None:
    statuses = {int(status) for status in re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE)}
    assert statuses == set(STATUS.values()) | {405, 413, 500}
    assert f"up to {LARGEST_FRAME} characters" in PAGE
