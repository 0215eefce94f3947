"""A server of the demonstration's own: one process on SQLite in its own folder, started and ended here."""

import asyncio
import os
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_START = 40.0
LONGEST_STOP = 20.0
LOOPBACK = "127.0.0.1"
_NO_LIMITS = {"PASSATION_LATE_LIMIT_MINUTES": "0", "PASSATION_ADMISSION_MINUTES": "0"}
"""On a clock that runs fast, a quarter of an hour is over before the last candidate has sat down."""


class DemoFailed(Exception):
    """Something was not as expected; the text says what."""


@dataclass
class DemoServer:
    """The server as another program: `python -m exam_server serve`."""

    folder: Path
    port: int
    speed: int = 1
    epoch_ms: int | None = None
    more: dict[str, str] = field(default_factory=dict)
    _running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where people reach it."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.folder / "server.log"

    def environment(self) -> dict[str, str]:
        """The settings of this server; nothing of another one's leaks in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSATION_")}
        own = {
            "PASSATION_FOLDER": str(self.folder),
            "PASSATION_DATABASE": f"sqlite:///{self.folder / 'passation.sqlite'}",
            "PASSATION_HOST": LOOPBACK,
            "PASSATION_PORT": str(self.port),
            "PASSATION_BASE_URL": self.url,
            "PASSATION_DEMO_SPEED": str(self.speed),
            **({} if self.speed == 1 else _NO_LIMITS),
        }
        if self.epoch_ms is not None:
            own["PASSATION_DEMO_EPOCH"] = str(self.epoch_ms)
        return {**kept, **own, **self.more}

    async def start(self) -> None:
        """Starts it and waits until it answers."""
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "exam_server", "serve", "--port", str(self.port)),
                env=self.environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_START
        while not await asyncio.to_thread(_answers, f"{self.url}/healthz"):
            if self._running.returncode is not None or loop.time() > until:
                await self.kill()
                raise DemoFailed(f"Le serveur n’a pas démarré. Son journal finit par :\n{self.last_words()}")
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """As a power cut would: no time to finish anything."""
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    async def stop(self) -> None:
        """Asks it to end, and insists."""
        if self._running is None or self._running.returncode is not None:
            return
        self._running.terminate()
        try:
            async with asyncio.timeout(LONGEST_STOP):
                await self._running.wait()
        except TimeoutError:
            await self.kill()

    def last_words(self) -> str:
        """The end of the server's log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""


def free_port(wanted: int) -> int:
    """The wanted port; 0 asks for any. Raises DemoFailed when another program has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            raise DemoFailed(
                f"Le port {wanted} est déjà pris : arrêtez l’autre programme ou donnez --port."
            ) from None
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:  # noqa: S310 - our own loopback address
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
