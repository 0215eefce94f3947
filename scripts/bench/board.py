"""How long after its commit a fact is on the boards, as a multiple of a bare WebSocket echo in the same run.

    python -m scripts.bench.board [--seconds 60] [--candidates 45] [--boards 3]

One server process (the product's application; beside it a bare WebSocket echo), one process of candidates who
answer at 20 times real speed, and in this process the boards and the echo. Loopback alone; ends by itself.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect

from exam_server.app import build, open_store
from exam_server.commands.serving import LARGEST_FRAME
from exam_server.demo.server import free_port
from exam_server.live.hub import Hub
from exam_server.settings import load_settings
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from scripts.bench.classroom import Filled, fill_one
from scripts.bench.load import respond_to
from scripts.bench.responses import wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
SPEED = 20
DRAFTS = 2
EACH_ITEM = 180.0
"""Seconds of the exam for an item, in which the page sends two drafts and a response."""
AIM = 15.0
QUIET_ECHOES = 200
ECHO_EVERY = 0.05
WARMING_UP = 5.0
FRAME = orjson.dumps({"type": "event", "now": 0, "event": {"number": 0, "facts": {"position": 1}}}).decode()

commits: list[tuple[str, int, int]] = []
"""In the server process, after each commit: session, number reached, nanoseconds of the monotonic clock."""


async def echo(socket: WebSocket) -> None:
    """The least that a WebSocket can do."""
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await socket.receive_text())


async def told_commits(_request: Request) -> Response:
    """When each number was committed."""
    return Response(orjson.dumps(commits), media_type="application/json")


class Both:
    """The product's application, and beside it what it is compared with."""

    def __init__(self) -> None:
        self._product = build(load_settings())
        others = [WebSocketRoute("/bench/echo", echo), Route("/bench/commits", told_commits)]
        self._others = Starlette(routes=others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """By path."""
        is_other = scope["type"] != "lifespan" and scope["path"].startswith("/bench/")
        await (self._others if is_other else self._product)(scope, receive, send)


def serve(port: int) -> None:
    """The server process: uvicorn as `passation serve` runs it, noting when each commit was done."""
    publish = Hub.publish

    def noted(hub: Hub, grown: dict[str, int]) -> None:
        at = time.monotonic_ns()
        commits.extend((session, number, at) for session, number in grown.items())
        publish(hub, grown)

    Hub.publish = noted  # type: ignore[method-assign]
    uvicorn.run(
        Both(),
        host="127.0.0.1",
        port=port,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        access_log=False,
        log_level="error",
    )


async def sit(port: int, seconds: float, tokens: list[str]) -> None:
    """The process of candidates: all start, then each answers at its own moment until the time is over."""
    until = time.monotonic() + seconds
    base = f"http://127.0.0.1:{port}"

    async def one(place: int, token: str) -> None:
        headers = {"Origin": base, "Content-Type": "application/json"}
        cookies = {CANDIDATE_COOKIE: token}
        async with (
            httpx.AsyncClient(base_url=base, headers=headers, cookies=cookies, trust_env=False) as browser,
            connected(port, "/exam/live", f"{CANDIDATE_COOKIE}={token}") as socket,
        ):
            alive = asyncio.create_task(_show_life(socket))
            state = (await browser.post("/exam/start", content=b"{}")).json()
            pause = EACH_ITEM / SPEED / (DRAFTS + 1)
            await asyncio.sleep(pause * (place % 45) / 45)
            while time.monotonic() < until and state.get("item"):
                body = respond_to(state, DRAFTS)
                reply = await browser.post("/exam/responses", content=body)
                reply.raise_for_status()
                state = reply.json()["state"]
                await asyncio.sleep(pause)
            alive.cancel()

    await asyncio.gather(*(one(place, token) for place, token in enumerate(tokens)))


async def _show_life(socket: ClientConnection) -> None:
    """A page's socket: a sign every five seconds, whatever comes is read."""
    while True:
        await socket.send('{"type":"alive"}')
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                async for _message in socket:
                    pass


def connected(port: int, path: str, cookie: str = "") -> connect:
    """A WebSocket as our own page opens it."""
    return connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie} if cookie else None,
        proxy=None,
        compression=None,
        ping_interval=None,
    )


@dataclass
class Heard:
    """When this process had each number on each board, and how long the echoes took, in nanoseconds."""

    begun: int = 0
    boards: list[dict[int, int]] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)


