"""The application behind a real socket on loopback, in this process, under a clock that the test sets."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn

from exam_server.app import build
from exam_server.commands.serving import LARGEST_FRAME
from tests.exam_server.live.sockets import Served
from tests.exam_server.web.site import settings_for
from tests.support.clock import ManualClock
from tests.support.databases import Place


class QuietServer(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def served(on_sqlite: Place, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Served]:
    """The application, started as `passation serve` starts it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = build(settings_for(on_sqlite.url, tmp_path / "folder", base))
        site = Served(app, base)
        site.store.clock = clock
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=LARGEST_FRAME,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        server = QuietServer(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield site
        for browser in site.browsers:
            await browser.aclose()
        server.should_exit = True
        await running
