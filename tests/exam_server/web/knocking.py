"""A WebSocket asked for by hand: what the application answers to whoever knocks."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.exam_server.web.site import Site

LONG_ENOUGH = 5.0
"""Seconds: a socket that says nothing in them says nothing at all."""


async def knock(site: Site, path: str, cookies: Mapping[str, str]) -> list[dict[str, Any]]:
    """Everything that the server sends to a page that connects, listens to the first words, and leaves."""
    said: list[dict[str, Any]] = []
    heard = asyncio.Event()
    steps = ["websocket.connect"]

    async def receive() -> dict[str, Any]:
        if steps:
            return {"type": steps.pop()}
        await heard.wait()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        said.append(message)
        if message["type"] != "websocket.accept":
            heard.set()

    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    host = site.base.partition("://")[2]
    headers = [(b"host", host.encode()), (b"origin", site.base.encode()), (b"cookie", cookie.encode())]
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8000),
        "subprotocols": [],
        "state": {},
    }
    running = asyncio.ensure_future(site.app(scope, receive, send))
    asyncio.get_running_loop().call_later(0.3, heard.set)
    await asyncio.wait_for(running, LONG_ENOUGH)
    return said
