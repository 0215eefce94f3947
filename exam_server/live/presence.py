"""Who is there, and at what computer. Only "lost" and "back" go into the log; the rest is only told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.live.devices import Device, device_in

QUIET_AFTER = 15.0
LOST_AFTER = 3.0
"""A page that is reloaded is gone for a moment; only longer than this is it lost."""

TELL_EVERY = 2.0
"""A candidate's signs of life are told no oftener than this, however many come."""

REPEAT_AFTER = 6.0
"""Who is connected here is told again after so long, so that the other processes know that it still is.

Longer than a page's signs are apart: each sign is told by itself, and not a thousand of them at one moment.
"""

SILENT_AFTER = 20.0
"""Three repetitions missed: the process that had this candidate's connection has gone."""

log = logging.getLogger(__name__)


class Presence(StrEnum):
    """What a board shows of a candidate's connection."""

    NEVER = "never"
    ONLINE = "online"
    QUIET = "quiet"
    LOST = "lost"


@dataclass
class _Line:
    """A candidate's connections to this process, and what another one says of its own.

    `drops` counts how often the last socket was closed: the wait that follows each is for that one alone.
    `heard_at` is when another process last spoke of this candidate, while the connection is there.
    """

    session_id: str
    sockets: int = 0
    drops: int = 0
    last_sign: float = 0.0
    last_sign_ms: int = 0
    told: Presence = Presence.NEVER
    told_at: float = float("-inf")
    heard_at: float | None = None
    loss_noted: bool = False
    device: Device | None = None
    noting: asyncio.Lock = field(default_factory=asyncio.Lock)


Tell = Callable[[str, str, Presence, int], None]
"""(session, candidate, presence, last sign in ms): tells the boards."""
Show = Callable[[str, str, Device], None]
"""(session, candidate, device): tells the boards at what computer a candidate sits."""
Note = Callable[[str, bool], Awaitable[object]]
"""(candidate, lost): writes the loss or the return into the log, where it is not there yet."""


