"""What no page may do: errors on the console, refusals nobody asked for, requests to another host."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

LOCAL = frozenset({"data", "blob", "about"})
# Chromium says a refused fetch a second time on the console; the refusal itself is counted where it arrives.
ECHO = re.compile(r"Failed to load resource|WebSocket connection to .* failed")


@dataclass
class Watch:
    """Listens to a browser context; `faults` must be empty at the end of every journey."""

    origin: str
    faults: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listens to every page of this context, also to those that open later."""
        context.on("page", self._listen)
        for page in context.pages:
            self._listen(page)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    @contextmanager
    def allowing(self, *patterns: str) -> Iterator[None]:
        """Within this block, faults that match are what the test is about."""
        added = [re.compile(pattern) for pattern in patterns]
        self._allowed.extend(added)
        try:
            yield
        finally:
            for pattern in added:
                self._allowed.remove(pattern)

    def _listen(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"uncaught on {page.url}: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ECHO.search(message.text):
            self._note(f"console {message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL and parts.netloc != urlsplit(self.origin).netloc:
            self._note(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            path = urlsplit(response.url).path
            self._note(f"{response.status} {response.request.method} {path}")

    def _note(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._allowed):
            self.faults.append(fault)
