"""Three hundred rooms of thirty on one server: memory for each candidate, processor, commit to board.

    python -m scripts.bench.district [--rooms 300] [--size 30] [--seconds 120]

One server process, as `passation serve` runs it, and this one, which holds every candidate's socket and every
board. Candidates work at real speed: a response every three minutes with two drafts before it, a sign of life
every five seconds, as the page sends them. Loopback alone; ends by itself. Needs 40 open files a room.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
import uvloop
from websockets.asyncio.client import ClientConnection

from exam_server.app import open_store
from exam_server.demo.server import free_port
from exam_server.settings import load_settings
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from scripts.bench.board import connected
from scripts.bench.classroom import Filled, add_somebody, fill_numbered
from scripts.bench.load import START, Phase, State, States, respond_to, run_phase
from scripts.bench.responses import wait_until_ready
from scripts.bench.wire import Refused, Wires

ROOT = Path(__file__).resolve().parents[2]
DRAFTS = 2
EACH_ITEM = 180.0
SIGN_EVERY = 5.0
AT_ONCE = 64
CONNECTIONS = 64
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
SETTLING = 10.0
ALIVE = '{"type":"alive"}'


@dataclass(frozen=True)
class Server:
    """The server's process as the system sees it."""

    pid: int

    @property
    def memory(self) -> float:
        """Resident KiB."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / 1024

    @property
    def processor(self) -> float:
        """Seconds used so far, by all of its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK


@dataclass
class District:
    """What this process holds, and when each board had each number, in nanoseconds."""

    port: int
    rooms: list[Filled]
    sockets: list[ClientConnection] = field(default_factory=list)
    boards: dict[str, dict[int, int]] = field(default_factory=dict)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    states: States = field(default_factory=States)
    responses: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def tokens(self) -> list[str]:
        """Of every candidate's device."""
        return [token for room in self.rooms for token in room.tokens]

    async def open_pages(self) -> None:
        """Every candidate's socket, a few at a time; each then shows life at a moment of its own."""
        for at in range(0, len(self.tokens), AT_ONCE):
            few = self.tokens[at : at + AT_ONCE]
            opened = await asyncio.gather(*(self._page(token) for token in few))
            self.sockets += opened
            self._spawn(*(_show_life(socket) for socket in opened), *(_read(socket) for socket in opened))

    async def _page(self, token: str) -> ClientConnection:
        return await connected(self.port, "/exam/live", f"{CANDIDATE_COOKIE}={token}")

    async def open_boards(self) -> None:
        """One board a room, following from the beginning."""
        for room in self.rooms:
            cookie = f"{STAFF_COOKIE}={room.staff_token}"
            socket = await connected(self.port, f"/sessions/{room.session_id}/live", cookie)
            self.sockets.append(socket)
            await socket.send('{"type":"follow","after":0}')
            self._spawn(self._follow(socket, self.boards.setdefault(room.session_id, {})))

    async def _follow(self, socket: ClientConnection, numbers: dict[int, int]) -> None:
        async for frame in socket:
            at = time.monotonic_ns()
            if isinstance(frame, str) and frame.startswith('{"type":"event"'):
                numbers[orjson.loads(frame)["event"]["number"]] = at

    async def work(self, seconds: float) -> None:
        """Every candidate answers at a moment of its own for so long."""
        until = time.monotonic() + seconds
        wires = Wires(self.port, CONNECTIONS)
        await asyncio.gather(*(self._sit(wires, token, until) for token in self.tokens))

    async def _sit(self, wires: Wires, token: str, until: float) -> None:
        pause = EACH_ITEM / (DRAFTS + 1)
        await asyncio.sleep(min(random.uniform(0, pause), until - time.monotonic()))
        state: State = self.states[token]
        while time.monotonic() < until and state.get("item"):
            begun = time.perf_counter()
            cookie = f"{CANDIDATE_COOKIE}={token}"
            try:
                answer = await wires.post("/exam/responses", cookie, respond_to(state, DRAFTS))
                state = orjson.loads(answer)["state"]
            except Refused:
                self.refused += 1  # the page would send it again
            self.responses.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, min(pause, until - time.monotonic())))

    def _spawn(self, *works: object) -> None:
        self.tasks += [asyncio.ensure_future(work) for work in works]  # type: ignore[call-overload]

    async def close(self) -> None:
        """Lets go of everything."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def _show_life(socket: ClientConnection) -> None:
    await asyncio.sleep(random.uniform(0, SIGN_EVERY))
    while True:
        await socket.send(ALIVE)
        await asyncio.sleep(SIGN_EVERY)


async def _read(socket: ClientConnection) -> None:
    async for _frame in socket:
        pass


def latencies(done: list[tuple[str, int, int]], district: District, begun: int) -> tuple[list[int], int]:
    """From the commit that held a number to its room's board, for all since; and how many are missing."""
    found: list[int] = []
    missing = 0
    before: dict[str, int] = {}
    for session, number, at in sorted(done, key=lambda one: one[1]):
        board = district.boards[session]
        first = before.get(session, number - 1) + 1
        before[session] = number
        if at >= begun:
            found += [board[one] - at for one in range(first, number + 1) if one in board]
            missing += sum(one not in board for one in range(first, number + 1))
    return found, missing


