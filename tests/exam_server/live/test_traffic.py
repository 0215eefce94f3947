"""A whole session, recorded on the wire: no key, nothing about an item, and no reason of a decision."""

import asyncio
import html
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pypdf import PdfReader
from starlette.routing import Route
from websockets.asyncio.client import connect

from exam_server.app import all_routes
from exam_server.domain.accommodations import Measure
from exam_server.domain.roles import Person
from exam_server.signing.base64url import b64u_decode
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from question_bank.item_types.table import ItemType, key_of, render_item
from question_bank.items import ItemVersion
from tests.exam_server.live.sockets import Listener, Served
from tests.exam_server.live.tap import Tap
from tests.support.decisions import SCAN, THIRD, TWO_BREAKS, WHY, decide, record, recorded
from tests.support.room import ExamRoom, Sitter, an_exam_room

REASONS = {WHY.reference, WHY.decided_by, WHY.note, SCAN.name, SCAN.octets[:40].decode()}
MEMBERS = re.compile(r'"(correct|key|rationale|seed|spec|theta|parameters|competence|skill)"\s*:')
"""Names that no message to a candidate's page or a board may have."""

PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
async def tap(served: Served) -> AsyncIterator[Tap]:
    """Between this server and its browsers."""
    port = urlsplit(served.base).port
    assert port is not None
    laid = Tap(port)
    await laid.open()
    yield laid
    await laid.close()


class Line:
    """People at browsers whose every octet is heard."""

    def __init__(self, served: Served, room: ExamRoom, tap: Tap) -> None:
        self.served, self.room, self.tap = served, room, tap
        self.host = {"host": urlsplit(served.base).netloc, **PLAIN}
        self.papers: list[bytes] = []

    def browser(self, cookie: str, token: str) -> httpx.AsyncClient:
        base = f"http://127.0.0.1:{self.tap.port}"
        browser = httpx.AsyncClient(
            base_url=base, headers=self.host, cookies={cookie: token}, trust_env=False
        )
        self.served.browsers.append(browser)
        return browser

    async def staff(self, person: Person) -> httpx.AsyncClient:
        return self.browser(STAFF_COOKIE, await self.served.login_of(person))

    async def listen(self, path: str, cookie: str, token: str) -> Listener:
        address = f"ws://127.0.0.1:{self.tap.port}{path}"
        headers = {"Cookie": f"{cookie}={token}", "Host": self.host["host"]}
        options: dict[str, Any] = {"compression": None, "proxy": None, "ping_interval": None}
        return Listener(
            await connect(address, origin=self.served.base, additional_headers=headers, **options)  # type: ignore[arg-type]
        )

    async def visit_all(self, person: Person) -> set[str]:
        """Every page, file and paper of the session that this person may read; gives those there were."""
        browser, seen = await self.staff(person), set()
        for path in READABLE:
            where = path.replace("{id}", self.room.session_id)
            answer = await browser.get(where.replace("{candidate}", self.room.candidates[0].id))
            if answer.status_code == 200:
                seen.add(path)
            if answer.headers.get("content-type") == "application/pdf":
                self.papers.append(answer.content)
        return seen

    def heard(self) -> str:
        """Everything so far, both ways."""
        return "\n".join(said(one) for one in (*self.tap.asked, *self.tap.answered))

    def printed(self) -> str:
        """What the papers say."""
        readers = (PdfReader(io.BytesIO(one)) for one in self.papers)
        return "\n".join(page.extract_text() for reader in readers for page in reader.pages)

    async def sit(self, c: Sitter) -> list[ItemVersion]:
        """A whole test over the line, every answer a wrong one; gives the items that were met."""
        browser = self.browser(CANDIDATE_COOKIE, c.token)
        met: list[ItemVersion] = []
        state = (await browser.post("/exam/start", json={})).json()
        while state["phase"] == "test":
            item = (await self.room.view(c)).item(self.room.store.house)
            assert item is not None
            met.append(item)
            content = await self.room.wrong_content(c) or {"skip": True}
            body = {
                "position": state["progress"]["position"],
                "content": content,
                "answered_at": state["now"],
            }
            draft = await browser.post("/exam/responses", json={**body, "revision": 1, "final": False})
            assert draft.status_code == 200, draft.text
            self.room.clock.advance(seconds=20)
            reply = await browser.post("/exam/responses", json={**body, "revision": 2, "final": True})
            state = reply.json()["state"]
        await browser.get("/exam/receipt.svg")
        return met


