"""A few kept connections for many people's requests, with as little work a request as can be."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"
OK = b" 200 "


class Refused(Exception):
    """Another status than 200, or no answer at all."""


@dataclass
class Wires:
    """So many connections to one server; a request takes the first that is free, and opens it if need be."""

    port: int
    count: int
    _free: "asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None]" = field(
        default_factory=asyncio.Queue
    )

    def __post_init__(self) -> None:
        for _ in range(self.count):
            self._free.put_nowait(None)

    async def post(self, path: str, cookie: str, body: bytes) -> bytes:
        """The body of the answer; raises Refused. A connection that the server let go of is opened again."""
        wire = await self._free.get()
        answer = None
        try:
            for _attempt in range(2):
                wire = wire or await asyncio.open_connection(HOST, self.port)
                with suppress(OSError, asyncio.IncompleteReadError):
                    answer = await self._exchange(*wire, path, cookie, body)
                    return answer
                wire[1].close()
                wire = None
            raise Refused
        finally:
            self._free.put_nowait(wire if answer is not None else None)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: str, body: bytes
    ) -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {cookie}\r\n"
            f"Origin: http://{HOST}:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        said = await reader.readuntil(END_OF_HEAD)
        lengths = (line for line in said.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = await reader.readexactly(int(next(lengths, b":0").split(b":")[1]))
        if OK not in said[:16]:
            raise Refused
        return answer
