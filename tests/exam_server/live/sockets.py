"""Browsers on real sockets: what a board and a candidate's page hear, in order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from exam_server.domain.roles import Person
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from tests.exam_server.web.site import Site

SOON = 1.0
"""Seconds within which everything has to be pushed."""

Message = dict[str, Any]


@dataclass
class Listener:
    """One open socket, and everything that it has heard."""

    socket: ClientConnection
    heard: list[Message] = field(default_factory=list)

    async def say(self, message: object) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def hear(self, within: float = SOON) -> Message:
        """The next message."""
        message: Message = orjson.loads(await asyncio.wait_for(self.socket.recv(), within))
        self.heard.append(message)
        return message

    async def until(self, wanted: Callable[[Message], bool], within: float = SOON) -> Message:
        """The first message from now on that is wanted."""
        async with asyncio.timeout(within):
            while True:
                message = await self.hear(within)
                if wanted(message):
                    return message

    async def event(self, kind: str, within: float = SOON) -> Message:
        """The next event of a kind."""
        found = await self.until(lambda m: m["type"] == "event" and m["event"]["kind"] == kind, within)
        return dict(found["event"])

    async def state(self, kind: str, within: float = SOON) -> Message:
        """The candidate's next state that came with a kind of event."""
        found = await self.until(lambda m: m["type"] == "state" and m["kind"] == kind, within)
        return dict(found["state"])

    async def numbered(self, number: int, within: float = SOON) -> Message:
        """The event with this number."""
        found = await self.until(lambda m: m["type"] == "event" and m["event"]["number"] == number, within)
        return dict(found["event"])

    async def silence(self, wait: float = 0.3) -> list[Message]:
        """Whatever comes while it should be quiet; signs of life do not count."""
        came: list[Message] = []
        try:
            async with asyncio.timeout(wait):
                while True:
                    came.append(await self.hear(wait * 2))
        except TimeoutError:
            return [message for message in came if message["type"] != "alive"]

    async def closed(self, within: float = SOON) -> int | None:
        """Reads on to the end; returns the code with which the server closed."""
        try:
            async with asyncio.timeout(within):
                while True:
                    await self.hear(within)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else None

    @property
    def numbers(self) -> list[int]:
        """The numbers of the events heard so far."""
        return [m["event"]["number"] for m in self.heard if m["type"] == "event"]


class Served(Site):
    """The application on loopback."""

    def browser(self, **cookies: str) -> httpx.AsyncClient:
        self.browsers.append(httpx.AsyncClient(base_url=self.base, cookies=cookies, trust_env=False))
        return self.browsers[-1]

    def open(self, path: str, origin: str | None = None, **options: Any) -> connect:
        """A WebSocket as our own page opens it, or another site's."""
        return connect(
            "ws" + self.base.removeprefix("http") + path,
            origin=origin or self.base,  # type: ignore[arg-type]
            proxy=None,
            compression=None,
            ping_interval=None,
            close_timeout=0.5,
            **options,
        )

    async def board(self, person: Person, session_id: str, after: int | None = 0, **options: Any) -> Listener:
        """An invigilator's board that follows a session."""
        cookie = f"{STAFF_COOKIE}={await self.login_of(person)}"
        socket = await self.open(
            f"/sessions/{session_id}/live", additional_headers={"Cookie": cookie}, **options
        )
        listener = Listener(socket)
        if after is not None:
            await listener.say({"type": "follow", "after": after})
        return listener

    async def page(self, token: str) -> Listener:
        """A candidate's page, as far as it listens."""
        return Listener(
            await self.open("/exam/live", additional_headers={"Cookie": f"{CANDIDATE_COOKIE}={token}"})
        )
