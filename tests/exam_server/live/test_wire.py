"""Bodies without end on a real connection: answered, closed, and nobody else notices."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from exam_server.web.guard import LARGEST_BODY
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room

CHUNK = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
ENOUGH = 4096
"""Chunks of 8 KiB: 32 MiB, far more than may come."""


async def speak(served: Served, head: str, *, chunks: int = 0) -> tuple[bytes, int]:
    """Sends a request as bytes; returns all that comes until the server closes, and how much it took."""
    parts = urlsplit(served.base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    sent = 0
    with suppress(OSError):
        writer.write(head.replace("\n", "\r\n").encode())
        for _ in range(chunks):
            writer.write(CHUNK)
            await writer.drain()
            sent += len(CHUNK)
    answer = b""
    with suppress(OSError):
        async with asyncio.timeout(5):
            while octets := await reader.read(65536):
                answer += octets
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return answer, sent


async def test_a_body_without_end_is_cut_off(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    head = "POST /exam/enter HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"
    answer, sent = await speak(served, head, chunks=ENOUGH)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert sent < ENOUGH * len(CHUNK), "all of it was read"
    await room.pause_room()
    assert (await page.state("RoomPaused"))["phase"] == "stopped"


async def test_a_body_just_too_long_is_told_so(served: Served) -> None:
    head = "POST /exam/enter HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n"
    answer, _sent = await speak(served, head, chunks=LARGEST_BODY // 0x2000 + 1)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"too_large"' in answer


async def test_a_body_that_says_how_long_it_is_is_refused_before_it_comes(served: Served) -> None:
    head = f"POST /exam/enter HTTP/1.1\nHost: x\nContent-Length: {LARGEST_BODY + 1}\n\n"
    answer, _sent = await speak(served, head)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


async def test_what_is_not_http_is_no_fault(served: Served) -> None:
    for head in ("\n\n", "rubbish\n\n", "GET /\n\n", "POST / HTTP/9.9\nHost: x\n\n", "\x16\x03\x01\x02\n\n"):
        answer, _sent = await speak(served, head + "\n")
        assert not answer.startswith(b"HTTP/1.1 5")
    assert (await served.browser().get("/healthz")).text == "ok"


async def test_a_browser_that_leaves_in_the_middle_is_no_fault(served: Served) -> None:
    parts = urlsplit(served.base)
    for _ in range(5):
        _reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(b"POST /exam/enter HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert (await served.browser().post("/exam/enter", json={"code": "x"})).status_code == 404
