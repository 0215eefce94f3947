"""What stands before every route: security headers, cross-site writes refused, bodies of a bounded size."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exam_server.web.errors import refuse_plainly
from exam_server.web.language import chosen_language, language

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
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024


class Guard:
    """One pure ASGI layer around the application."""

    def __init__(self, app: ASGIApp, base_url: str, upload_paths: Iterable[str], secure: bool) -> None:
        self._app = app
        self._origin = _origin(base_url)
        self._uploads = frozenset(upload_paths)
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses what must not come in; dresses what goes out."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        language.set(chosen_language(HTTPConnection(scope)))
        if scope["type"] == "websocket":
            if self._is_foreign(scope, strict=False):
                await send({"type": "websocket.close", "code": 1008, "reason": "cross-site"})
                return
            await self._app(scope, receive, send)
            return
        dressed = self._dressed(scope, send)
        if scope["method"] not in SAFE_METHODS and self._is_foreign(scope, strict=True):
            await refuse_plainly("cross_site", 403)(scope, receive, dressed)
            return
        most = LARGEST_UPLOAD if scope["path"] in self._uploads else LARGEST_BODY
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await refuse_plainly("too_large", 413)(scope, receive, dressed)
            return
        await self._app(scope, _Measured(receive, most), dressed)

    def _is_foreign(self, scope: Scope, *, strict: bool) -> bool:
        """True for a write that another site's page started.

        Browsers say so in Sec-Fetch-Site, older ones in Origin. A program that sends neither has no cookie
        that a browser would have added for it.
        """
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if strict and site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return False
        return _origin(origin)[1] != headers.get("host") and _origin(origin) != self._origin

    def _dressed(self, scope: Scope, send: Send) -> Send:
        is_static = scope["path"].startswith("/static/")

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = CONTENT_SECURITY_POLICY
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                headers["cross-origin-opener-policy"] = "same-origin"
                if self._secure:
                    headers["strict-transport-security"] = "max-age=31536000"
                # Modules import each other by plain names: after an upgrade none may be stale.
                headers["cache-control"] = "no-cache" if is_static else "no-store"
            await send(message)

        return dressed


class _Measured:
    """A body that is longer than it may be ends the request, also when its length was not declared."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                return {"type": "http.disconnect"}
        return message


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
