"""How many responses a second the real server puts on disk, as a share of what a bare route could answer.

    python -m scripts.bench.responses [--rounds 3] [--connections 256] [--no-naive] [--profile FILE]

One server process (the product's application; beside it a bare Starlette POST route, and the same act
written naively), one process of load, loopback alone. Every round measures the bare route, the product, and
the bare route again, so that whatever else the machine does weighs on both.
"""

import argparse
import asyncio
import cProfile
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from exam_server.app import build, open_store
from exam_server.demo.server import free_port
from exam_server.settings import load_settings
from scripts.bench.classroom import ROOM, fill_rooms
from scripts.bench.naive import Naive

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 32
DRAFTS = 2
DRAFTED_ITEMS = 12
NAIVE_EACH = 4
BARE_EACH = 40
AIM, LEAST, NAIVE_AIM = 0.40, 0.20, 15.0
STARTING = 60.0
Figures = dict[str, float]


async def bare(request: Request) -> HttpResponse:
    """The least that a POST route can do: read the body, answer some JSON."""
    await request.body()
    return JSONResponse({"ok": True})


class Both:
    """The product's application, and beside it what it is compared with."""

    def __init__(self, naive: bool) -> None:
        settings = load_settings()
        self._product = build(settings)
        others = [Route("/bench/bare", bare, methods=["POST"])]
        if naive:
            others += Naive(settings.database, self._product.state.desk.store.house).routes
        self._others = Starlette(routes=others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """By path."""
        is_other = scope["type"] == "http" and scope["path"].startswith("/bench/")
        await (self._others if is_other else self._product)(scope, receive, send)


def serve(port: int, naive: bool, profile: Path | None) -> None:
    """The server process: uvicorn as `passation serve` runs it."""
    config = uvicorn.Config(
        Both(naive), host="127.0.0.1", port=port, ws="websockets-sansio", access_log=False, log_level="error"
    )
    server = uvicorn.Server(config)
    if profile is None:
        server.run()
        return
    # uvicorn raises the signal again once it has shut down: the figures must be out before that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    profiler = cProfile.Profile()
    try:
        profiler.runcall(server.run)
    finally:
        profiler.dump_stats(profile)


class Bench:
    """One server, one process of load, and the tokens of the candidates who wait."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self._arguments = arguments
        self._port = arguments.port
        self._environment = {
            **os.environ,
            "PASSATION_FOLDER": str(folder),
            "PASSATION_BASE_URL": f"http://127.0.0.1:{arguments.port}",
            "PASSATION_DATABASE": f"sqlite:///{folder / 'bench.sqlite'}",
        }
        self._tokens: list[str] = []

    def prepare(self, rooms: int) -> None:
        """Fills the rooms before the server starts."""
        self._tokens = asyncio.run(_prepare(self._environment, rooms))

    def start(self) -> None:
        """Starts both processes."""
        arguments = ["--serve", "--port", str(self._port)]
        arguments += ["--no-naive"] if self._arguments.no_naive else []
        arguments += ["--profile", str(self._arguments.profile)] if self._arguments.profile else []
        own = [sys.executable, "-m", "scripts.bench.responses", *arguments]
        self._server = subprocess.Popen(own, env=self._environment, cwd=ROOT)
        wait_until_ready(f"http://127.0.0.1:{self._port}/healthz", self._server)
        self._load = subprocess.Popen(
            [sys.executable, "-m", "scripts.bench.load", str(self._port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def bare(self, connections: int, each: int) -> Figures:
        """The bare route."""
        return self._phase("/bench/bare", each, ["-"] * connections)

    def responses(self, path: str, connections: int, items: int, drafts: int = 0) -> Figures:
        """Candidates who wait: each starts (not measured), then answers so many items."""
        tokens, self._tokens = self._tokens[:connections], self._tokens[connections:]
        self._phase("/exam/start", 1, tokens)
        return self._phase(path, items * (drafts + 1), tokens, drafts)

    def _phase(self, path: str, count: int, cookies: Sequence[str], drafts: int = 0) -> Figures:
        phase = {"path": path, "count": count, "cookies": list(cookies), "drafts": drafts}
        begun = processor_seconds(self._server.pid)
        self._load.stdin.write(orjson.dumps(phase) + b"\n")  # type: ignore[union-attr]
        self._load.stdin.flush()  # type: ignore[union-attr]
        line = self._load.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise SystemExit(f"{path}: the load has ended")
        found: Figures = orjson.loads(line)
        if found["wrong"]:
            raise SystemExit(f"{path}: {found['wrong']:.0f} answers were not what they should be")
        found["processor_us"] = (processor_seconds(self._server.pid) - begun) / found["answered"] * 1_000_000
        return found

    def stop(self) -> None:
        """Ends both."""
        for running in (self._load, self._server):
            running.terminate()
            running.wait(30)


async def _prepare(environment: dict[str, str], rooms: int) -> list[str]:
    store = open_store(load_settings(environment))
    try:
        return await store.run(fill_rooms, rooms)
    finally:
        await store.close()


def wait_until_ready(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server answers; SystemExit when it does not in time."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own loopback address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def commits_a_second(folder: Path) -> float:
    """How many single durable writes this disk takes."""
    descriptor = os.open(folder / "probe", os.O_CREAT | os.O_WRONLY)
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < 1:
        os.pwrite(descriptor, bytes(4096), count * 4096)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    return count / (time.perf_counter() - begun)


def processor_seconds(pid: int) -> float:
    """What a program has used of the processor; on a busy machine it tells more than the clock."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Shares:
    """What the rounds of one kind of load gave."""

    name: str
    by_clock: list[float] = field(default_factory=list)
    by_processor: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def add(self, ours: Figures, around: Sequence[Figures]) -> None:
        """One round, with the bare route measured before and after it."""
        rate = statistics.mean(one["rate"] for one in around)
        cost = statistics.mean(one["processor_us"] for one in around)
        self.by_clock.append(ours["rate"] / rate)
        self.by_processor.append(cost / ours["processor_us"])
        self.rates.append(ours["rate"])

    def tell(self) -> None:
        """The medians."""
        share, rate = statistics.median(self.by_clock), statistics.median(self.rates)
        verdict = _verdict(share, LEAST)
        print(f"{self.name}: {rate:.0f} durably acknowledged a second")
        print(f"  share of a bare route: {share:.3f} (aim {AIM:.2f}, at least {LEAST:.2f}): {verdict}")
        print(f"  the same by processor time used: {statistics.median(self.by_processor):.3f}")


def measure(bench: Bench, arguments: argparse.Namespace) -> None:
    """The rounds, and the ratios at the end."""
    validated, drafted = Shares("every response validated"), Shares(f"{DRAFTS} drafts to each validated one")
    bench.bare(arguments.connections, BARE_EACH)
    for number in range(arguments.rounds):
        print(f"round {number + 1}")
        around = [_told("bare", bench.bare(arguments.connections, BARE_EACH))]
        finals = bench.responses("/exam/responses", arguments.connections, ITEMS)
        around.append(_told("bare", bench.bare(arguments.connections, BARE_EACH)))
        validated.add(_told("validated", finals), around)
        mixed = bench.responses("/exam/responses", arguments.connections, DRAFTED_ITEMS, DRAFTS)
        around.append(_told("bare", bench.bare(arguments.connections, BARE_EACH)))
        drafted.add(_told("with drafts", mixed), around[1:])
    validated.tell()
    drafted.tell()
    if not arguments.no_naive:
        naive = bench.responses("/bench/naive", arguments.connections, NAIVE_EACH)
        _told("naive", naive)
        times = statistics.median(validated.rates) / naive["rate"]
        print(f"times faster than that: {times:.1f} (at least {NAIVE_AIM:.0f}): {_verdict(times, NAIVE_AIM)}")


def _told(name: str, found: Figures) -> Figures:
    print(f"  {name:11} {_line(found)}", flush=True)
    return found


def _line(found: Figures) -> str:
    return (
        f"{found['rate']:7.0f}/s, p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms, "
        f"{found['processor_us']:.0f} us of the server's processor each"
    )


def _verdict(found: float, least: float) -> str:
    return "reached" if found >= least else "NOT reached"


def main() -> None:
    """Bounded: the rounds times the connections times the items of one test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 11))
    parser.add_argument("--connections", type=int, default=256, choices=range(1, 513), metavar="1..512")
    parser.add_argument("--port", type=int, default=0, help="any free one, unless it is said")
    parser.add_argument("--no-naive", action="store_true")
    parser.add_argument("--profile", type=Path, help="writes the server's cProfile figures to this file")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.port, not arguments.no_naive, arguments.profile)
        return
    arguments.port = free_port(arguments.port)
    with tempfile.TemporaryDirectory(prefix="passation-bench-") as name:
        folder = Path(name)
        print(f"this disk: {commits_a_second(folder):.0f} single durable writes/s; {os.cpu_count()} cores")
        bench = Bench(arguments, folder)
        bench.prepare(-(-arguments.connections * (2 * arguments.rounds + 1) // ROOM))
        bench.start()
        try:
            measure(bench, arguments)
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