READABLE = sorted(
    {
        route.path
        for route in all_routes()
        if isinstance(route, Route)
        and "GET" in (route.methods or ())
        and set(route.param_convertors) <= {"id", "candidate"}
        and "/sessions/{id}" in route.path
    }
)


def said(octets: bytes | bytearray) -> str:
    """What was sent, with what HTML and JSON write otherwise put back."""
    text = bytes(octets).decode("utf-8", "replace")
    return html.unescape(re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text))


async def a_session_sat(served: Served, tap: Tap) -> tuple[Line, list[ItemVersion]]:
    """Decided for, opened, sat by two, followed on a board and on their pages."""
    served.make_key()
    room = await an_exam_room(served.store, candidates=3)
    line = Line(served, room, tap)
    helped, other, _absent = room.candidates
    measures = frozenset({Measure.LARGE_TEXT, Measure.READ_ALOUD})
    await decide(room, helped, recorded(THIRD, TWO_BREAKS, measures, evidence=SCAN))
    login = await served.login_of(room.by)
    ears = [await line.listen(f"/sessions/{room.session_id}/live", STAFF_COOKIE, login)]
    await ears[0].say({"type": "follow", "after": 0})
    for c in (helped, other):
        await room.admit(c)
        await room.enter(c)
        ears.append(await line.listen("/exam/live", CANDIDATE_COOKIE, c.token))
    met = [item for c in (helped, other) for item in await line.sit(c)]
    await record(room, other, recorded(THIRD, evidence=SCAN))
    assert [(await room.attempt(c)).state for c in (helped, other)] == ["completed", "completed"]
    await asyncio.gather(*(ear.silence(0.2) for ear in ears))
    for ear in ears:
        await ear.socket.close()
    return line, met


async def test_what_goes_over_the_line_in_a_session_has_no_key_and_no_reason(
    served: Served, tap: Tap
) -> None:
    line, met = await a_session_sat(served, tap)
    room = line.room
    seen = await line.visit_all(room.by) | await line.visit_all(room.school.head)
    assert len(seen) > 15
    head = await line.staff(room.school.head)
    reasons = {room.candidates[2].id: {"code": "absent"}}
    closed = await head.post(f"/sessions/{room.session_id}/close", json={"reasons": reasons})
    assert closed.status_code == 200, closed.text
    heard = line.heard() + line.printed()
    assert len(heard) > 500_000
    for item in met:
        assert item.rationale not in heard, item.id
        assert item.id not in heard, item.id
    found = MEMBERS.search(heard)
    assert found is None, heard[found.start() - 200 : found.end() + 200] if found else ""
    assert_no_typed_key(met, heard)
    # From here on the head gets what the results follow from: marks and keys, and still no reason.
    assert (await served.finalise(head, room.session_id)).status_code == 200
    assert "/sessions/{id}/bundle" in await line.visit_all(room.school.head)
    heard = line.heard() + line.printed()
    # Everything signed is opened too: the results, and what the head confirmed.
    for seal in set(re.findall(r"eyJ[\w-]+\.([\w-]{400,})\.[\w-]+", heard)):
        heard += b64u_decode(seal).decode()
    assert '"receipt"' in heard
    for reason in REASONS:
        assert reason not in heard, reason


def assert_no_typed_key(met: list[ItemVersion], heard: str) -> None:
    """What would be right to type is nowhere, unless the question itself shows it."""
    for item in met:
        if item.type is not ItemType.SHORT_TEXT or item.variants:
            continue
        shown = json.dumps(render_item(item, 0), ensure_ascii=False)
        for accepted in key_of(item):
            if len(accepted) > 5 and accepted not in shown:
                assert f'"{accepted}"' not in heard, item.id
