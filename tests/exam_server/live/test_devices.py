"""What a board learns of a candidate's computer, and what a page may say of it."""

import pytest

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.live.devices import Device, device_in
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room

SAID: dict[str, JSON] = {"type": "device", "browser": "firefox", "width": 1366, "height": 768}


async def test_a_computer_is_told_to_the_board_and_stays_out_of_the_log(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    number = (await room.session()).log_number
    board = await served.board(room.by, room.session_id, number)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    await page.say(SAID)
    heard = await board.until(lambda m: m["type"] == "device")
    assert (heard["candidate"], heard["browser"], heard["width"]) == (room.candidates[0].id, "firefox", 1366)
    browser = await served.signed_in(room.by)
    shown = (await browser.get(f"/sessions/{room.session_id}/board.json")).json()
    assert shown["candidates"][0]["device"] == {"browser": "firefox", "width": 1366, "height": 768}
    assert shown["number"] == number


@pytest.mark.parametrize(
    "change", [{"browser": 3}, {"width": None}, {"width": True}, {"height": 0}, {"height": 20_001}]
)
async def test_what_is_no_computer_closes_the_socket(served: Served, change: dict[str, JSON]) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    await page.say({**SAID, **change})
    assert await page.closed() == 1003


def test_only_known_families_are_named() -> None:
    assert device_in(SAID) == Device("firefox", 1366, 768)
    agent = "Mozilla/5.0 (X11; Linux x86_64) of Prunelle"
    assert device_in({**SAID, "browser": agent}).browser == "other"
    with pytest.raises(InvalidInput):
        device_in({"type": "device"})
