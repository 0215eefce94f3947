"""A line between browsers and the server that is cut, goes silent, loses answers, by chance."""

import asyncio
import math
import socket
import struct
import threading
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from tests.browser.server import free_port

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: what is closed so tells the other side by a reset."""

SHORTEST, LONGEST = 0.1, 120.0
"""Seconds of the exam's own time that a cut lasts."""

CHUNK = 65536


class Cut(StrEnum):
    """How a line fails."""

    REFUSED = "refused"  # nobody listens
    RESET = "reset"  # whatever is open, or opens, is torn off
    SILENT = "silent"  # nothing passes, nobody says so; in the end everything is torn off
    LATE = "late"  # nothing passes; in the end all of it arrives
    ANSWERS_LOST = "answers lost"  # the server hears everything, the browser gets the beginning of an answer


@dataclass(eq=False)
class _Pair:
    """One connection: the browser's end and the server's."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]

    def tear(self) -> None:
        """Ends both sides by a reset."""
        for end in self.ends:
            found = end.get_extra_info("socket")
            if found is not None:
                with suppress(OSError):
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            end.transport.abort()


@dataclass
class RoughLine:
    """Listens on a port of its own and passes everything on to `target`; fails when it is told to."""

    target: int
    chance: Random
    port: int = field(default_factory=free_port)
    made: Counter[Cut] = field(default_factory=Counter)
    torn: int = 0
    """Connections that a cut has ended."""

    _kind: Cut | None = None
    _pairs: set[_Pair] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _listener: asyncio.Server | None = None
    _misbehaving: "asyncio.Task[None] | None" = None

    @property
    def url(self) -> str:
        """Where browsers find the server, over this line."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cuts(self) -> int:
        """How often it has failed."""
        return self.made.total()

    def start(self) -> None:
        """Lets browsers in."""
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._wait(self._listen())

    def stop(self) -> None:
        """Ends the line and everything on it."""
        self.behave()
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def misbehave(self, cuts: int, speed: float, between: tuple[float, float]) -> None:
        """From now on so many cuts, with moments (in real seconds) between them in which it works."""

        async def begin() -> None:
            self._misbehaving = asyncio.create_task(self._misbehave(cuts, speed, between))

        self._wait(begin())

    def behave(self) -> None:
        """No more cuts."""

        async def end() -> None:
            if self._misbehaving is not None:
                self._misbehaving.cancel()
                with suppress(asyncio.CancelledError):
                    await self._misbehaving

        self._wait(end())

    def _wait(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _misbehave(self, cuts: int, speed: float, between: tuple[float, float]) -> None:
        for _ in range(cuts):
            await asyncio.sleep(self.chance.uniform(*between))
            length = math.exp(self.chance.uniform(math.log(SHORTEST), math.log(LONGEST))) / speed
            await self._cut(self.chance.choice(list(Cut)), length)

    async def _cut(self, kind: Cut, seconds: float) -> None:
        self._kind = kind
        self.made[kind] += 1
        try:
            if kind in {Cut.SILENT, Cut.LATE}:
                self._flowing.clear()
            if kind in {Cut.REFUSED, Cut.RESET}:
                self._tear_all()
            if kind is Cut.REFUSED and self._listener is not None:
                self._listener.close()
            await asyncio.sleep(seconds)
        finally:
            if kind is Cut.SILENT:
                self._tear_all()
            self._kind = None
            self._flowing.set()
            if kind is Cut.REFUSED:
                await self._listen()

    def _tear_all(self) -> None:
        self.torn += len(self._pairs)
        for pair in tuple(self._pairs):
            pair.tear()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._come, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for pair in tuple(self._pairs):
            pair.tear()
        await asyncio.sleep(0.05)

    async def _come(self, reader: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        """One connection of a browser, to its end."""
        if self._kind is Cut.RESET:
            _Pair((browser, browser)).tear()
            return
        there, server = await asyncio.open_connection("127.0.0.1", self.target)
        pair = _Pair((browser, server))
        self._pairs.add(pair)
        try:
            await asyncio.gather(
                self._pass(reader, server, pair, answers=False),
                self._pass(there, browser, pair, answers=True),
            )
        finally:
            self._pairs.discard(pair)
            pair.tear()

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, pair: _Pair, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(CHUNK):
                await self._flowing.wait()
                if answers and self._kind is Cut.ANSWERS_LOST:
                    sink.write(chunk[: self.chance.randrange(len(chunk))])
                    await sink.drain()
                    self.torn += 1
                    break
                sink.write(chunk)
                await sink.drain()
        pair.tear()
