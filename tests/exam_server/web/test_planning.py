"""What the head’s pages say and take before a session opens, and what a cancelled session still shows."""

import re

import httpx
import pytest

from exam_server.acts.sessions import plan_of
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, an_exam_room

PAGE = {"accept": "text/html", "accept-language": "fr"}


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """Three candidates of a session that has not opened."""
    return await an_exam_room(site.store, is_open=False)


@pytest.fixture
async def head(site: Site, room: ExamRoom) -> httpx.AsyncClient:
    """The head’s browser."""
    return await site.signed_in(room.school.head)


def form(room: ExamRoom, /, **what: object) -> dict[str, object]:
    """The plan as its form sends it."""
    today = room.clock().date().isoformat()
    plan = {"room": "B12", "date": today, "time": "09:00", "rows": 5, "columns": 6}
    return {**plan, "invigilators": [room.by.id], **what}


async def test_the_form_holds_the_plan_and_sent_back_as_it_is_changes_nothing(
    room: ExamRoom, head: httpx.AsyncClient
) -> None:
    page = (await head.get(f"/sessions/{room.session_id}/change", headers=PAGE)).text
    values = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
    ticked = re.findall(r'name="invigilators" value="([^"]+)" checked', page)
    assert ticked == [room.by.id]
    before = await room.log()
    sent = {**values, "invigilators": ticked}
    assert sent == {**form(room), "rows": "5", "columns": "6"}
    answer = await head.post(f"/sessions/{room.session_id}/change", json=sent)
    assert answer.json() == {"number": len(before), "next": f"/sessions/{room.session_id}"}
    assert await room.log() == before


async def test_a_change_is_shown_on_the_session_s_page(room: ExamRoom, head: httpx.AsyncClient) -> None:
    wanted = form(room, room="Salle des Vergers", time="14:30", rows="2", columns=4)
    assert (await head.post(f"/sessions/{room.session_id}/change", json=wanted)).status_code == 200
    page = (await head.get(f"/sessions/{room.session_id}", headers=PAGE)).text
    for said in ("Salle des Vergers", "14 h 30".replace(" ", "\u00a0"), "2 rangs de 4 places"):
        assert said in page
    session = await room.session()
    assert (await room.store.read(plan_of, session)).rows == 2


async def test_a_room_that_is_too_small_is_refused_with_how_many_places_it_takes(
    room: ExamRoom, head: httpx.AsyncClient
) -> None:
    answer = await head.post(f"/sessions/{room.session_id}/change", json=form(room, rows=1, columns=2))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["registered"]) == (422, "room_too_small", 3)
    assert "3 " in error["remedy"]


async def test_a_planned_session_offers_to_change_cancel_and_unregister_and_an_open_one_does_not(
    room: ExamRoom, head: httpx.AsyncClient
) -> None:
    offers = ("/change", "/cancel", "/unregister", "dialog-cancel", "dialog-unregister")
    page = (await head.get(f"/sessions/{room.session_id}", headers=PAGE)).text
    assert [offer for offer in offers if offer not in page] == []
    assert page.count("/unregister") == 3
    await room.open()
    page = (await head.get(f"/sessions/{room.session_id}", headers=PAGE)).text
    assert [offer for offer in offers if offer in page] == []


async def test_an_unregistered_candidate_has_no_card_and_no_row(
    room: ExamRoom, head: httpx.AsyncClient
) -> None:
    gone = room.candidates[0]
    answer = await head.post(f"/attempts/{gone.id}/unregister", json={})
    assert answer.json() == {"number": (await room.session()).log_number}
    for address in (f"/sessions/{room.session_id}", f"/sessions/{room.session_id}/cards"):
        page = (await head.get(address, headers=PAGE)).text
        assert gone.id not in page
        assert room.candidates[1].id in page
    again = await head.post(f"/attempts/{gone.id}/unregister", json={})
    assert (again.status_code, again.json()["error"]["code"]) == (404, "not_found")


async def test_a_cancelled_session_is_listed_as_such_and_has_no_other_page(
    site: Site, room: ExamRoom, head: httpx.AsyncClient
) -> None:
    address = f"/sessions/{room.session_id}"
    answer = await head.post(f"{address}/cancel", json={})
    assert answer.json() == {"number": (await room.session()).log_number, "next": address}
    invigilator = await site.signed_in(room.by)
    for browser, listed in ((head, "/head"), (invigilator, "/invigilate")):
        page = (await browser.get(listed, headers=PAGE)).text
        assert "Annulée" in page
        assert f"{address}/" not in page
    page = (await head.get(address, headers=PAGE)).text
    assert "Cette session est annulée" in page
    assert f"{address}/" not in page
    for gone, status in (("cards", 409), ("closing", 409), ("change", 409), ("results", 409)):
        assert (await head.get(f"{address}/{gone}", headers=PAGE)).status_code == status, gone
    officer = await site.signed_in(room.school.officer)
    assert "B12" not in (await officer.get("/accommodations", headers=PAGE)).text


async def test_a_cancelled_session_s_card_is_refused_in_a_sentence(
    site: Site, room: ExamRoom, head: httpx.AsyncClient
) -> None:
    await head.post(f"/sessions/{room.session_id}/cancel", json={})
    answer = await site.browser().post("/exam/enter", json={"code": room.candidates[0].card})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "session_cancelled")
    assert error["remedy"]
