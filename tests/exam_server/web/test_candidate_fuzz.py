"""Whatever a candidate's browser, or somebody who plays one, sends: a rule answers, never a fault."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exam_server.web.site import Site, a_site, settings_for
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.room import ExamRoom, a_running_room

LENIENT = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**52, max_value=2**65)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["o1", "o2", "12,5", "\0", "\ud7ff", "😀", "1e9999", "-0", "½", "١"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=6), inner, max_size=6),
    max_leaves=12,
)
CONTENTS = st.one_of(
    JSONS,
    st.fixed_dictionaries({"option": JSONS}, optional={"x": JSONS}),
    st.fixed_dictionaries({"options": st.lists(JSONS, max_size=9) | JSONS}),
    st.fixed_dictionaries({"order": st.lists(JSONS, max_size=9) | JSONS}),
    st.fixed_dictionaries({"number": st.text(max_size=60) | JSONS}),
    st.fixed_dictionaries({"text": st.text(max_size=200) | JSONS}),
    st.fixed_dictionaries({"skip": JSONS}),
)
RESPONSES = st.fixed_dictionaries(
    {},
    optional={
        "position": st.sampled_from([0, 1, 2, 33]) | JSONS,
        "revision": st.integers(-1, 5) | JSONS,
        "content": CONTENTS,
        "final": st.booleans() | JSONS,
        "answered_at": st.sampled_from([0, -1, 10**12, 253402300799999, -62135596800000]) | JSONS,
        "more": JSONS,
    },
)


@dataclass
class Seat:
    """A candidate in a room whose test is under way, asked from outside any event loop."""

    runner: asyncio.Runner
    site: Site
    room: ExamRoom
    browser: httpx.AsyncClient

    def post(self, path: str, content: bytes) -> httpx.Response:
        answer = self.runner.run(self.browser.post(path, content=content))
        assert answer.status_code < 500, f"{path} {content[:300]!r}: {answer.text}"
        if answer.status_code >= 400:
            assert answer.json()["error"].keys() >= {"code", "message", "remedy"}
        return answer

    def check(self) -> None:
        """The page can still be shown, and the log is whole."""
        assert self.runner.run(self.browser.get("/exam/state")).status_code == 200
        self.runner.run(self.room.checked_log())


@pytest.fixture
def seat(database: Place, tmp_path: Path) -> Iterator[Seat]:
    clock = ManualClock()
    context = a_site(settings_for(database.url, tmp_path / "folder"), clock)
    with asyncio.Runner() as runner:
        site = runner.run(context.__aenter__())
        room = runner.run(a_running_room(site.store, candidates=1))
        yield Seat(runner, site, room, site.sitting(room.candidates[0].token))
        runner.run(context.__aexit__(None, None, None))


def test_no_response_is_a_fault(seat: Seat) -> None:
    @LENIENT
    @given(body=RESPONSES)
    def any_response(body: dict[str, object]) -> None:
        seat.post("/exam/responses", json.dumps(body).encode())

    any_response()
    seat.check()


def test_no_content_for_the_item_in_hand_is_a_fault(seat: Seat) -> None:
    """Each type of item in turn meets each shape of content, well-numbered so that it is read."""
    revision = [0]

    @LENIENT
    @given(content=CONTENTS, is_final=st.booleans())
    def any_content(content: object, is_final: bool) -> None:
        state = seat.runner.run(seat.browser.get("/exam/state")).json()
        revision[0] += 1
        if revision[0] > 8:
            revision[0], content, is_final = 1000, {"skip": True}, True
        body = {
            "position": max(1, state["progress"]["position"]),
            "revision": revision[0],
            "content": content,
            "final": is_final,
            "answered_at": state["now"],
        }
        answer = seat.post("/exam/responses", json.dumps(body).encode())
        if is_final and answer.status_code == 200:
            revision[0] = 0

    any_content()
    seat.check()
    taken = seat.runner.run(seat.room.log("ResponseSaved"))
    assert any(line.facts["final"] for line in taken), "nothing got as far as the rules"


def test_no_octets_are_a_fault(seat: Seat) -> None:
    paths = st.sampled_from(
        ["/exam/enter", "/exam/start", "/exam/focus", "/exam/comfort", "/exam/responses", "/staff/sign-out"]
    )

    @LENIENT
    @given(path=paths, octets=st.binary(max_size=200) | JSONS.map(json.dumps).map(str.encode))
    def any_octets(path: str, octets: bytes) -> None:
        seat.post(path, octets)

    any_octets()
    seat.check()


def test_no_typed_code_is_a_fault(seat: Seat) -> None:
    @LENIENT
    @given(code=st.text(max_size=70) | JSONS)
    def any_code(code: object) -> None:
        answer = seat.post("/exam/enter", json.dumps({"code": code}).encode())
        assert answer.status_code in {404, 422, 429}

    any_code()
    seat.check()
