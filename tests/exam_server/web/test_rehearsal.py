"""The rehearsal over HTTP: what a computer gets with the code and without it, and what the console shows."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from exam_server.storage.tables import Pupil, Session
from exam_server.web.access import REHEARSAL_COOKIE
from exam_server.web.guard import LARGEST_BODY
from exam_server.web.rehearsing import BLOCK, BLOCKS_PER_DEVICE, SEATS_PER_ROOM, unhurried
from tests.exam_server.papers.samples import pages_of
from tests.exam_server.web.site import Site
from tests.support.computers import A_GOOD_COMPUTER
from tests.support.rehearsal import begin, code_of, end
from tests.support.room import ExamRoom, an_exam_room

GOOD = A_GOOD_COMPUTER.to_json()
WRONG_CLOCK = {**GOOD, "clock_offset_ms": 184_000}
INSIDE = (
    ("GET", "/rehearsal/block"),
    ("POST", "/rehearsal/block"),
    ("POST", "/rehearsal/seat"),
)


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """A planned session whose rehearsal has begun."""
    room = await an_exam_room(site.store, candidates=2, is_open=False)
    await begin(room)
    return room


async def a_computer(site: Site, room: ExamRoom) -> httpx.AsyncClient:
    """A browser of the room that has typed the code."""
    browser = site.browser()
    await browser.get("/rehearsal")
    answer = await browser.post("/rehearsal/enter", json={"code": (await code_of(room)).lower()})
    assert (answer.status_code, answer.json()) == (200, {"next": "/rehearsal"})
    return browser


async def say(
    browser: httpx.AsyncClient, measures: Mapping[str, Any] = GOOD, row: object = 2, column: object = 3
) -> httpx.Response:
    body = {"row": row, "column": column, "measures": measures}
    return await browser.post("/rehearsal/seat", json=body)


async def sheet_of(site: Site, room: ExamRoom) -> dict[str, Any]:
    browser = await site.signed_in(room.by)
    sheet: dict[str, Any] = (await browser.get(f"/sessions/{room.session_id}/rehearsal.json")).json()
    return sheet


# -- the computer --------------------------------------------------------------------------------------------


async def test_a_computer_s_measures_are_judged_and_said_in_words(both_sites: Site) -> None:
    room = await an_exam_room(both_sites.store, candidates=1, is_open=False)
    await begin(room)
    browser = await a_computer(both_sites, room)
    ready = (await say(browser)).json()
    assert (ready["readiness"], ready["summary"]) == ("ready", "Ce poste est prêt.")
    assert [line["advice"] for line in ready["lines"]] == [""] * len(ready["lines"])
    wrong = (await say(browser, WRONG_CLOCK)).json()
    assert wrong["readiness"] == "to_look_at"
    (clock,) = [line for line in wrong["lines"] if line["readiness"] != "ready"]
    assert clock["value"].replace("\u00a0", " ") == "Avance de 3 min 04 s"
    assert "Mettez ce poste à l’heure" in clock["advice"]
    (seat,) = (await sheet_of(both_sites, room))["seats"]
    assert (seat["row"], seat["column"], seat["readiness"]) == (2, 3, "to_look_at")
    assert seat["lines"] == wrong["lines"]


async def test_the_server_judges_and_not_the_browser(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    claimed = {**WRONG_CLOCK, "readiness": "ready", "checks": {"clock": "ready"}}
    body = {"row": 1, "column": 1, "measures": claimed, "readiness": "ready"}
    answer = await browser.post("/rehearsal/seat", json=body)
    assert answer.json()["readiness"] == "to_look_at"


async def test_the_words_are_the_reader_s(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    body = {"row": 1, "column": 1, "measures": WRONG_CLOCK}
    answer = await browser.post("/rehearsal/seat", json=body, headers={"accept-language": "en"})
    assert (
        answer.json()["summary"]
        == "The test can be taken at this computer, but something should be looked at."
    )
    assert "3\u00a0min\u00a004\u00a0s ahead" in [line["value"] for line in answer.json()["lines"]]
    page = await browser.get("/rehearsal", headers={"accept-language": "en"})
    assert "At which seat is this computer?" in page.text


async def test_without_the_code_there_is_nothing_but_the_page_for_it(site: Site, room: ExamRoom) -> None:
    number = (await room.session()).log_number
    for token in ("", "x" * 43, f"{room.session_id}.{'x' * 43}", "é" * 20):
        browser = site.browser(**({REHEARSAL_COOKIE: token} if token.isascii() and token else {}))
        page = await browser.get("/rehearsal")
        assert page.status_code == 200
        assert "Tapez les 6 caractères" in page.text
        assert "B12" not in page.text
        for method, path in INSIDE:
            body = {"row": 1, "column": 1, "measures": GOOD}
            answer = await browser.request(method, path, json=body if method == "POST" else None)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "rehearsal_over"), path
    assert (await room.session()).log_number == number


async def test_who_was_in_is_out_when_it_ends(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    assert (await say(browser)).status_code == 200
    await end(room)
    assert (await say(browser)).status_code == 401
    assert "Tapez les 6 caractères" in (await browser.get("/rehearsal")).text


async def test_a_computer_learns_nobody_s_name(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    names = await site.store.read(lambda r: r.orm.query(Pupil.family_name, Pupil.ine).all())
    session = await site.store.read(lambda r: r.get(Session, room.session_id))
    said = (await browser.get("/rehearsal")).text + (await say(browser)).text
    assert "B12" in said
    hidden = [
        *(one for row in names for one in row),
        session.code,
        room.by.name,
        *(c.card for c in room.candidates),
    ]
    assert [one for one in hidden if one in said] == []
    assert (await browser.get("/exam/state")).status_code == 401
    assert (await browser.get(f"/sessions/{room.session_id}/rehearsal.json")).status_code == 401


async def test_a_demonstration_s_haste_is_not_taken_for_a_wrong_clock(site: Site) -> None:
    hurried = replace(site.desk.settings, speed=20, speed_epoch_ms=1_000)
    assert unhurried(hurried, 1_000 + 20 * 500) == 1_500
    assert unhurried(site.desk.settings, 1_500) == 1_500


async def test_what_is_to_be_done_is_told_before_what_is_well(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    found = (await say(browser, {**WRONG_CLOCK, "sound": "not_heard"})).json()
    assert [line["check"] for line in found["lines"]][:3] == ["sound", "clock", "browser"]


async def test_the_server_s_time_comes_with_each_ping(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    assert (await site.browser().get("/rehearsal/ping")).status_code == 200, "the time is no secret"
    answer = await browser.get("/rehearsal/ping")
    assert answer.json() == {"now": int(room.clock().timestamp() * 1000)}
    assert answer.headers["cache-control"] == "no-store"


# -- hostile input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (0, 1, "no_such_seat"),
        (1, 7, "no_such_seat"),
        (-1, -1, "no_such_seat"),
        (2**52, 1, "no_such_seat"),
        (2**200, 1, "bad_field"),
        ("1", 1, "bad_field"),
        (None, 1, "bad_field"),
        (1.5, 1, "bad_field"),
        (True, 1, "bad_field"),
    ],
)
async def test_a_seat_that_is_none_is_refused(
    site: Site, room: ExamRoom, row: object, column: object, code: str
) -> None:
    browser, number = await a_computer(site, room), (await room.session()).log_number
    answer = await say(browser, GOOD, row, column)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert (await room.session()).log_number == number


def may_be(name: str, value: object) -> bool:
    """Whether this is a value of the field after all."""
    if name == "browser":
        return isinstance(value, str)
    if name == "missing":
        return value == []
    return value is None and name in {"clock_offset_ms", "latency_ms", "worst_ms", "down_kbits", "up_kbits"}


async def test_values_that_cannot_be_leave_no_trace(site: Site, room: ExamRoom) -> None:
    browser, number = await a_computer(site, room), (await room.session()).log_number
    for name in GOOD:
        for value in (None, -(10**15), 10**15, 1.5, "NaN", [], {}, "x" * 10_000):
            if may_be(name, value):
                continue
            answer = await say(browser, {**GOOD, name: value})
            assert answer.status_code == 422, f"{name}: {str(value)[:20]}"
            assert answer.json()["error"]["field"] == name
    for octets in (b'{"row": 1, "column": 1, "measures": {"latency_ms": NaN}}', b"[]", b"\xff"):
        assert (await browser.post("/rehearsal/seat", content=octets)).status_code == 422
    assert (await room.session()).log_number == number


async def test_a_page_of_another_site_fills_in_nothing(site: Site, room: ExamRoom) -> None:
    browser, number = await a_computer(site, room), (await room.session()).log_number
    body = {"row": 1, "column": 1, "measures": GOOD}
    answer = await browser.post("/rehearsal/seat", json=body, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site")
    assert (await room.session()).log_number == number


# -- how much, how often -------------------------------------------------------------------------------------


async def test_wrong_codes_are_counted_and_the_right_one_is_not(site: Site, room: ExamRoom) -> None:
    browser = site.browser()
    await browser.get("/rehearsal")
    right = {"code": await code_of(room)}
    for _ in range(15):
        assert (await browser.post("/rehearsal/enter", json=right)).status_code == 200
    tried = [
        (await browser.post("/rehearsal/enter", json={"code": f"ZZZZ{n:02d}"})).status_code for n in range(11)
    ]
    assert tried == [404] * 10 + [429]
    assert (await browser.post("/rehearsal/enter", json=right)).status_code == 429
    assert (await site.browser().post("/rehearsal/enter", json=right)).status_code == 200


async def test_a_whole_room_types_the_same_code_at_the_same_moment(site: Site, room: ExamRoom) -> None:
    code = {"code": await code_of(room)}
    computers = [site.browser() for _ in range(60)]
    answers = await asyncio.gather(*(one.post("/rehearsal/enter", json=code) for one in computers))
    assert [one.status_code for one in answers] == [200] * 60


async def test_a_program_that_guesses_is_stopped_by_its_address(site: Site, room: ExamRoom) -> None:
    tried = []
    for n in range(301):
        answer = await site.browser().post("/rehearsal/enter", json={"code": f"{n:06d}"})
        tried.append(answer.status_code)
    assert tried == [404] * 300 + [429]


async def test_many_guesses_at_once_are_counted_each(site: Site, room: ExamRoom) -> None:
    browser = site.browser()
    await browser.get("/rehearsal")
    guesses = [browser.post("/rehearsal/enter", json={"code": f"YYYY{n:02d}"}) for n in range(30)]
    answers = await asyncio.gather(*guesses)
    assert sorted(one.status_code for one in answers) == [404] * 10 + [429] * 20


async def test_blocks_are_of_a_fixed_size_and_bounded_in_number(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    answer = await browser.get("/rehearsal/block")
    assert (answer.status_code, len(answer.content)) == (200, BLOCK)
    whole = await browser.post("/rehearsal/block", content=b"x" * LARGEST_BODY)
    assert whole.json() == {"received": LARGEST_BODY}
    assert (await browser.post("/rehearsal/block", content=b"x" * (LARGEST_BODY + 1))).status_code == 413
    for _ in range(BLOCKS_PER_DEVICE.tries - 2):
        assert (await browser.post("/rehearsal/block", content=b"x")).status_code == 200
    for method in ("GET", "POST"):
        refused = await browser.request(method, "/rehearsal/block")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_tries")
    assert (await (await a_computer(site, room)).get("/rehearsal/block")).status_code == 200


async def test_a_room_s_sheet_is_not_filled_without_end(site: Site, room: ExamRoom) -> None:
    browser = await a_computer(site, room)
    for n in range(SEATS_PER_ROOM.tries):
        assert (await say(browser, GOOD, 1 + n % 5, 1 + n // 5 % 6)).status_code == 200
    assert (await say(browser)).status_code == 429
    room.clock.advance(minutes=5)
    assert (await say(browser)).status_code == 200


# -- the console ---------------------------------------------------------------------------------------------


async def test_the_console_shows_address_code_and_seats_to_the_room_s_people(
    site: Site, room: ExamRoom
) -> None:
    for person in (room.by, room.school.head):
        browser = await site.signed_in(person)
        page = (await browser.get(f"/sessions/{room.session_id}/rehearsal")).text
        assert f"{site.base}<wbr>/rehearsal" in page
        assert "<svg" in page
        sheet = (await browser.get(f"/sessions/{room.session_id}/rehearsal.json")).json()
        assert sheet["code"] == await code_of(room)
        assert sheet["ends_at"] - sheet["now"] == 12 * 3600 * 1000
        assert (sheet["rows"], sheet["columns"], sheet["seats"]) == (5, 6, [])


async def test_beginning_and_ending_are_said_by_number(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    browser = await site.signed_in(room.by)
    base = f"/sessions/{room.session_id}/rehearsal"
    assert (await browser.get(f"{base}.json")).json()["code"] is None
    begun = await browser.post(f"{base}/begin", json={})
    assert begun.json() == {"number": (await room.session()).log_number}
    code = (await browser.get(f"{base}.json")).json()["code"]
    assert (await browser.post(f"{base}/begin", json={})).json() == begun.json()
    assert (await browser.get(f"{base}.json")).json()["code"] == code
    ended = await browser.post(f"{base}/end", json={})
    assert ended.json()["number"] == begun.json()["number"] + 1
    assert (await browser.get(f"{base}.json")).json()["code"] is None


async def test_a_session_that_is_over_has_its_sheet_and_no_rehearsal(site: Site, room: ExamRoom) -> None:
    computer = await a_computer(site, room)
    await say(computer)
    head = await site.signed_in(room.school.head)
    assert (await head.post(f"/sessions/{room.session_id}/cancel", json={})).status_code == 200
    sheet = (await head.get(f"/sessions/{room.session_id}/rehearsal.json")).json()
    assert (sheet["can_rehearse"], sheet["code"], len(sheet["seats"])) == (False, None, 1)
    for verb in ("begin", "end"):
        answer = await head.post(f"/sessions/{room.session_id}/rehearsal/{verb}", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "illegal_transition")
    assert (await say(computer)).status_code == 401


async def test_the_sheet_on_paper_says_what_to_put_right_and_who_was_not_tried(
    site: Site, room: ExamRoom
) -> None:
    computer = await a_computer(site, room)
    await say(computer, GOOD, 1, 1)
    await say(computer, WRONG_CLOCK, 1, 2)
    await say(computer, {**GOOD, "socket": False}, 1, 3)
    browser = await site.signed_in(room.by)
    answer = await browser.get(f"/sessions/{room.session_id}/papers/readiness")
    said = " ".join(pages_of(answer.content)).replace("\u00a0", " ")
    wrong, measured = said.split("Ce qui a été mesuré")
    assert wrong.index("1-3") < wrong.index("1-2"), "what is worst comes first"
    for words in (
        "Salle B12",
        "Prêt 1",
        "À voir 1",
        "Pas prêt 1",
        "Pas essayé 27",
    ):
        assert words in said
    assert "Avance de 3 min 04 s" in wrong
    assert "Mettez ce poste à l’heure" in wrong
    assert "1-1 Prêt" in measured
    assert "2-1, 2-2" in measured
    assert "Démo" not in said


async def test_a_sheet_of_nothing_says_so(site: Site, room: ExamRoom) -> None:
    browser = await site.signed_in(room.by)
    answer = await browser.get(f"/sessions/{room.session_id}/papers/readiness")
    assert "Aucun poste n’a encore été essayé." in " ".join(pages_of(answer.content))
