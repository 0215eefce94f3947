"""Frames that are malformed, binary or too long: they close their own socket, and nobody else notices."""

import asyncio
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from exam_server.live.hub import LONGEST_QUEUE
from exam_server.live.sockets import FRAMES_AT_ONCE, LARGEST_FRAME
from tests.exam_server.live.sockets import Listener, Served
from tests.support.room import ExamRoom, a_running_room

MALFORMED: list[str | bytes] = [
    "",
    "garbage",
    "{",
    "null",
    "[]",
    "1",
    '"alive"',
    "{}",
    '{"type":null}',
    '{"type":"nothing of ours"}',
    '{"type":"follow"}',
    '{"type":"follow","after":null}',
    '{"type":"follow","after":"0"}',
    '{"type":"follow","after":true}',
    '{"type":"follow","after":1.5}',
    '{"type":"follow","after":-1}',
    '{"type":"follow","after":9007199254740992}',
    '{"type":"follow","after":9223372036854775808}',
    '{"type":"follow","after":1e400}',
    '{"type":"follow","after":' + "9" * 3000 + "}",
    "[" * 4000,
    b"",
    b'{"type":"alive"}',
    b"\x00\xff" * 100,
    '{"type":"alive","pad":"' + "x" * LARGEST_FRAME + '"}',
]
"""Rubbish on either socket; "follow" in any shape is rubbish on a candidate's."""


async def assert_all_is_well(room: ExamRoom, board: Listener, page: Listener) -> None:
    """The others still hear of an act at once."""
    (c,) = room.candidates
    await room.pause(c)
    assert (await board.event("AttemptPaused"))["candidate"] == c.id
    assert (await page.state("AttemptPaused"))["phase"] == "stopped"
    await room.resume(c)
    await page.state("AttemptResumed")


async def test_a_malformed_frame_closes_its_socket_alone_and_at_once(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    number = (await room.session()).log_number
    board, page = await served.board(room.by, room.session_id, number), await served.page(c.token)
    for frame in MALFORMED:
        for following in (None, number):
            broken = await served.board(room.by, room.session_id, following)
            await broken.socket.send(frame)
            assert await broken.closed() == 1003, (frame[:60], following)
        broken = await served.page(c.token)
        await broken.socket.send(frame)
        assert await broken.closed() == 1003, frame[:60]
    await assert_all_is_well(room, board, page)


async def test_a_message_beyond_all_measure_is_not_even_read(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    number = (await room.session()).log_number
    board, page = await served.board(room.by, room.session_id, number), await served.page(c.token)
    for broken in (await served.page(c.token), await served.board(room.by, room.session_id, number)):
        await broken.socket.send("x" * 1_000_000)
        assert await broken.closed() == 1009
    await assert_all_is_well(room, board, page)


async def test_text_that_is_no_text_closes_the_socket(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    number = (await room.session()).log_number
    board, page = await served.board(room.by, room.session_id, number), await served.page(c.token)
    broken = await served.page(c.token)
    await broken.socket.send(b"\xff\xfe\xfd", text=True)
    assert await broken.closed() == 1007
    await assert_all_is_well(room, board, page)


async def test_a_flood_of_signs_of_life_closes_its_socket_alone(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    board = await served.board(room.by, room.session_id, (await room.session()).log_number)
    page, flooding = await served.page(c.token), await served.page(c.token)
    for _ in range(FRAMES_AT_ONCE):
        await flooding.say({"type": "alive"})
    for _ in range(FRAMES_AT_ONCE):
        await flooding.until(lambda m: m["type"] == "alive")
    for _ in range(FRAMES_AT_ONCE):
        await flooding.say({"type": "alive"})
    assert await flooding.closed() == 1008
    await assert_all_is_well(room, board, page)
    assert len([m for m in board.heard if m["type"] == "presence"]) <= 2


async def test_what_others_do_is_not_queued_for_a_candidate(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    page = await served.page(c.token)
    await page.state("Hello")
    hub = served.app.state.desk.hub
    for _ in range(2 * LONGEST_QUEUE):
        hub.notice(room.session_id, {"type": "presence", "candidate": "another"})
    assert await page.silence() == []


async def test_a_board_that_asks_for_nothing_gets_nothing(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    board = await served.board(room.by, room.session_id, after=None)
    await room.pause_room()
    assert await board.silence() == []
    await board.say({"type": "follow", "after": 0})
    await board.event("RoomPaused")


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FRAMES = st.one_of(
    st.text(max_size=300).map(str),
    st.binary(max_size=300),
    JSONS.map(json.dumps),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["alive", "follow", "state", ""])}, optional={"after": JSONS, "x": JSONS}
    ).map(json.dumps),
)


async def send_all(listener: Listener, frames: list[str | bytes]) -> int | None:
    """Sends as much as the server takes; returns the code when it closed."""
    try:
        for frame in frames:
            await listener.socket.send(frame)
        await listener.socket.ping()
        await listener.silence(0.02)
        await listener.socket.close()
    except ConnectionClosed:
        pass
    return listener.socket.close_code


async def test_no_sequence_of_frames_is_a_fault(served: Served) -> None:
    """A fault would close with 1011; 1003 is rubbish, 1013 “start again”, 1000 and 1005 our own end."""
    room = await a_running_room(served.store, candidates=1)
    (c,) = room.candidates
    loop = asyncio.get_running_loop()

    async def play(frames: list[str | bytes], on_board: bool) -> None:
        number = 0 if on_board else None
        made = served.board(room.by, room.session_id, number) if on_board else served.page(c.token)
        assert await send_all(await made, frames) in {None, 1000, 1003, 1005, 1007, 1009, 1013}

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(frames=st.lists(FRAMES, min_size=1, max_size=4), on_board=st.booleans())
    def any_frames(frames: list[str | bytes], on_board: bool) -> None:
        asyncio.run_coroutine_threadsafe(play(frames, on_board), loop).result(30)

    await asyncio.to_thread(any_frames)
    assert (await served.browser().get("/healthz")).text == "ok"
