"""How much work a board's browser has to catch up by number after a cut, in a session of thousands of events.

    python -m scripts.bench.catch_up [--events 5000] [--candidates 45]

One server process, and a real board in Chromium, whose network is cut while candidates write so many events
as fast as they can. Then the network is back: what is counted is the browser's main thread from there until
the board shows the last response, by Chromium's own account (CDP Performance), and what the network carried.
Loopback alone; ends by itself.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from playwright.async_api import BrowserContext, CDPSession, Page, WebSocket, async_playwright

from exam_server.app import open_store
from exam_server.demo.server import DemoServer, free_port
from exam_server.settings import load_settings
from exam_server.web.access import STAFF_COOKIE
from scripts.bench.classroom import Filled, fill_one
from scripts.bench.load import START, Phase, States, run_phase

DRAFTS = 2
EVENTS_EACH_ITEM = DRAFTS + 2
"""The drafts, the validated response, and the next item."""
AIM_MS = 1_000
LONGEST_WAIT = 120.0
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ entryTypes: ["longtask"] });
}"""
CUT = "() => document.querySelector('[data-board=link]').dataset.link === 'lost'"
LIVE = "() => document.querySelector('[data-board=link]').dataset.link === 'live'"
ANSWERED = """(least) => {
  const bars = [...document.querySelectorAll(".tile__bar")];
  return bars.reduce((sum, { value }) => sum + value, 0) >= least;
}"""


@dataclass
class Traffic:
    """What went over the network since the board was cut off."""

    asked: int = 0
    frames: int = 0
    events: int = 0
    octets: int = 0
    last: int = 0
    requests: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Counts from now on."""
        page.on("websocket", self._open)
        page.on("request", lambda request: self.requests.append(request.url))

    def _open(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _frame: self._sent())
        socket.on("framereceived", self._received)

    def _sent(self) -> None:
        self.asked += 1

    def _received(self, frame: str | bytes) -> None:
        self.frames += 1
        self.octets += len(frame)
        message = orjson.loads(frame)
        if message["type"] == "events":
            self.events += len(message["events"])
            self.last = message["events"][-1]["number"]


async def work_of(session: CDPSession) -> dict[str, float]:
    """Milliseconds of the main thread since the page was loaded, by Chromium's account."""
    found = (await session.send("Performance.getMetrics"))["metrics"]
    wanted = {"TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration"}
    return {one["name"]: one["value"] * 1000 for one in found if one["name"] in wanted}


async def measure(arguments: argparse.Namespace, folder: Path) -> bool:
    """One run; True when the aim is reached."""
    server = DemoServer(folder, free_port(0))
    room = await _prepare(server, arguments.candidates)
    await server.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            viewport: Any = {"width": 1366, "height": 768}
            context = await browser.new_context(base_url=server.url, viewport=viewport)
            cookie = {"name": STAFF_COOKIE, "value": room.staff_token, "url": server.url}
            await context.add_cookies([cookie])  # type: ignore[list-item]
            reached = await _cut_and_come_back(context, server.port, room, arguments.events)
            await browser.close()
            return reached
    finally:
        await server.stop()


async def _cut_and_come_back(context: BrowserContext, port: int, room: Filled, events: int) -> bool:
    page = await context.new_page()
    states: States = {}
    await run_phase(port, Phase(START, 1, room.tokens), states)
    await page.goto(f"/sessions/{room.session_id}/board")
    await page.wait_for_function(LIVE)
    await context.set_offline(True)
    await page.wait_for_function(CUT)
    items = -(-events // (EVENTS_EACH_ITEM * len(room.tokens)))
    written = await run_phase(
        port, Phase("/exam/responses", items * (DRAFTS + 1), room.tokens, DRAFTS), states
    )
    session = await context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "timeTicks"})
    await page.evaluate(LONG_TASKS)
    await asyncio.sleep(2)
    traffic = Traffic()
    traffic.listen(page)
    before, begun = await work_of(session), time.perf_counter()
    await context.set_offline(False)
    await page.wait_for_function(ANSWERED, arg=items * len(room.tokens), timeout=LONGEST_WAIT * 1000)
    seconds = time.perf_counter() - begun
    after = await work_of(session)
    long = await page.evaluate("window.longTasks")
    print(f"written in the cut: {written.answered} writes, {written.wrong} refused")
    return _tell({name: after[name] - before[name] for name in after}, seconds, traffic, long)


def _tell(work: dict[str, float], seconds: float, traffic: Traffic, long: list[float]) -> bool:
    """The figures, and whether the aim is reached."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    size = traffic.octets / 1024
    print(f"{traffic.events} events in {traffic.frames} frames ({size:.0f} KiB), last number {traffic.last}")
    print(f"asked: {traffic.asked} message(s) on the socket, {len(traffic.requests)} request(s) beside it")
    for name, milliseconds in work.items():
        print(f"  {name:20} {milliseconds:7.0f} ms")
    longest = max(long, default=0.0)
    print(f"  long tasks (> 50 ms)  {len(long):5d}, longest {longest:.0f} ms; by the clock {seconds:.2f} s")
    reached = work["TaskDuration"] < AIM_MS and traffic.asked == 1 and not traffic.requests
    print(f"browser work under {AIM_MS} ms in one round trip: {'reached' if reached else 'NOT reached'}")
    return reached


async def _prepare(server: DemoServer, size: int) -> Filled:
    store = open_store(load_settings(server.environment()))
    try:
        return await store.run(fill_one, size)
    finally:
        await store.close()


def main() -> None:
    """Bounded by the number of events that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=5000, choices=range(100, 5401), metavar="100..5400")
    parser.add_argument("--candidates", type=int, default=45, choices=range(1, 61), metavar="1..60")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passation-bench-") as name:
        raise SystemExit(0 if asyncio.run(measure(arguments, Path(name))) else 1)


if __name__ == "__main__":
    main()