async def measure(arguments: argparse.Namespace, port: int, server: Server, rooms: list[Filled]) -> None:
    """From no socket at all to the figures."""
    district = District(port, rooms)
    candidates = len(district.tokens)
    empty = server.memory
    await _timed(f"{candidates} candidates' sockets", district.open_pages())
    await asyncio.sleep(SETTLING)
    connected_to = server.memory
    await _timed(f"{len(rooms)} boards", district.open_boards())
    await _timed("all tests begun", run_phase(port, Phase(START, 1, district.tokens), district.states))
    await asyncio.sleep(SETTLING)
    begun, used = time.monotonic_ns(), server.processor
    own = time.process_time()
    await district.work(arguments.seconds)
    wall = (time.monotonic_ns() - begun) / 1e9
    share, ours = (server.processor - used) / wall, (time.process_time() - own) / wall
    full = server.memory
    await asyncio.sleep(2)
    async with httpx.AsyncClient(trust_env=False) as browser:
        done = (await browser.get(f"http://127.0.0.1:{port}/bench/commits", timeout=60)).json()
    alive = sum(socket.state.name == "OPEN" for socket in district.sockets)
    found, missing = latencies([(session, number, at) for session, number, at in done], district, begun)
    await district.close()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {wall:.0f} s; sockets still open: {alive}")
    print(f"  memory: {empty / 1024:.0f} MiB without sockets, {full / 1024:.0f} MiB at the end")
    print(f"  each candidate: {(connected_to - empty) / candidates:.1f} KiB connected, ", end="")
    print(f"{(full - empty) / candidates:.1f} KiB at work, with boards")
    print(f"  processor: {share:.0%} of a core (this process beside it {ours:.0%})")
    answered = len(district.responses)
    print(f"  responses: {answered} ({answered / wall:.0f} a second), {district.refused} refused, ", end="")
    print(f"p50 {_percentile(district.responses, 0.5) * 1000:.1f} ms, ", end="")
    print(f"p95 {_percentile(district.responses, 0.95) * 1000:.1f} ms")
    print(f"  commit to board: {len(found)} facts, {missing} missing, ", end="")
    print(f"p50 {statistics.median(found) / 1e6:.1f} ms, ", end="")
    print(f"p95 {_percentile(found, 0.95) / 1e6:.1f} ms, p99 {_percentile(found, 0.99) / 1e6:.1f} ms")


async def _timed(what: str, work: object) -> None:
    begun = time.monotonic()
    await work  # type: ignore[misc]
    print(f"  {what}: {time.monotonic() - begun:.1f} s", flush=True)


def _percentile(times: list[int] | list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


async def _prepare(environment: dict[str, str], rooms: int, size: int) -> list[Filled]:
    store = open_store(load_settings(environment))
    try:
        by = await store.run(add_somebody)
        return [await store.run(fill_numbered, by, number, size) for number in range(rooms)]
    finally:
        await store.close()


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """One run, from the empty database to the figures."""
    port = free_port(0)
    environment = {
        **os.environ,
        "PASSATION_FOLDER": str(folder),
        "PASSATION_BASE_URL": f"http://127.0.0.1:{port}",
        "PASSATION_DATABASE": f"sqlite:///{folder / 'bench.sqlite'}",
        "PASSATION_ADMISSION_MINUTES": "0",
    }
    begun = time.monotonic()
    rooms = asyncio.run(_prepare(environment, arguments.rooms, arguments.size))
    print(f"  rooms filled: {time.monotonic() - begun:.1f} s", flush=True)
    own = [sys.executable, "-m", "scripts.bench.board", "--serve", str(port)]
    running = subprocess.Popen(own, env=environment, cwd=ROOT)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", running)
        with suppress(KeyboardInterrupt):
            uvloop.run(measure(arguments, port, Server(running.pid), rooms))
    finally:
        running.kill()  # ten thousand sockets are not bidden farewell one by one
        running.wait(30)


def main() -> None:
    """Bounded by the seconds that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rooms", type=int, default=300, choices=range(1, 401), metavar="1..400")
    parser.add_argument("--size", type=int, default=30, choices=range(1, 61), metavar="1..60")
    parser.add_argument("--seconds", type=int, default=120, choices=range(20, 601), metavar="20..600")
    arguments = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="passation-bench-") as name:
        run(arguments, Path(name))


if __name__ == "__main__":
    main()
