"""Between processes: a hint that a log has grown, and who is there. A lost hint costs a moment only."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from exam_server.domain.json import JSON

CHANNEL = "passation"
_LONGEST_WAIT = 5.0
log = logging.getLogger(__name__)

Hear = Callable[[Mapping[str, JSON]], None]


class Bus(Protocol):
    """What the hub needs of a bus."""

    async def start(self, hear: Hear) -> None:
        """Begins to listen."""
        ...

    def tell(self, message: Mapping[str, JSON]) -> None:
        """Tells every other process; never waits, never raises."""
        ...

    async def stop(self) -> None:
        """Stops listening."""
        ...


class NoBus:
    """One process alone: there is nobody to tell."""

    async def start(self, hear: Hear) -> None:
        """Nothing to hear."""

    def tell(self, message: Mapping[str, JSON]) -> None:
        """Nobody to tell."""

    async def stop(self) -> None:
        """Nothing to stop."""


class RedisBus:
    """Redis publish and subscribe. While Redis is away, hints are dropped; the feeds poll by themselves."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=None)
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1000)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, hear: Hear) -> None:
        """Begins to listen and to send."""
        self._tasks = [asyncio.create_task(self._listen(hear)), asyncio.create_task(self._send())]

    def tell(self, message: Mapping[str, JSON]) -> None:
        """Puts a message into the outbox; a full outbox means that Redis is away: the hint is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._outbox.put_nowait(orjson.dumps(message))

    async def stop(self) -> None:
        """Stops listening and sending."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _send(self) -> None:
        while True:
            message = await self._outbox.get()
            try:
                await self._redis.publish(CHANNEL, message)
            except (RedisError, OSError):
                log.warning("redis is away: a hint was dropped")
                await asyncio.sleep(0.5)

    async def _listen(self, hear: Hear) -> None:
        wait = 0.2
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    wait = 0.2
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            _pass_on(hear, message["data"])
            except (RedisError, OSError):
                log.warning("redis is away: trying again in %.1f s", wait)
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)


def _pass_on(hear: Hear, octets: bytes) -> None:
    """Whatever is on the channel is from outside: what is not ours is dropped."""
    with contextlib.suppress(orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        message = orjson.loads(octets)
        if isinstance(message, dict):
            hear(message)
