"""The load of the response bench: many connections from one process, as little work a request as can be.

Loopback alone; every phase is bounded by the number of requests it is told to send. Reads one JSON line a
phase from standard input, answers one JSON line; ends with its input.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import httptools
import orjson
import uvloop

HOST = "127.0.0.1"
LONGEST_PHASE = 120.0
STARTED_AT_ONCE = 16
OK = 200
START = "/exam/start"
State = dict[str, Any]
States = dict[str, State]


@dataclass
class Phase:
    """What to send: `count` requests on each connection, one cookie a connection.

    Where responses are sent, each item gets `drafts` drafts and then the validated response.
    """

    path: str
    count: int
    cookies: list[str]
    drafts: int = 0


@dataclass
class Measured:
    """What came back."""

    answered: int = 0
    wrong: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)


class Line(asyncio.Protocol):
    """One connection: sends, waits for the answer, sends the next. `state` is the candidate's page."""

    def __init__(self, port: int, phase: Phase, cookie: str, state: State | None, measured: Measured) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.phase = phase
        self.measured = measured
        self.left = phase.count
        self.state = state
        self.sent_at = 0.0
        self.body = bytearray()
        self.parser = httptools.HttpResponseParser(self)
        self.head = (
            f"POST {phase.path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: passation_candidate={cookie}\r\n"
            f"Origin: http://{HOST}:{port}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing is sent before all connections stand."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def send_next(self) -> None:
        """The next request, or the end."""
        if self.left == 0:
            self.done.set_result(None)
            return
        self.left -= 1
        body = BARE_BODY if self.state is None else respond_to(self.state, self.phase.drafts)
        self.body.clear()
        self.sent_at = perf_counter()
        self.transport.write(self.head + b"%d\r\n\r\n" % len(body) + body)

    def data_received(self, octets: bytes) -> None:
        """Bytes of an answer."""
        self.parser.feed_data(octets)

    def on_body(self, octets: bytes) -> None:
        """Part of a body."""
        self.body += octets

    def on_message_complete(self) -> None:
        """An answer is whole."""
        status = self.parser.get_status_code()
        self.parser = httptools.HttpResponseParser(self)
        self.measured.times.append(perf_counter() - self.sent_at)
        reply = orjson.loads(self.body)
        if status != OK or (self.state is not None and reply["saved"] is None):
            self.measured.wrong += 1
            self.left = 0
        else:
            self.measured.answered += 1
        if self.state is not None:
            self.state = reply.get("state")
        elif self.phase.path == START:
            self.state = reply
        self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        """A cut ends this connection's part."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server cut a connection"))


BARE_BODY = orjson.dumps(
    {
        "position": 5,
        "revision": 1,
        "content": {"option": "o2"},
        "final": True,
        "answered_at": 1_790_000_000_000,
    }
)


def respond_to(state: State, drafts: int = 0) -> bytes:
    """A valid response to the item in hand: a draft until there were enough of them."""
    item, saved = state["item"], state.get("saved")
    revision = saved["revision"] + 1 if saved and saved["position"] == item["position"] else 1
    names = [option["id"] for option in item.get("options", ())]
    content: dict[str, object]
    match item["type"]:
        case "single_choice":
            content = {"option": names[0]}
        case "multiple_choice":
            content = {"options": names[:2]}
        case "ordering":
            content = {"order": names}
        case "numeric":
            content = {"number": "12,5"}
        case "short_text":
            content = {"text": "je ne sais pas"}
        case _:
            content = {"skip": True}
    return orjson.dumps(
        {
            "position": item["position"],
            "revision": revision,
            "content": content,
            "final": revision > drafts,
            "answered_at": state["now"],
        }
    )


async def run_phase(port: int, phase: Phase, states: States) -> Measured:
    """All connections at once; tests are started a few at a time. `states` holds each candidate's page."""
    measured = Measured()
    at_once = STARTED_AT_ONCE if phase.path == START else len(phase.cookies)
    for at in range(0, len(phase.cookies), at_once):
        few = Phase(phase.path, phase.count, phase.cookies[at : at + at_once], phase.drafts)
        await _send_all(port, few, states, measured)
    return measured


async def _send_all(port: int, phase: Phase, states: States, measured: Measured) -> None:
    loop, lines = asyncio.get_running_loop(), []
    for cookie in phase.cookies:
        make = partial(Line, port, phase, cookie, states.get(cookie), measured)
        lines.append((await loop.create_connection(make, HOST, port))[1])
    begun = perf_counter()
    for line in lines:
        line.send_next()
    async with asyncio.timeout(LONGEST_PHASE):
        await asyncio.gather(*(line.done for line in lines))
    measured.seconds += perf_counter() - begun
    for cookie, line in zip(phase.cookies, lines, strict=True):
        line.transport.close()
        if line.state is not None:
            states[cookie] = line.state


def report(measured: Measured) -> dict[str, float]:
    """The figures of a phase."""
    times = sorted(measured.times)
    return {
        "answered": measured.answered,
        "wrong": measured.wrong,
        "seconds": measured.seconds,
        "rate": measured.answered / measured.seconds,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
        "max_ms": times[-1] * 1000,
    }


def main() -> None:
    """One phase a line."""
    port, states = int(sys.argv[1]), States()
    for text in sys.stdin:
        phase = Phase(**orjson.loads(text))
        measured = uvloop.run(run_phase(port, phase, states))
        sys.stdout.write(orjson.dumps(report(measured)).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
