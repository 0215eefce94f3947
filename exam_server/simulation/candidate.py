"""A simulated candidate: enters by the access card, keeps the page alive, answers, insists until saved."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from exam_server.simulation.browser import Browser, ServerSaidNo, Unreachable
from exam_server.simulation.mind import Mind
from exam_server.simulation.page import Page, Saved
from exam_server.simulation.server_clock import ServerClock
from question_bank.item_types.jsonvalues import Json, JsonObject, member

LOOK_AGAIN = 10.0
"""Real seconds after which a page that heard nothing asks by itself."""

SHORTEST_LOOK = 0.05
_PASSING = frozenset({"stopped", "too_late", "not_in_progress", "stale_position", "room_stopped"})


@dataclass(frozen=True)
class Conduct:
    """How a candidate behaves.

    pace        times the time that an item is expected to take
    drafts      drafts sent before each response is validated
    away        (position, seconds of the exam): the connection is lost there for so long
    stops_at    from this position on only drafts at most, no validated response
    hurry       how many times faster than the exam's clock this candidate lives
    """

    pace: float = 0.8
    drafts: int = 1
    away: tuple[int, float] | None = None
    stops_at: int | None = None
    hurry: float = 1.0


@dataclass(frozen=True)
class Acknowledged:
    """A response that the server said it has on disk."""

    position: int
    revision: int
    final: bool
    content: JsonObject
    at: int


class LostWay(Exception):
    """The candidate cannot go on: the card or the login is no good any more."""


class SimulatedCandidate:
    """One candidate in one browser, from the card to the end of the test."""

    def __init__(self, browser: Browser, code: str, mind: Mind, conduct: Conduct | None = None) -> None:
        self.browser = browser
        self.code = code
        self.mind = mind
        self.conduct = conduct or Conduct()
        self.acknowledged: list[Acknowledged] = []
        self.page: Page | None = None
        self._clock = ServerClock()
        self._turned = asyncio.Event()
        self._intended: dict[int, JsonObject] = {}
        self._revisions: dict[int, int] = {}
        self._finished: set[int] = set()
        self._goodbye: str | None = None
        self._was_away = False

    @property
    def shown(self) -> Page:
        """The page on the screen."""
        if self.page is None:
            raise LostWay("no page yet")
        return self.page

    @property
    def server_now_ms(self) -> int:
        """The server's time, as this browser estimates it."""
        return self._clock.now_ms()

    async def run(self) -> Page:
        """Enters and sits the test; returns the last page. Raises LostWay, ServerSaidNo, Unreachable."""
        await self._enter()
        live = self._go_live()
        try:
            while self.shown.phase != "ended":
                live = await self._one_step(live)
            return self.shown
        finally:
            live.cancel()
            await asyncio.gather(live, return_exceptions=True)
            await self.browser.close()

    async def _enter(self) -> None:
        # One wish, one number: when the answer is lost, asking again must not find the card used.
        wish = {"code": self.code, "request": secrets.token_hex(16)}
        await self.browser.persist("enter", "/exam/enter", wish)
        await self._look()

    async def _one_step(self, live: "asyncio.Task[None]") -> "asyncio.Task[None]":
        page = self.shown
        if self._goodbye not in (None, "ended"):
            raise LostWay(str(self._goodbye))
        if page.phase == "ready":
            await self._start()
        elif page.phase == "test" and page.item is not None:
            if self._leaves(page):
                return await self._stay_away(live)
            await self._work_on(page)
        else:
            await self._wait_for_news()
        return live

    # -- the page ------------------------------------------------------------------------------------------

    def _go_live(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self.browser.live("/exam/live", self._hear, lambda: None))

    def _hear(self, message: JsonObject) -> None:
        if message.get("type") == "state":
            self._show(Page.read(member(message, "state")))
        elif message.get("type") == "bye":
            self._goodbye = str(message.get("why"))
            self._turned.set()

    def _show(self, page: Page) -> None:
        """Takes a page over unless a newer one is on the screen already."""
        if self.page is not None and page.number < self.page.number:
            return
        if page.saved is not None and page.saved.final:
            self._finished.add(page.saved.position)
        self.page = page
        self._turned.set()

    async def _look(self) -> None:
        sent = perf_counter()
        state = await self.browser.insist(lambda: self.browser.get("state", "/exam/state"))
        page = Page.read(state)
        self._clock.learn(page.now, sent, perf_counter(), page.speed)
        self._show(page)

    async def _wait_for_news(self, longest: float = LOOK_AGAIN) -> None:
        self._turned.clear()
        try:
            async with asyncio.timeout(longest):
                await self._turned.wait()
        except TimeoutError:
            await self._look()

    async def _think(self, seconds: float, position: int) -> bool:
        """Waits; False when the page has turned meanwhile and there is nothing to do here any more."""
        until = perf_counter() + seconds / (self.conduct.hurry * self.shown.speed)
        while self._is_at(position):
            left = until - perf_counter()
            if left <= 0:
                return True
            self._turned.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._turned.wait()
        return False

    def _is_at(self, position: int) -> bool:
        page = self.shown
        return page.phase == "test" and page.position == position and self._goodbye is None

    # -- the test ------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        try:
            self._show(Page.read(await self.browser.persist("start", "/exam/start")))
        except ServerSaidNo as refused:
            if refused.code not in _PASSING | {"not_admitted", "session_not_open"}:
                raise
            await self._look()
            await asyncio.sleep(SHORTEST_LOOK)

    async def _work_on(self, page: Page) -> None:
        position, item = page.position, page.item
        if position is None or item is None or position in self._finished:
            await self._wait_for_news()
            return
        if self._was_sleeping(position):
            await self._wait_for_news()
            return
        response = self._intended.setdefault(position, self.mind.respond(item))
        share = self.mind.thinking(item) * self.conduct.pace / (self.conduct.drafts + 1)
        steps = [self.mind.respond(item) for _ in range(self.conduct.drafts)]
        for content, final in [*((step, False) for step in steps), (response, True)]:
            if not await self._think(share, position):
                return
            if not final and content.get("skip"):
                continue
            if not await self._send(position, content, final=final and not self._dawdles(position)):
                return

    def _dawdles(self, position: int) -> bool:
        return self.conduct.stops_at is not None and position >= self.conduct.stops_at

    def _was_sleeping(self, position: int) -> bool:
        """A candidate who validates nothing more has sent what there was to send."""
        return self._dawdles(position) and self._revisions.get(position, 0) > self.conduct.drafts

    async def _send(self, position: int, content: JsonObject, *, final: bool) -> bool:
        """Sends one revision until the server has answered it; False when the answer was no."""
        held = self.shown.saved
        known = held.revision if held is not None and held.position == position else 0
        revision = max(known, self._revisions.get(position, 0)) + 1
        self._revisions[position] = revision
        body: dict[str, Json] = {
            "position": position,
            "revision": revision,
            "content": content,
            "final": final,
            "answered_at": self._clock.now_ms(),
        }
        try:
            answer = await self.browser.persist("responses", "/exam/responses", body)
        except ServerSaidNo as refused:
            await self._take_no(refused)
            return False
        saved = Saved.read(member(answer, "saved"))
        if (saved.position, saved.revision) == (position, revision):
            self.acknowledged.append(Acknowledged(position, revision, final, content, saved.at))
            self.browser.tally.acknowledged += 1
        if saved.final:
            self._finished.add(saved.position)
        self._show(Page.read(member(answer, "state")))
        return True

    async def _take_no(self, refused: ServerSaidNo) -> None:
        if refused.code not in _PASSING:
            raise refused
        await self._look()
        await asyncio.sleep(SHORTEST_LOOK)

    # -- a lost connection ---------------------------------------------------------------------------------

    def _leaves(self, page: Page) -> bool:
        return self.conduct.away is not None and not self._was_away and page.position == self.conduct.away[0]

    async def _stay_away(self, live: "asyncio.Task[None]") -> "asyncio.Task[None]":
        """The socket is cut without a word, nothing is sent, and after a while everything comes back."""
        self._was_away = True
        live.cancel()
        await asyncio.gather(live, return_exceptions=True)
        if self.conduct.away is not None:
            await asyncio.sleep(self.conduct.away[1] / (self.conduct.hurry * self.shown.speed))
        await self._look()
        return self._go_live()


async def sit(candidate: SimulatedCandidate, failed: Callable[[str], None]) -> None:
    """Runs a candidate to the end; what goes wrong is told, not raised: the room goes on."""
    try:
        await candidate.run()
    except (LostWay, ServerSaidNo, Unreachable) as error:
        failed(f"{candidate.code}: {type(error).__name__}: {error}")
