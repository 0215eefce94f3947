"""Help calls and messages over HTTP: what is taken, what is refused, what the candidate sees then."""

import httpx
import pytest

from exam_server.domain.events import EventKind
from exam_server.live.sockets import QUIET_KINDS
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room


async def sitting(site: Site) -> tuple[ExamRoom, httpx.AsyncClient]:
    """One candidate in the test, at a browser."""
    room = await a_running_room(site.store, candidates=1)
    return room, site.sitting(room.candidates[0].token)


async def test_a_call_is_answered_with_the_page_as_it_then_is(site: Site) -> None:
    _, browser = await sitting(site)
    called = (await browser.post("/exam/help", json={"kind": "technical"})).json()
    assert (called["phase"], called["time"]["stopped"]["scope"]) == ("stopped", "help")
    assert (called["help"]["state"], called["item"]) == ("open", None)
    again = (await browser.post("/exam/help", json={"kind": "technical"})).json()
    assert again["help"] == called["help"]
    withdrawn = await browser.post("/exam/help/withdraw", json={"call": called["help"]["call"]})
    assert (withdrawn.json()["phase"], withdrawn.json()["help"]) == ("test", None)


@pytest.mark.parametrize("kind", ["fire", "", None, 1, ["technical"]])
async def test_a_call_about_nothing_that_is_known_is_no_call(site: Site, kind: object) -> None:
    room, browser = await sitting(site)
    number = (await room.last()).number
    answer = await browser.post("/exam/help", json={"kind": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_field")
    assert (await room.last()).number == number


@pytest.mark.parametrize("number", [0, -1, 10**9, 2**31, 2**52])
async def test_a_call_that_was_never_made_is_not_found(both_sites: Site, number: int) -> None:
    room, browser = await sitting(both_sites)
    answer = await browser.post("/exam/help/withdraw", json={"call": number})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_call")
    staff = await both_sites.signed_in(room.by)
    answer = await staff.post(f"/attempts/{room.candidates[0].id}/help/dismiss", json={"call": number})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_call")


async def test_nobody_in_particular_cannot_call(site: Site) -> None:
    for path, body in (("/exam/help", {"kind": "technical"}), ("/exam/messages/read", {"message": 1})):
        answer = await site.browser().post(path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


async def test_a_response_to_the_replaced_item_is_answered_with_the_new_one(site: Site) -> None:
    room, browser = await sitting(site)
    (c,) = room.candidates
    before = (await browser.get("/exam/state")).json()
    await room.call(c)
    await room.replace(c)
    late = {
        "position": 1,
        "revision": 1,
        "content": {"skip": True},
        "final": True,
        "answered_at": before["now"],
    }
    answer = await browser.post("/exam/responses", json=late)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_position")
    state = answer.json()["state"]
    assert (state["item"]["position"], state["progress"]["position"]) == (2, 1)
    assert state["item"]["stem"] != before["item"]["stem"]


async def test_a_message_that_was_closed_is_gone_from_the_page(site: Site) -> None:
    room, browser = await sitting(site)
    staff = await site.signed_in(room.by)
    sent = await staff.post(f"/attempts/{room.candidates[0].id}/message", json={"text": " Bonjour "})
    (message,) = (await browser.get("/exam/state")).json()["messages"]
    assert (message["number"], message["text"]) == (sent.json()["number"], "Bonjour")
    closed = await browser.post("/exam/messages/read", json={"message": message["number"]})
    assert closed.json()["messages"] == []


def test_a_candidate_s_page_hears_of_each_of_them_at_once() -> None:
    assert not QUIET_KINDS & {
        EventKind.HELP_CALL_MADE,
        EventKind.HELP_CALL_ANSWERED,
        EventKind.HELP_CALL_RESOLVED,
        EventKind.HELP_CALL_WITHDRAWN,
        EventKind.ITEM_REPLACED,
        EventKind.MESSAGE_SENT,
    }