async def watch(port: int, room: Filled, boards: int, seconds: float) -> Heard:
    """The boards and the echo, for so long."""
    heard = Heard()
    async with connected(port, "/bench/echo") as socket:
        for _ in range(QUIET_ECHOES):
            heard.quiet.append(await _echoed(socket))
        cookie = f"{STAFF_COOKIE}={room.staff_token}"
        opened = [await connected(port, f"/sessions/{room.session_id}/live", cookie) for _ in range(boards)]
        listening = [asyncio.create_task(_follow(board, heard)) for board in opened]
        sitting = await _started([str(port), str(seconds)], orjson.dumps(room.tokens))
        await asyncio.sleep(WARMING_UP)  # the moment in which all of them start is not what is measured
        heard.begun = time.monotonic_ns()
        until = time.monotonic() + seconds - WARMING_UP
        while time.monotonic() < until:
            heard.busy.append(await _echoed(socket))
            await asyncio.sleep(ECHO_EVERY)
        if await asyncio.wait_for(sitting.wait(), 60):
            raise SystemExit("the candidates' process has failed")
        await asyncio.sleep(1)
        for task in listening:
            task.cancel()
        for board in opened:
            await board.close()
    return heard


async def _started(arguments: list[str], tokens: bytes) -> asyncio.subprocess.Process:
    own = [sys.executable, "-m", "scripts.bench.board", "--sit", *arguments]
    running = await asyncio.create_subprocess_exec(*own, cwd=ROOT, stdin=asyncio.subprocess.PIPE)
    if running.stdin is not None:
        running.stdin.write(tokens)
        running.stdin.close()
    return running


async def _echoed(socket: ClientConnection) -> int:
    begun = time.monotonic_ns()
    await socket.send(FRAME)
    await socket.recv()
    return time.monotonic_ns() - begun


async def _follow(socket: ClientConnection, heard: Heard) -> None:
    numbers: dict[int, int] = {}
    heard.boards.append(numbers)
    await socket.send('{"type":"follow","after":0}')
    async for frame in socket:
        at = time.monotonic_ns()
        message = orjson.loads(frame)
        if message["type"] == "event":
            numbers[message["event"]["number"]] = at


def latencies(done: list[tuple[int, int]], heard: Heard) -> list[int]:
    """From the commit that held a number to each board, for everything committed after the start.

    What was on its way to a board when the bench ended is left out; a number missing before that is a fault.
    """
    found, before = [], None
    last = min(max(board) for board in heard.boards)
    for number, at in sorted(done):
        first = number if before is None else before + 1
        for one in range(first, min(number, last) + 1) if at >= heard.begun else ():
            found += [board[one] - at for board in heard.boards]
        before = number
    return found


def tell(heard: Heard, found: list[int]) -> None:
    """The figures, and whether the aim is reached."""
    board, busy, quiet = (_percentile(one, 0.95) for one in (found, heard.busy, heard.quiet))
    print(f"facts on boards: {len(found)}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, times in (
        ("commit to board", found),
        ("echo beside it", heard.busy),
        ("echo alone", heard.quiet),
    ):
        print(
            f"  {name:16} p50 {statistics.median(times) / 1e6:.2f} ms, p95 {_percentile(times, 0.95):.2f} ms"
        )
    verdict = "reached" if board / busy <= AIM else "NOT reached"
    print(f"p95 as a multiple of the echo beside it: {board / busy:.1f} (aim {AIM:.0f}): {verdict}")
    print(f"p95 as a multiple of the echo alone: {board / quiet:.1f}")


def _percentile(times: list[int], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] / 1e6


async def _prepare(environment: dict[str, str], size: int) -> Filled:
    store = open_store(load_settings(environment))
    try:
        return await store.run(fill_one, size)
    finally:
        await store.close()


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """One run, from the empty database to the figures."""
    port = free_port(0)
    environment = {
        **os.environ,
        "PASSATION_FOLDER": str(folder),
        "PASSATION_BASE_URL": f"http://127.0.0.1:{port}",
        "PASSATION_DATABASE": f"sqlite:///{folder / 'bench.sqlite'}",
        "PASSATION_DEMO_SPEED": str(SPEED),
        "PASSATION_DEMO_EPOCH": str(int(time.time() * 1000)),
    }
    room = asyncio.run(_prepare(environment, arguments.candidates))
    own = [sys.executable, "-m", "scripts.bench.board", "--serve", str(port)]
    server = subprocess.Popen(own, env=environment, cwd=ROOT)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", server)
        heard = asyncio.run(watch(port, room, arguments.boards, arguments.seconds))
        url = f"http://127.0.0.1:{port}/bench/commits"
        with urllib.request.urlopen(url, timeout=10) as reply:
            done = orjson.loads(reply.read())
        tell(heard, latencies([(number, at) for _session, number, at in done], heard))
    finally:
        server.terminate()
        server.wait(30)


def main() -> None:
    """Bounded by the seconds that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, choices=range(20, 301), metavar="20..300")
    parser.add_argument("--candidates", type=int, default=45, choices=range(1, 61), metavar="1..60")
    parser.add_argument("--boards", type=int, default=3, choices=range(1, 21), metavar="1..20")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sit", nargs=2, type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
    elif arguments.sit:
        port, seconds = arguments.sit
        asyncio.run(sit(int(port), seconds, orjson.loads(sys.stdin.buffer.read())))
    else:
        with tempfile.TemporaryDirectory(prefix="passation-bench-") as name:
            measure(arguments, Path(name))


if __name__ == "__main__":
    main()
