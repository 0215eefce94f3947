"""One simulated person's browser: cookies, one server, and an account of how long the server took."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from exam_server.simulation.report import Tally
from question_bank.item_types.jsonvalues import Json, JsonObject

TIMEOUT = 10.0
ALIVE_EVERY = 5.0
SILENCE = 16.0
MOST_BYTES = 1 << 20

# Loading the system's certificates takes some 20 ms: once for a whole room.
_TLS = ssl.create_default_context()


class Unreachable(Exception):
    """No answer, or one that may pass by itself: the same request may be sent again."""


class ServerSaidNo(Exception):
    """The server understood and refused; `reply` is the whole body."""

    def __init__(self, status: int, reply: JsonObject, where: str) -> None:
        error = reply.get("error")
        facts = error if isinstance(error, dict) else {}
        self.status = status
        self.reply = reply
        self.code = str(facts.get("code", f"http_{status}"))
        self.sentence = str(facts.get("message", ""))
        super().__init__(f"{where}: {status} {self.code} {self.sentence}")


@dataclass(frozen=True)
class Patience:
    """How a browser waits between tries, in real seconds, and when it gives up."""

    first: float = 0.5
    most: float = 8.0
    give_up: float = 300.0

    def wait(self, failures: int, chance: Random) -> float:
        """Doubles from `first` to `most`; half of it by chance, so that a room spreads out."""
        whole = min(self.most, self.first * (1 << min(failures, 30)))
        return whole / 2 + chance.random() * whole / 2


class Browser:
    """Asks one server, and nobody else: redirections, proxies and other addresses are not followed."""

    def __init__(self, url: str, tally: Tally, patience: Patience | None = None, seed: int = 0) -> None:
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.tally = tally
        self.patience = patience or Patience()
        self.chance = Random(seed)  # noqa: S311 - spreads retries, nothing secret
        self._http = httpx.AsyncClient(
            base_url=self.origin,
            headers={"Origin": self.origin, "Sec-Fetch-Site": "same-origin"},
            verify=_TLS,
            trust_env=False,
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=2),
        )

    async def close(self) -> None:
        """Closes the connections; cookies are forgotten."""
        await self._http.aclose()

    async def post(self, kind: str, path: str, body: Mapping[str, Json] | None = None) -> JsonObject:
        """One try at a write. Raises Unreachable or ServerSaidNo."""
        content = orjson.dumps(body or {})
        headers = {"Content-Type": "application/json"}
        return _object(await self._ask(kind, "POST", path, content=content, headers=headers))

    async def get(self, kind: str, path: str) -> JsonObject:
        """One try at a read of JSON."""
        return _object(await self._ask(kind, "GET", path))

    async def page(self, path: str) -> str:
        """One try at a page."""
        return (await self._ask("page", "GET", path)).text

    async def download(self, path: str) -> bytes:
        """One try at a file."""
        return (await self._ask("download", "GET", path)).content

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> JsonObject:
        """One try at sending a file as a form does."""
        files = {"file": (name, content, "application/octet-stream")}
        return _object(await self._ask("upload", "POST", path, files=files, data=dict(fields)))

    async def persist(self, kind: str, path: str, body: Mapping[str, Json] | None = None) -> JsonObject:
        """A write that is sent again, the same, until the server has answered it."""
        return await self.insist(lambda: self.post(kind, path, body))

    async def insist(self, ask: Callable[[], Awaitable[JsonObject]]) -> JsonObject:
        """Tries until there is an answer; raises Unreachable when patience is at an end."""
        begun, failures = perf_counter(), 0
        while True:
            try:
                return await ask()
            except Unreachable:
                if perf_counter() - begun > self.patience.give_up:
                    raise
                await asyncio.sleep(self.patience.wait(failures, self.chance))
                failures += 1

    async def _ask(self, kind: str, method: str, path: str, **options: object) -> httpx.Response:
        begun = perf_counter()
        try:
            response = await self._http.request(method, path, **options)  # type: ignore[arg-type]
        except (httpx.TransportError, OSError) as error:
            self.tally.network[type(error).__name__] += 1
            raise Unreachable(f"{method} {path}") from error
        self.tally.took(kind, perf_counter() - begun)
        if response.is_success:
            return response
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.tally.network[f"http_{response.status_code}"] += 1
            raise Unreachable(f"{method} {path}: {response.status_code}")
        refused = ServerSaidNo(response.status_code, _object_or_none(response) or {}, f"{method} {path}")
        self.tally.refusals[refused.code] += 1
        raise refused

    async def live(self, path: str, hear: Callable[[JsonObject], None], first: Callable[[], Json]) -> None:
        """Keeps a WebSocket: says `first()` when it opens, shows life, hands on what it hears, comes back
        after a cut. Ends when the server says goodbye."""
        failures = 0
        while True:
            try:
                async with self._socket(path) as socket:
                    failures = 0
                    if await self._listen(socket, hear, first):
                        return
            except (OSError, WebSocketException, TimeoutError) as error:
                self.tally.network[f"socket:{type(error).__name__}"] += 1
            await asyncio.sleep(self.patience.wait(failures, self.chance))
            failures += 1

    def _socket(self, path: str) -> connect:
        secure = self.origin.startswith("https:")
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._http.cookies.jar)
        return connect(
            ("wss" if secure else "ws") + self.origin[self.origin.index(":") :] + path,
            additional_headers={"Cookie": cookies},
            origin=self.origin,  # type: ignore[arg-type]
            ssl=_TLS if secure else None,
            proxy=None,
            compression=None,
            open_timeout=TIMEOUT,
            close_timeout=1,
            ping_interval=None,
            max_size=MOST_BYTES,
        )

    async def _listen(
        self, socket: ClientConnection, hear: Callable[[JsonObject], None], first: Callable[[], Json]
    ) -> bool:
        """True when the server said goodbye; a silence or a cut raises."""
        greeting = first()
        if greeting is not None:
            await socket.send(orjson.dumps(greeting).decode())
        beat = asyncio.create_task(_show_life(socket))
        try:
            while True:
                async with asyncio.timeout(SILENCE):
                    message = orjson.loads(await socket.recv())
                self.tally.messages += 1
                hear(message)
                if message.get("type") == "bye":
                    return True
        finally:
            beat.cancel()


async def _show_life(socket: ClientConnection) -> None:
    while True:
        await socket.send('{"type":"alive"}')
        await asyncio.sleep(ALIVE_EVERY)


def _object(response: httpx.Response) -> JsonObject:
    body = _object_or_none(response)
    if body is None:
        raise Unreachable(f"{response.request.url.path}: the answer is not JSON")
    return body


def _object_or_none(response: httpx.Response) -> JsonObject | None:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
