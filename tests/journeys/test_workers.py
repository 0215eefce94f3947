"""Two workers on one PostgreSQL: what one does the other shows, what one leaves undone the other does."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from exam_server.acts import staff
from exam_server.clock import make_clock
from exam_server.demo.server import DemoServer, free_port
from exam_server.domain.rules import ExamRules
from exam_server.live.hub import POLL
from exam_server.storage.store import Store
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.house import SECRET, a_house
from tests.support.room import ExamRoom, Sitter, an_exam_room

pytestmark = [pytest.mark.alone, pytest.mark.postgres, pytest.mark.slow]

WITHIN = 1.0
SLACK = 1.0
"""Seconds that a busy machine may take on top of a poll."""


@dataclass
class PrivateRedis:
    """A Redis of this test's own, which it may stop."""

    port: int
    folder: Path
    program: str
    _running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        quiet = asyncio.subprocess.DEVNULL
        self._running = await asyncio.create_subprocess_exec(
            self.program, *arguments, stdin=quiet, stdout=quiet, stderr=quiet
        )
        async with asyncio.timeout(10):
            while not await self._answers():
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def stop(self) -> None:
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()


@pytest.fixture
async def redis(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[PrivateRedis]:
    program = shutil.which("redis-server")
    if program is None:
        text = "tests of several workers were SKIPPED: no redis-server on this machine"
        request.config.pluginmanager.get_plugin("terminalreporter").write_sep("!", text, red=True, bold=True)
        pytest.skip(text)
    private = PrivateRedis(free_port(0), tmp_path, program)
    await private.start()
    yield private
    await private.stop()


@dataclass
class Listener:
    """A socket, and the events that came over it, each with the moment at which it came."""

    socket: ClientConnection
    came: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    async def listen(self) -> None:
        async for text in self.socket:
            self.came.append((time.monotonic(), orjson.loads(text)))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [message["event"] for _at, message in self.came if message["type"] == "event"]

    async def when(self, wanted: Callable[[dict[str, Any]], bool], within: float) -> float:
        """The moment at which the first message came that is wanted; those that came before count too."""
        async with asyncio.timeout(within):
            while True:
                for at, message in self.came:
                    if wanted(message):
                        return at
                await asyncio.sleep(0.005)


@dataclass
class Workers:
    """Two servers, the people of one room, and their browsers."""

    servers: list[DemoServer]
    room: ExamRoom
    now: Callable[[], Any]
    login: str
    listening: list["asyncio.Task[None]"] = field(default_factory=list)

    def at(self, server: DemoServer, **cookies: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=server.url, cookies={STAFF_COOKIE: self.login, **cookies}, trust_env=False, timeout=20
        )

    async def listen(self, server: DemoServer, path: str, cookie: str, first: object = None) -> Listener:
        url = "ws" + server.url.removeprefix("http") + path
        socket = await connect(url, additional_headers={"Cookie": cookie}, proxy=None, ping_interval=None)
        if first is not None:
            await socket.send(orjson.dumps(first).decode())
        listener = Listener(socket)
        self.listening.append(asyncio.create_task(listener.listen()))
        return listener

    async def board(self, server: DemoServer, after: int) -> Listener:
        path = f"/sessions/{self.room.session_id}/live"
        return await self.listen(
            server, path, f"{STAFF_COOKIE}={self.login}", {"type": "follow", "after": after}
        )

    async def page(self, server: DemoServer, who: Sitter) -> Listener:
        return await self.listen(server, "/exam/live", f"{CANDIDATE_COOKIE}={who.token}")

    async def number(self) -> int:
        return (await self.room.session()).log_number

    async def act(self, server: DemoServer, board: Listener, within: float) -> float:
        """Stops the room and lets it go on at one worker; returns the longer wait at the other's board."""
        waits = []
        async with self.at(server) as browser:
            for verb, body in (("pause", {"reason": "alarme"}), ("resume", {})):
                begun = time.monotonic()
                answer = await browser.post(f"/sessions/{self.room.session_id}/{verb}", json=body)
                assert answer.status_code == 200, answer.text
                number = answer.json()["number"]
                seen = await board.when(lambda m, n=number: m.get("event", {}).get("number", 0) >= n, within)
                waits.append(seen - begun)
        return max(waits)


@asynccontextmanager
async def two_workers(
    place: Place, folder: Path, redis: str, candidates: int = 2, speed: int = 1, minutes: int = 105
) -> AsyncIterator[Workers]:
    """Two workers on one database, and a room in which everybody is admitted."""
    epoch = int(time.time() * 1000)
    now = make_clock(speed, epoch)
    more = {
        "PASSATION_DATABASE": place.url,
        "PASSATION_REDIS": redis,
        "PASSATION_SECRET": SECRET.decode(),
        "PASSATION_DURATION_MINUTES": str(minutes),
        "PASSATION_ADMISSION_MINUTES": "0",  # at thirty times its pace a server takes minutes to start
    }
    servers = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        servers.append(DemoServer(folder / name, free_port(0), speed, epoch, more))
    house = a_house(ExamRules(duration=timedelta(minutes=minutes), admission_lasts=None))
    store = Store(place.open(), house, ManualClock(now()), lambda _grown: None)
    workers: Workers | None = None
    try:
        await asyncio.gather(*(server.start() for server in servers))
        room = await an_exam_room(store, candidates)
        await room.admit_all()
        for c in room.candidates:
            await room.enter(c)
        login, _person = await store.run(staff.sign_in, room.by.id)
        workers = Workers(servers, room, now, login)
        yield workers
    finally:
        for task in workers.listening if workers else []:
            task.cancel()
        await asyncio.gather(*(server.stop() for server in servers))
        await store.close()


async def start_all(workers: Workers, server: DemoServer) -> dict[str, dict[str, Any]]:
    """Everybody starts at this worker; returns each one's state."""
    states = {}
    for c in workers.room.candidates:
        async with workers.at(server, **{CANDIDATE_COOKIE: c.token}) as browser:
            answer = await browser.post("/exam/start", json={})
            assert answer.status_code == 200, answer.text
            states[c.id] = answer.json()
    return states


async def test_an_act_on_one_worker_is_seen_on_the_other_within_a_second(
    on_postgres: Place, tmp_path: Path, redis: PrivateRedis
) -> None:
    async with two_workers(on_postgres, tmp_path, redis.url) as workers:
        one, two = workers.servers
        begun = await workers.number()
        board, page = await workers.board(two, begun), await workers.page(two, workers.room.candidates[0])
        await page.when(lambda m: m.get("kind") == "Hello", 5)
        await start_all(workers, one)
        await page.when(lambda m: m.get("kind") == "AttemptStarted", 5)
        waits = [await workers.act(one, board, 5) for _ in range(4)]
        assert max(waits) < WITHIN
        page.came.clear()
        asked = time.monotonic()
        async with workers.at(one) as browser:
            await browser.post(
                f"/attempts/{workers.room.candidates[0].id}/pause", json={"reason": "infirmerie"}
            )
        seen = await page.when(lambda m: m.get("kind") == "AttemptPaused", 5)
        assert seen - asked < WITHIN
        last = await workers.number()
        await board.when(lambda m: m.get("event", {}).get("number") == last, 5)
        assert [event["number"] for event in board.events] == list(range(begun + 1, last + 1))


async def test_responses_may_go_to_either_worker(
    on_postgres: Place, tmp_path: Path, redis: PrivateRedis
) -> None:
    """The engine in one worker's hand is not the other's: each item is given once all the same."""
    async with two_workers(on_postgres, tmp_path, redis.url, candidates=1) as workers:
        (c,) = workers.room.candidates
        states = await start_all(workers, workers.servers[0])
        state = states[c.id]
        for turn in range(12):
            server = workers.servers[turn % 5 % 2]
            async with workers.at(server, **{CANDIDATE_COOKIE: c.token}) as browser:
                body = {"position": turn + 1, "revision": 1, "content": {"skip": True}, "final": True}
                answer = await browser.post("/exam/responses", json={**body, "answered_at": state["now"]})
                assert answer.status_code == 200, answer.text
                again = await browser.post("/exam/responses", json={**body, "answered_at": state["now"]})
                assert again.json()["saved"] == answer.json()["saved"]
                state = answer.json()["state"]
        behind = {"answered": 12, "passed": 12}
        assert state["progress"] == {"position": 13, "of": 32, "minimum": 20, **behind}
        lines = await workers.room.checked_log()
        given = [line.facts["item_id"] for line in lines if line.kind == "ItemGiven"]
        assert len(given) == len(set(given)) == 13


async def test_a_killed_worker_s_deadlines_are_kept_by_the_other(
    on_postgres: Place, tmp_path: Path, redis: PrivateRedis
) -> None:
    """Two minutes of exam at thirty times its pace: four seconds."""
    async with two_workers(on_postgres, tmp_path, redis.url, speed=30, minutes=2) as workers:
        one, two = workers.servers
        board = await workers.board(two, await workers.number())
        states = await start_all(workers, one)
        await one.kill()
        for who, state in states.items():
            assert state["time"]["deadline"] == state["time"]["started_at"] + 120_000
            await board.when(
                lambda m, c=who: (
                    m.get("event", {}).get("kind") == "TimeRanOut" and m["event"]["candidate"] == c
                ),
                20,
            )
        async with workers.at(two) as browser:
            rows = (await browser.get(f"/sessions/{workers.room.session_id}/board.json")).json()["candidates"]
        for row in rows:
            attempt = row["attempt"]
            assert (attempt["state"], attempt["ended_at"]) == (
                "timed_out",
                states[row["id"]]["time"]["deadline"],
            )
        for line in await workers.room.checked_log():
            if line.kind == "TimeRanOut":
                late = line.entry.at_ms - line.facts["deadline"]
                assert late <= 5_000 + 30 * 2_000, "the grace, and two seconds of a busy machine"


async def test_a_lost_redis_costs_only_delay(on_postgres: Place, tmp_path: Path, redis: PrivateRedis) -> None:
    async with two_workers(on_postgres, tmp_path, redis.url) as workers:
        one, two = workers.servers
        begun = await workers.number()
        board = await workers.board(two, begun)
        await board.when(lambda m: m["type"] == "alive", 10)
        assert await workers.act(one, board, 5) < WITHIN
        await redis.stop()
        without = [await workers.act(one, board, POLL + 3) for _ in range(3)]
        assert max(without) < POLL + SLACK
        await redis.start()
        async with asyncio.timeout(30):
            while max([await workers.act(one, board, POLL + 3) for _ in range(3)]) > WITHIN / 2:
                await asyncio.sleep(0.2)
        last = await workers.number()
        await board.when(lambda m: m.get("event", {}).get("number") == last, POLL + 3)
        assert [event["number"] for event in board.events] == list(range(begun + 1, last + 1))
        await workers.room.checked_log()
