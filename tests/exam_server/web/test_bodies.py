"""Bodies that are too long, malformed or hostile: refused in words, and nothing else disturbed."""

import json
from collections.abc import AsyncIterator

import httpx

from exam_server.web.guard import LARGEST_BODY
from tests.exam_server.web.site import Site
from tests.support.computers import A_GOOD_COMPUTER
from tests.support.room import ExamRoom, a_running_room, an_exam_room

HUGE = 10**4000
HOSTILE: list[object] = [
    None,
    True,
    -1,
    0,
    2**31,
    2**53,
    2**63,
    2**64,
    1.5,
    -0.0,
    1e308,
    "",
    " ",
    "\0",
    "a\0b",
    "\u202e\u2028",
    "😀" * 100,
    "x" * 100_000,
    "9" * 5000,
    "1_0",
    "١٢",
    "0001-01-01",
    "9999-12-31",
    "24:00",
    "23:59:59.999999+14:00",
    "1/0",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    [],
    [[]],
    ["\0"],
    {},
    {"code": "\0", "note": "\0"},
    {"code": "technical", "note": None},
    {"code": "technical", "note": "x" * 10_000},
    {"\0": "\0"},
    {"a": {"b": [1, {"c": None}]}},
]
VERBS = {
    "/attempts/{c}/extra-time": {"fraction": "1/3"},
    "/attempts/{c}/identity": {"document": "carte_scolaire"},
    "/attempts/{c}/seat": {"row": 1, "column": 1},
    "/attempts/{c}/extend": {"minutes": 5, "reason": "bruit"},
    "/attempts/{c}/pause": {"reason": "infirmerie"},
    "/attempts/{c}/terminate": {"reason": {"code": "technical", "note": ""}},
    "/attempts/{c}/help/come": {"call": 1},
    "/attempts/{c}/help/dismiss": {"call": 1},
    "/attempts/{c}/help/time": {"call": 1, "minutes": 5, "reason": "panne"},
    "/attempts/{c}/help/item": {"call": 1, "reason": "image absente"},
    "/attempts/{c}/message": {"text": "Bonjour", "request": "w"},
    "/sessions/{s}/message": {"text": "Bonjour"},
    "/sessions/{s}/selection/pause": {"candidates": ["x"], "request": "w", "reason": "alarme"},
    "/sessions/{s}/selection/extend": {
        "candidates": ["x"],
        "request": "w",
        "minutes": 5,
        "reason": "bruit",
    },
    "/sessions/{s}/selection/terminate": {
        "candidates": ["x"],
        "request": "w",
        "reason": {"code": "technical"},
    },
    "/sessions/{s}/selection/message": {"candidates": ["x"], "request": "w", "text": "Bonjour"},
    "/sessions/{s}/candidates": {"class": "3E A"},
    "/sessions/{s}/pause": {"reason": "alarme"},
    "/sessions/{s}/extend": {"minutes": 5, "reason": "bruit"},
    "/sessions/{s}/close": {"reasons": {}},
    "/sessions/open": {"code": "BCDFGH"},
    "/sessions": {
        "room": "B12",
        "date": "2026-05-12",
        "time": "09:00",
        "invigilators": ["x"],
        "rows": 5,
        "columns": 6,
    },
    "/staff/sign-in": {"email": "a@b.example"},
    "/account/passkeys/begin": {"password": ""},
    "/account/passkeys": {"challenge": "x", "name": "Bureau", "passkey": {"id": "x", "response": {}}},
    "/account/passkeys/remove": {"credential": "x", "password": ""},
    "/account/code": {"code": "123456"},
    "/account/trial": {"challenge": "x", "passkey": {"id": "x", "response": {"signature": "x"}}},
    "/exam/enter": {"code": "BCDFGHJK"},
    "/rehearsal/enter": {"code": "BCDFGH"},
    "/rehearsal/seat": {"row": 1, "column": 1, "measures": A_GOOD_COMPUTER.to_json()},
}
ADDRESSES = (
    "/sessions/%00",
    "/sessions/%00/board.json",
    "/sessions/" + "x" * 5000,
    "/sessions/%F0%9F%98%80",
    "/sessions/..%2f..%2fetc%2fpasswd",
    "/sessions/%ff",
    "/pupils?class=%00",
    "/pupils?class=" + "x" * 5000,
    "/pupils?class=%ff&class=3E%20A",
    "/staff/link/%00",
    "/staff/link/" + "x" * 5000,
    "/static/client/%00",
    "/static/client/..%2f..%2fexam_server/settings.py",
    "/static/client//etc/passwd",
)
NO_UPLOADS = (
    (b"", "multipart/form-data; boundary=x"),
    (b"--x", "multipart/form-data; boundary=x"),
    (b"garbage", "multipart/form-data; boundary=x"),
    (b"garbage", "multipart/form-data"),
    (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    (b"file=x", "application/x-www-form-urlencoded"),
    (b"{}", "application/json"),
)
NOT_OBJECTS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"\xff\xfe",
    b"{'a':1}",
    b"NaN",
    b'{"code":"\\ud800"}',
    b"[" * 5000,
]


