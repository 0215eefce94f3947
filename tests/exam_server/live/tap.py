"""A tap on the line: whatever goes over the wire between browsers and the server is written down."""

import asyncio
import contextlib
from dataclasses import dataclass, field

_PIECE = 65_536


@dataclass
class Tap:
    """Listens on a port of its own and passes every octet on, both ways; keeps them by connection."""

    server_port: int
    port: int = 0
    asked: list[bytearray] = field(default_factory=list)
    answered: list[bytearray] = field(default_factory=list)
    _listening: asyncio.Server | None = None
    _passing: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> None:
        """From now on everything is heard."""
        self._listening = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = int(self._listening.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Hangs up."""
        for one in self._passing:
            one.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        if self._listening is not None:
            self._listening.close()

    async def _connected(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        for kept, source, sink in (
            (self.asked, browser, to_server),
            (self.answered, server, to_browser),
        ):
            kept.append(bytearray())
            passing = asyncio.create_task(_pass_on(source, sink, kept[-1]))
            self._passing.add(passing)
            passing.add_done_callback(self._passing.discard)


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter, kept: bytearray) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            while octets := await source.read(_PIECE):
                kept += octets
                sink.write(octets)
                await sink.drain()
    finally:
        sink.close()
