"""A real server on loopback for the interface of the livret, and the contract that holds its answers."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from jsonschema import Draft202012Validator, FormatChecker
from starlette.applications import Starlette

from exam_server.app import build
from exam_server.signing.keys import Purpose
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from tests.exam_server.web.site import settings_for
from tests.support.clock import ManualClock
from tests.support.livret import Book, Program, let_in, open_book

T = TypeVar("T")
PATHS = {
    "token": "/api/application/token",
    "certifications": "/api/organizations/{uai}/certifications",
    "search": "/api/orientation/certification/search",
}


@dataclass
class LivretServer:
    """What a program sees of a server, and what a test writes behind it."""

    app: Starlette
    base: str
    clock: ManualClock
    checked: list[tuple[str, int]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        store: Store = self.app.state.desk.store
        return store

    def write(self, act: Callable[[Book], T]) -> T:
        """Writes a book of a school of its own."""
        key = self.app.state.desk.keys.active(Purpose.DOCUMENTS, self.clock())
        return self.do(lambda tx: act(open_book(tx, key)))

    def do(self, act: Callable[[Transaction], T]) -> T:
        async def run() -> T:
            return await self.store.run(act)

        with ThreadPoolExecutor(1) as apart:  # where a browser is driven, its event loop occupies this thread
            return apart.submit(lambda: asyncio.run(run())).result()

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.base)

    @cached_property
    def description(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/api/openapi.json").json()
        return found

    # -- what a program does, each answer held to the description ------------------------------------------

    def token(self, program: Program, **more: str) -> httpx.Response:
        return self.held("token", self.http.post(PATHS["token"], data=program.form(**more)))

    def bearer(self, program: Program) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(program).json()['access_token']}"}

    def pull(self, uai: str, program: Program | None = None) -> httpx.Response:
        """The certifications of a school, by a program that may see it."""
        asking = program or self.do(lambda tx: let_in(tx, uai))
        answer = self.http.get(f"/api/organizations/{uai}/certifications", headers=self.bearer(asking))
        return self.held("certifications", answer)

    def certifications(self, uai: str) -> list[dict[str, Any]]:
        answer = self.pull(uai)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["certifications"]
        return found

    def search(self, body: object, program: Program | None = None) -> httpx.Response:
        """One pupil's certification, by a program that may see every school."""
        headers = self.bearer(program or self.do(let_in))
        return self.held("search", self.http.post(PATHS["search"], json=body, headers=headers))

    def held(self, operation: str, answer: httpx.Response) -> httpx.Response:
        """The answer, whose status, headers and body the description foresees."""
        (described,) = self.description["paths"][PATHS[operation]].values()
        responses = described["responses"]
        assert str(answer.status_code) in responses, f"{operation}: {answer.status_code} {answer.text}"
        foreseen = responses[str(answer.status_code)]
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        for name in foreseen.get("headers", {}):
            assert name in answer.headers, f"{operation}: {answer.status_code} without {name}"
        self.checked.append((operation, answer.status_code))
        if "content" not in foreseen:
            assert answer.content == b""
            return answer
        assert answer.headers["content-type"] == "application/json"
        schema = {
            **foreseen["content"]["application/json"]["schema"],
            "components": self.description["components"],
        }
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())
        return answer


@contextmanager
def livret_server(folder: Path, database: Path) -> Iterator[LivretServer]:
    """The application behind uvicorn, in a thread, with a key for documents and a clock that stands still."""
    clock = ManualClock()
    listening = uvicorn.Config("", host="127.0.0.1", port=0).bind_socket()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = build(settings_for(f"sqlite:///{database}", folder, base))
    app.state.desk.store.clock = clock
    app.state.desk.keys.create(Purpose.DOCUMENTS, clock())
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    running = LivretServer(app, base, clock)
    yield running
    running.http.close()
    server.should_exit = True
    thread.join()
