"""Who follows which session: one feed a session reads its log as it grows and hands it to its followers."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping

from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.live.bus import Bus

POLL = 2.0
"""Seconds after which a feed looks by itself: what a lost hint costs at the most."""

LONGEST_QUEUE = 256
ReadLog = Callable[[str, int], Awaitable[list[Fact]]]
"""(session, after) -> the facts that follow, in order."""
Overhear = Callable[[str, Mapping[str, JSON]], None]
"""(session, notice): what another process has noticed."""

log = logging.getLogger(__name__)


class Follower:
    """One socket's queue. A follower that is too slow is told to start again rather than awaited.

    `notices` says whether it wants what is not in the log; a candidate's page has no use for the others'.
    """

    def __init__(self, *, notices: bool = True) -> None:
        self.notices = notices
        self._queue: asyncio.Queue[Fact | Mapping[str, JSON] | None] = asyncio.Queue(LONGEST_QUEUE)
        self.fell_behind = False

    def offer(self, thing: Fact | Mapping[str, JSON]) -> None:
        """Puts a fact or a notice into the queue, or marks the follower as fallen behind."""
        try:
            self._queue.put_nowait(thing)
        except asyncio.QueueFull:
            self.fell_behind = True

    def start_again(self) -> None:
        """What this follower has seen does not fit: it has to begin anew."""
        self.fell_behind = True
        self.wake()

    def wake(self) -> None:
        """Ends the waiting in `next` at once; a full queue waits for nothing anyway."""
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait(None)

    async def next(self, wait: float) -> Fact | Mapping[str, JSON] | None:
        """What comes next, or None after `wait` seconds of silence or when woken."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):  # `wait_for` would make a task of it, for each of thousands
                return await self._queue.get()
        return None


class Feed:
    """One session's log as this process follows it."""

    def __init__(self, session_id: str, read: ReadLog) -> None:
        self.followers: set[Follower] = set()
        self._session_id = session_id
        self._read = read
        self._position = 0
        self._grown = asyncio.Event()
        self._joining = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def poke(self) -> None:
        """The log has grown."""
        self._grown.set()

    async def join(self, follower: Follower, after: int) -> list[Fact]:
        """Adds a follower; returns what it missed since `after`. The rest comes through its queue, no gap.

        What comes through the queue may repeat what was missed. A follower that says it has seen more than
        there is (the database was restored, the number was made up) has to start again.
        """
        self.followers.add(follower)
        async with self._joining:
            known = await self._read(self._session_id, max(0, after - 1))
            if after > 0 and not known:
                follower.start_again()
                known = await self._read(self._session_id, 0)
            if self._task is None:
                self._position = known[-1].number if known else 0
                self._task = asyncio.create_task(self._follow())
        return [fact for fact in known if fact.number > after]

    def leave(self, follower: Follower) -> bool:
        """Removes a follower; True when nobody follows any more."""
        self.followers.discard(follower)
        if not self.followers and self._task is not None:
            self._task.cancel()
            self._task = None
        return not self.followers

    async def _follow(self) -> None:
        while True:
            try:
                for fact in await self._read(self._session_id, self._position):
                    self._position = fact.number
                    for follower in self.followers:
                        follower.offer(fact)
            except Exception:
                log.exception("a feed could not read its log; it will try again")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._grown.wait(), POLL)
            self._grown.clear()


class Hub:
    """All feeds of this process, and the bus to the others."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._feeds: dict[str, Feed] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._overhear: Overhear = lambda _session_id, _notice: None

    def read_with(self, read: ReadLog) -> None:
        """How feeds read the log: the store, which in turn tells this hub what it has committed."""
        self._read = read

    def overhear_with(self, overhear: Overhear) -> None:
        """Who else in this process wants the other processes' notices."""
        self._overhear = overhear

    async def start(self) -> None:
        """Begins to hear other processes."""
        self._loop = asyncio.get_running_loop()
        await self._bus.start(self._hear)

    async def stop(self) -> None:
        """Stops hearing."""
        await self._bus.stop()

    def publish(self, grown: dict[str, int]) -> None:
        """Called by the store's threads after a commit."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, grown)

    def notice(self, session_id: str, message: Mapping[str, JSON]) -> None:
        """Something that is not in the log (who is there): to this process's followers and to the others'."""
        self._notice(session_id, message)
        self._bus.tell({"notice": session_id, "message": message})

    async def follow(
        self, session_id: str, after: int, *, notices: bool = True
    ) -> tuple[Follower, list[Fact]]:
        """A follower of a session's log from `after` on, and what it missed."""
        follower = Follower(notices=notices)
        feed = self._feeds.setdefault(session_id, Feed(session_id, self._read))
        try:
            return follower, await feed.join(follower, after)
        except BaseException:
            self.unfollow(session_id, follower)
            raise

    def unfollow(self, session_id: str, follower: Follower) -> None:
        """Ends a following."""
        feed = self._feeds.get(session_id)
        if feed is not None and feed.leave(follower):
            del self._feeds[session_id]

    def _publish(self, grown: dict[str, int]) -> None:
        for session_id, number in grown.items():
            self._poke(session_id)
            self._bus.tell({"session": session_id, "number": number})

    def _hear(self, message: Mapping[str, JSON]) -> None:
        if "session" in message:
            self._poke(str(message["session"]))
        elif "notice" in message:
            inner = message["message"]
            if isinstance(inner, Mapping):
                self._overhear(str(message["notice"]), inner)
                self._notice(str(message["notice"]), inner)

    def _notice(self, session_id: str, message: Mapping[str, JSON]) -> None:
        feed = self._feeds.get(session_id)
        for follower in feed.followers if feed else ():
            if follower.notices:
                follower.offer(message)

    def _poke(self, session_id: str) -> None:
        feed = self._feeds.get(session_id)
        if feed is not None:
            feed.poke()