class Attendance:
    """The candidates connected to this process, and what the others say of theirs."""

    def __init__(self, tell: Tell, show: Show, note: Note, now_ms: Callable[[], int]) -> None:
        self._lines: dict[str, _Line] = {}
        self._tell = tell
        self._show = show
        self._note = note
        self._now_ms = now_ms
        self._tasks: set[asyncio.Task[object]] = set()

    def joined(self, session_id: str, candidate_id: str) -> None:
        """A socket was opened."""
        line = self._lines.setdefault(candidate_id, _Line(session_id))
        line.sockets += 1
        if line.heard_at is not None:
            line.heard_at = None
            line.told_at = float("-inf")  # whoever had the connection before has to hear of it now
        self.alive(candidate_id)
        self._settle(candidate_id, line)

    def alive(self, candidate_id: str) -> None:
        """A sign of life."""
        line = self._lines.get(candidate_id)
        if line is not None:
            line.last_sign = monotonic()
            line.last_sign_ms = self._now_ms()
            self._say(candidate_id, line, Presence.ONLINE, TELL_EVERY)

    def uses(self, candidate_id: str, device: Device) -> None:
        """The computer that the candidate's page runs on; a page that comes back says it again."""
        line = self._lines.get(candidate_id)
        if line is not None and line.device != device:
            line.device = device
            self._show(line.session_id, candidate_id, device)

    def left(self, candidate_id: str) -> None:
        """A socket was closed; when it was the last, the loss is noted unless one comes back soon."""
        line = self._lines.get(candidate_id)
        if line is None:
            return
        line.sockets -= 1
        if line.sockets <= 0:
            line.drops += 1
            self._spawn(self._lost_unless_back(candidate_id, line, line.drops))

    def expected(self, session_id: str, candidate_id: str) -> None:
        """A candidate whose test was under way when this process started: lost unless heard of soon."""
        line = self._lines.setdefault(candidate_id, _Line(session_id))
        if line.told is Presence.NEVER:
            line.told, line.heard_at = Presence.QUIET, monotonic()

    def overheard(self, session_id: str, notice: Mapping[str, JSON]) -> None:
        """What another process says of a candidate: believed unless the candidate is connected here.

        A candidate whose connection moved to another process is not lost, and one that another process has
        noted as lost is back when it comes here.
        """
        if notice.get("type") == "device":
            self._overheard_device(session_id, notice)
            return
        candidate_id, said, sign = notice.get("candidate"), notice.get("presence"), notice.get("last_sign")
        if notice.get("type") != "presence" or not isinstance(candidate_id, str) or not isinstance(sign, int):
            return
        presence = Presence(str(said))
        line = self._lines.setdefault(candidate_id, _Line(session_id))
        if line.sockets > 0:
            return
        line.told, line.last_sign_ms = presence, sign
        if presence is Presence.LOST:
            line.heard_at, line.loss_noted = None, True
        else:
            line.heard_at = monotonic()
            self._settle(candidate_id, line)

    def _overheard_device(self, session_id: str, notice: Mapping[str, JSON]) -> None:
        candidate_id = notice.get("candidate")
        try:
            device = device_in(notice)
        except InvalidInput:
            return  # another version's process: its words for a computer are not ours
        if isinstance(candidate_id, str):
            self._lines.setdefault(candidate_id, _Line(session_id)).device = device

    def devices_of(self, session_id: str) -> dict[str, Device]:
        """The computers of the candidates that this process knows."""
        return {
            candidate: line.device
            for candidate, line in self._lines.items()
            if line.session_id == session_id and line.device is not None
        }

    def of_session(self, session_id: str) -> dict[str, tuple[Presence, int]]:
        """Presence and last sign of the candidates that this process knows."""
        return {
            candidate: (line.told, line.last_sign_ms)
            for candidate, line in self._lines.items()
            if line.session_id == session_id
        }

    def forget_all_but(self, session_ids: Collection[str]) -> int:
        """Drops the lines of every other session, except where somebody is still connected; says how many."""
        gone = [
            candidate
            for candidate, line in self._lines.items()
            if line.session_id not in session_ids and line.sockets <= 0
        ]
        for candidate in gone:
            del self._lines[candidate]
        return len(gone)

    async def watch(self) -> None:
        """Looks round for ever: who gave no sign for a while is quiet, who is spoken of no more is lost."""
        while True:
            await asyncio.sleep(QUIET_AFTER / 5)
            now = monotonic()
            for candidate_id, line in list(self._lines.items()):
                if line.sockets > 0:
                    is_quiet = now - line.last_sign > QUIET_AFTER
                    presence = Presence.QUIET if is_quiet else Presence.ONLINE
                    self._say(candidate_id, line, presence, REPEAT_AFTER)
                elif line.heard_at is not None and now - line.heard_at > SILENT_AFTER:
                    # Shown, but not written into the log: it is a process that has gone, or the bus.
                    line.heard_at = None
                    self._say(candidate_id, line, Presence.LOST)

    async def _lost_unless_back(self, candidate_id: str, line: _Line, drop: int) -> None:
        await asyncio.sleep(LOST_AFTER)
        is_gone = line.sockets <= 0 and line.drops == drop and line.heard_at is None
        if is_gone and line.told is not Presence.LOST:
            self._say(candidate_id, line, Presence.LOST)
            await self._note_what_is_true(candidate_id, line)

    def _settle(self, candidate_id: str, line: _Line) -> None:
        """A loss that is noted, or being noted, has its return noted after it."""
        if line.loss_noted or line.noting.locked():
            self._spawn(self._note_what_is_true(candidate_id, line))

    async def _note_what_is_true(self, candidate_id: str, line: _Line) -> None:
        """One note of a candidate at a time, each saying what is true when its turn has come."""
        async with line.noting:
            is_lost = line.told is Presence.LOST
            if is_lost == line.loss_noted:
                return
            try:
                await self._note(candidate_id, is_lost)
            except Exception:
                log.exception("a connection's loss or return could not be written")
            else:
                line.loss_noted = is_lost

    def _say(self, candidate_id: str, line: _Line, presence: Presence, again_after: float = 0.0) -> None:
        """Tells what is new; what is known already, only when the last telling is long enough ago."""
        now = monotonic()
        if presence is line.told and now - line.told_at < again_after:
            return
        line.told, line.told_at = presence, now
        self._tell(line.session_id, candidate_id, presence, line.last_sign_ms)

    def _spawn(self, work: Awaitable[object]) -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Lets go; a server that goes down is no candidate's loss."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
