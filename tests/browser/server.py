"""A server of a test's own: a process on a free port, with its folder, its staff and their one-time links."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from exam_server.acts import staff
from exam_server.app import open_store
from exam_server.demo.school import SCHOOL_NAME, UAI
from exam_server.domain.roles import Role
from exam_server.settings import load_settings
from exam_server.storage.transaction import Transaction

STARTS_WITHIN = 60.0
STOPS_WITHIN = 15.0
LINKS = 24
PASSWORD = "quatre-vergers-en-fleurs"
NAMES = {
    Role.HEAD: "Camille Verger-Démo",
    Role.INVIGILATOR: "Dominique Ruche-Démo",
    Role.ACCOMMODATIONS: "Claude Sillon-Démo",
    Role.AUTHOR: "Sacha Grange-Démo",
}


def address_of(role: Role) -> str:
    """The e-mail address under which a role signs in."""
    return f"{role}@demo.example"


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One `passation serve` in its own folder; it may be stopped, killed and started again on its port."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    program: str = "tests.browser.serving_plain"
    port: int = field(default_factory=free_port)
    links: dict[Role, list[str]] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return self._process is not None

    @property
    def log(self) -> str:
        """What it has written so far."""
        file = self.folder / "server.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """What its database answers: for what no page tells."""
        with closing(sqlite3.connect(self.folder / "passation.sqlite")) as database:
            return database.execute(question, values).fetchall()

    def invite_staff(self) -> None:
        """Creates the centre and one account a role: each gets links, the head also a password."""
        with ThreadPoolExecutor(1) as apart:  # the browser's own event loop occupies this thread
            self.links = apart.submit(lambda: asyncio.run(self._invite())).result()

    async def _invite(self) -> dict[Role, list[str]]:
        store = open_store(load_settings(self.variables()))
        try:
            tokens = await store.run(_accounts)
        finally:
            await store.close()
        return {role: [f"{self.url}/staff/link/{token}" for token in many] for role, many in tokens.items()}

    def invite(self, name: str, *roles: Role) -> str:
        """One more member of staff, while the server runs; returns a one-time link."""
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(lambda: asyncio.run(self._invite_one(name, frozenset(roles)))).result()

    async def _invite_one(self, name: str, roles: frozenset[Role]) -> str:
        def act(tx: Transaction) -> str:
            centre = staff.add_centre(tx, UAI, SCHOOL_NAME)
            email = f"{name.partition(' ')[0].lower()}@demo.example"
            return staff.new_link(tx, staff.add_account(tx, centre, email, name, roles, None))

        store = open_store(load_settings(self.variables()))
        try:
            return f"{self.url}/staff/link/{await store.run(act)}"
        finally:
            await store.close()

    def fresh_link(self, role: Role) -> str:
        """A one-time link that nobody has used."""
        return self.links[role].pop()

    def start(self, **env: str) -> None:
        """Runs the server with these settings added, and waits until it answers."""
        self.env.update(env)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.program, "serve", "--port", str(self.port)],
                env={**os.environ, **self.variables()},
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start:\n{self.log}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Asks it to end, as an operator does."""
        self._end("terminate")

    def kill(self) -> None:
        """Ends it without a word."""
        self._end("kill")

    def _end(self, how: str) -> None:
        if self._process is None:
            return
        getattr(self._process, how)()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as reply:  # noqa: S310
                return bool(reply.status == 200)
        except (URLError, OSError):
            return False

    def variables(self) -> dict[str, str]:
        """The settings of this server, as its commands take them."""
        return {
            "PASSATION_FOLDER": str(self.folder),
            "PASSATION_PORT": str(self.port),
            "PASSATION_BASE_URL": self.url,
            **self.env,
        }


def _accounts(tx: Transaction) -> dict[Role, list[str]]:
    centre = staff.add_centre(tx, UAI, SCHOOL_NAME)
    tokens = {}
    for role, name in NAMES.items():
        password = PASSWORD if role is Role.HEAD else None
        account = staff.add_account(tx, centre, address_of(role), name, frozenset({role}), password)
        tokens[role] = [staff.new_link(tx, account) for _ in range(LINKS)]
    return tokens
