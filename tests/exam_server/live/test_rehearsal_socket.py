"""A rehearsal on real sockets: a computer tries its connection; the console alone hears of a seat at once."""

from time import perf_counter

import pytest
from websockets.exceptions import InvalidStatus

from exam_server.live import sockets
from exam_server.web.access import REHEARSAL_COOKIE
from tests.exam_server.live.sockets import Listener, Served
from tests.support.rehearsal import begin, end, enter, measure
from tests.support.room import a_running_room, an_exam_room


async def a_line(served: Served, token: str) -> Listener:
    """The connection that a computer of the room tries."""
    headers = {"Cookie": f"{REHEARSAL_COOKIE}={token}"}
    return Listener(await served.open("/rehearsal/live", additional_headers=headers))


async def test_a_computer_s_connection_answers(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    await begin(room)
    line = await a_line(served, await enter(room))
    await line.say({"type": "alive"})
    assert await line.hear() == {"type": "alive", "now": int(room.clock().timestamp() * 1000)}


async def test_without_the_code_it_does_not_open(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    await begin(room)
    token = await enter(room)
    await end(room)
    for one in ("", "x" * 43, token):
        with pytest.raises(InvalidStatus) as refusal:
            await a_line(served, one)
        assert refusal.value.response.status_code == 403


async def test_rubbish_and_a_flood_close_it(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    await begin(room)
    token = await enter(room)
    for rubbish in ({"type": "follow", "after": 0}, ["alive"], "alive"):
        line = await a_line(served, token)
        await line.say(rubbish)
        assert await line.closed() == sockets.MALFORMED
    line = await a_line(served, token)
    for _ in range(sockets.FRAMES_AT_ONCE + 5):
        await line.say({"type": "alive"})
    assert await line.closed() == sockets.POLICY


async def test_it_is_no_connection_to_stay_on(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LONGEST_ECHO", 0.1)
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    await begin(room)
    line = await a_line(served, await enter(room))
    assert await line.closed() == 1000


async def test_the_console_hears_of_a_seat_within_a_second_and_a_candidate_of_none(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    await begin(room)
    token = await enter(room)
    console = await served.board(room.by, room.session_id, (await room.session()).log_number)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    begun = perf_counter()
    await measure(room, token, (2, 3))
    event = await console.event("SeatRehearsed")
    assert perf_counter() - begun < 1.0
    assert event["facts"] == {"row": 2, "column": 3, "readiness": "ready"}
    await end(room)
    await console.event("RehearsalEnded")
    assert await page.silence() == []