async def both_roles(site: Site, room: ExamRoom) -> httpx.AsyncClient:
    """The head, who may do everything with a session."""
    return await site.signed_in(room.school.head)


async def pieces(count: int, size: int = 8192) -> AsyncIterator[bytes]:
    """A body whose length nobody has declared."""
    for _ in range(count):
        yield b"x" * size


async def test_a_body_of_declared_size_is_refused_unread(site: Site) -> None:
    read = []

    async def watched() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"x"

    headers = {"content-length": str(LARGEST_BODY + 1)}
    answer = await site.browser().post("/exam/enter", content=watched(), headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["error"]["code"] == "too_large"


async def test_a_body_without_a_declared_size_is_refused_when_it_grows_too_long(site: Site) -> None:
    answer = await site.browser().post("/exam/enter", content=pieces(LARGEST_BODY // 8192 + 1))
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["error"]["code"] == "too_large"


async def test_a_body_that_just_fits_is_read(site: Site) -> None:
    body = json.dumps({"code": "x"}).encode()
    whole = body + b" " * (LARGEST_BODY - len(body))
    assert (await site.browser().post("/exam/enter", content=whole)).status_code == 404
    assert (await site.browser().post("/exam/enter", content=whole + b" ")).status_code == 413


async def test_a_length_that_is_none_is_refused(site: Site) -> None:
    for length in ("-1", "abc", "1e9", "9" * 40):
        answer = await site.browser().post("/exam/enter", content=b"{}", headers={"content-length": length})
        assert answer.status_code == 413


async def test_an_upload_may_be_longer_than_a_message(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    browser = await site.signed_in(room.school.head)
    file = {"file": ("eleves.xml", b" " * (LARGEST_BODY * 4))}
    answer = await browser.post("/pupils/import", files=file)
    assert (answer.status_code, answer.json()["saved"]) == (200, False)


async def test_an_upload_that_is_none_is_refused(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    browser = await site.signed_in(room.school.head)
    for path in ("/pupils/import", "/profiles/import"):
        for content, kind in NO_UPLOADS:
            answer = await browser.post(path, content=content, headers={"content-type": kind})
            assert answer.status_code in {400, 422}, answer.text
            assert "error" in answer.json()


async def test_what_is_not_an_object_is_refused(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    candidate = site.sitting(room.candidates[0].token)
    for browser, path in ((site.browser(), "/exam/enter"), (candidate, "/exam/responses")):
        for octets in NOT_OBJECTS:
            answer = await browser.post(path, content=octets)
            assert answer.status_code == 422, answer.text
            assert answer.json()["error"]["code"] in {"not_json", "bad_field", "bad_response"}
    assert await room.log("ResponseSaved") == []


async def test_no_value_of_a_field_breaks_a_verb(both_sites: Site) -> None:
    """Each field in turn takes each hostile value: a rule answers, never a fault."""
    room = await a_running_room(both_sites.store, candidates=1)
    browser = await both_roles(both_sites, room)
    for path, right in VERBS.items():
        where = path.format(c=room.candidates[0].id, s=room.session_id)
        bodies = [{**right, name: value} for name in right for value in HOSTILE]
        for body in bodies:
            answer = await browser.post(where, content=json.dumps(body))
            assert answer.status_code < 500, f"{path} {str(body)[:80]!r}: {answer.text}"
        huge = f'{{"{next(iter(right))}": {HUGE}}}'
        assert (await browser.post(where, content=huge)).status_code < 500
    await room.checked_log()


async def test_no_address_breaks_the_server(both_sites: Site) -> None:
    room = await an_exam_room(both_sites.store, candidates=1)
    browser = await both_roles(both_sites, room)
    for path in ADDRESSES:
        for accept in ("text/html", "application/json"):
            answer = await browser.get(path, headers={"accept": accept})
            assert answer.status_code in {200, 404}, path
            assert "PASSATION_" not in answer.text


async def test_what_a_person_typed_is_shown_as_text(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    browser = await site.signed_in(room.school.head)
    invigilators = [room.school.invigilator.id]
    body = {"date": "2026-05-12", "time": "09:00", "invigilators": invigilators, "rows": 5, "columns": 6}
    answer = await browser.post("/sessions", json={**body, "room": "<script>alert(1)</script>{{ 7*7 }}"})
    assert answer.status_code == 200
    for path in ("/head", answer.json()["next"]):
        page = (await browser.get(path, headers={"accept": "text/html"})).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page
