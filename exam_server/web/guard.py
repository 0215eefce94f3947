"""What stands before every route: security headers, cross-site writes refused, bodies of a bounded size."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exam_server.web.errors import on_fault, place_of, refuse_plainly
from exam_server.web.language import language, language_asked

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_STRICT = [(b"strict-transport-security", b"max-age=31536000")]
_ASKED_FOR = frozenset(
    {b"cookie", b"accept-language", b"sec-fetch-site", b"origin", b"host", b"content-length"}
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024

log = logging.getLogger(__name__)


class Guard:
    """One pure ASGI layer around the application.

    `lanes` are applications that it calls by their path, without going through the router: for what is asked
    so often that every layer counts.
    """

    def __init__(
        self,
        app: ASGIApp,
        base_url: str,
        upload_paths: Iterable[str],
        secure: bool,
        lanes: Mapping[str, ASGIApp],
    ) -> None:
        self._app = app
        self._lanes = lanes
        self._origin = _origin(base_url)
        self._uploads = frozenset(upload_paths)
        kept = [*SECURITY_HEADERS, *(_STRICT if secure else ())]
        self._page_headers = [*kept, (b"cache-control", b"no-store")]
        # Modules import each other by plain names: after an upgrade none may be stale.
        self._static_headers = [*kept, (b"cache-control", b"no-cache")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses what must not come in; dresses what goes out."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        told = _told(scope)
        language.set(language_asked(told.get(b"cookie", ""), told.get(b"accept-language", "")))
        if scope["type"] == "websocket":
            if self._is_foreign(told, strict=False) or _has_nul(scope):
                await send({"type": "websocket.close", "code": 1008, "reason": "cross-site"})
                return
            await self._socket(scope, receive, send)
            return
        path = scope["path"]
        is_static = path.startswith("/static/")
        dressed = _Dressed(send, self._static_headers if is_static else self._page_headers)
        if scope["method"] not in SAFE_METHODS and self._is_foreign(told, strict=True):
            await refuse_plainly("cross_site", 403)(scope, receive, dressed)
            return
        if _has_nul(scope):
            await refuse_plainly("no_such_page", 404)(scope, receive, dressed)
            return
        most = LARGEST_UPLOAD if path in self._uploads else LARGEST_BODY
        declared = told.get(b"content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await _refuse_length(scope, receive, dressed)
            return
        lane = self._lanes.get(path) if scope["method"] == "POST" else None
        await self._answer(lane or self._app, scope, _Measured(receive, most), dressed)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A fault closes this socket, and its place alone is logged."""
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - it is logged
            log.error("fault in a socket: %s", place_of(error))
            with suppress(Exception):
                await send({"type": "websocket.close", "code": 1011})

    async def _answer(self, app: ASGIApp, scope: Scope, measured: "_Measured", dressed: "_Dressed") -> None:
        """What goes wrong in here is answered in here, so that the answer is dressed like every other."""
        try:
            await app(scope, measured, dressed)
        except ClientDisconnect:
            # Whoever has left by themselves waits for no answer.
            if measured.is_too_long:
                await _refuse_length(scope, measured, dressed)
        except Exception as error:  # noqa: BLE001 - it is logged, and told without details
            response = await on_fault(Request(scope), error)
            if dressed.begun:
                raise RuntimeError("a fault in the middle of an answer") from None
            await response(scope, measured, dressed)

    def _is_foreign(self, told: Mapping[bytes, str], *, strict: bool) -> bool:
        """True for a write that another site's page started.

        Browsers say so in Sec-Fetch-Site, older ones in Origin. A program that sends neither has no cookie
        that a browser would have added for it.
        """
        site = told.get(b"sec-fetch-site")
        if strict and site is not None:
            return site not in {"same-origin", "none"}
        origin = told.get(b"origin")
        if origin is None:
            return False
        return _origin(origin)[1] != told.get(b"host") and _origin(origin) != self._origin


class _Dressed:
    """What goes out, with its headers; knows whether anything has gone out yet."""

    def __init__(self, send: Send, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message["headers"] = [*message.get("headers", ()), *self._headers]
        await self._send(message)


class _Measured:
    """A body that is longer than it may be ends the request, also when its length was not declared."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.is_too_long = False

    async def __call__(self) -> Message:
        if not self.is_too_long:
            message = await self._receive()
            self._left -= len(message.get("body", b""))
            self.is_too_long = self._left < 0
        return {"type": "http.disconnect"} if self.is_too_long else message


def _told(scope: Scope) -> dict[bytes, str]:
    """The headers that the guard looks at, in one pass."""
    return {name: str(value, "latin-1") for name, value in scope["headers"] if name in _ASKED_FOR}


async def _refuse_length(scope: Scope, receive: Receive, send: Send) -> None:
    """Says so and closes: what else comes on this connection is not read."""
    log.warning("a body that is too long was refused")
    response = refuse_plainly("too_large", 413)
    response.headers["connection"] = "close"
    await response(scope, receive, send)


def _has_nul(scope: Scope) -> bool:
    """True for an address with a NUL in it: nothing of ours has one, PostgreSQL cannot be asked for it."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
