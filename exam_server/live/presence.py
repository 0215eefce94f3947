"""Who is there: online, quiet, lost. Only "lost" and "back" go into the log; the rest is only told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from exam_server.domain.json import JSON

QUIET_AFTER = 15.0
LOST_AFTER = 3.0
"""A page that is reloaded is gone for a moment; only longer than this is it lost."""


class Presence(StrEnum):
    """What a board shows of a candidate's connection."""

    NEVER = "never"
    ONLINE = "online"
    QUIET = "quiet"
    LOST = "lost"


@dataclass
class _Line:
    """A candidate's connections to this process."""

    session_id: str
    sockets: int = 0
    last_sign: float = 0.0
    last_sign_ms: int = 0
    told: Presence = Presence.NEVER
    loss_noted: bool = False
    is_elsewhere: bool = False


Tell = Callable[[str, str, Presence, int], None]
"""(session, candidate, presence, last sign in ms): tells the boards."""
Note = Callable[[str, bool], Awaitable[object]]
"""(candidate, lost): writes the loss or the return into the log."""


class Attendance:
    """The candidates connected to this process, and what the others say of theirs."""

    def __init__(self, tell: Tell, note: Note, now_ms: Callable[[], int]) -> None:
        self._lines: dict[str, _Line] = {}
        self._tell = tell
        self._note = note
        self._now_ms = now_ms
        self._tasks: set[asyncio.Task[object]] = set()

    def joined(self, session_id: str, candidate_id: str) -> None:
        """A socket was opened."""
        line = self._lines.setdefault(candidate_id, _Line(session_id))
        line.sockets += 1
        line.is_elsewhere = False
        if line.loss_noted:
            line.loss_noted = False
            self._spawn(self._note(candidate_id, False))
        self.alive(candidate_id)

    def alive(self, candidate_id: str) -> None:
        """A sign of life."""
        line = self._lines.get(candidate_id)
        if line is not None:
            line.last_sign = monotonic()
            line.last_sign_ms = self._now_ms()
            self._say(candidate_id, line, Presence.ONLINE)

    def left(self, candidate_id: str) -> None:
        """A socket was closed; when it was the last, the loss is noted unless one comes back soon."""
        line = self._lines.get(candidate_id)
        if line is None:
            return
        line.sockets -= 1
        if line.sockets <= 0:
            self._spawn(self._lost_unless_back(candidate_id, line))

    def overheard(self, session_id: str, notice: Mapping[str, JSON]) -> None:
        """What another process says of a candidate: believed unless the candidate is connected here.

        A candidate whose connection moved to another process is not lost, and one that another process has
        noted as lost is back when it comes here.
        """
        candidate_id, said, sign = notice.get("candidate"), notice.get("presence"), notice.get("last_sign")
        if notice.get("type") != "presence" or not isinstance(candidate_id, str) or not isinstance(sign, int):
            return
        line = self._lines.setdefault(candidate_id, _Line(session_id))
        if line.sockets <= 0:
            line.told, line.last_sign_ms = Presence(str(said)), sign
            line.loss_noted = line.told is Presence.LOST
            line.is_elsewhere = not line.loss_noted

    def of_session(self, session_id: str) -> dict[str, tuple[Presence, int]]:
        """Presence and last sign of the candidates that this process knows."""
        return {
            candidate: (line.told, line.last_sign_ms)
            for candidate, line in self._lines.items()
            if line.session_id == session_id
        }

    async def watch(self) -> None:
        """Looks round for ever: whoever gave no sign for a while is quiet."""
        while True:
            await asyncio.sleep(QUIET_AFTER / 5)
            for candidate_id, line in list(self._lines.items()):
                if line.sockets > 0 and monotonic() - line.last_sign > QUIET_AFTER:
                    self._say(candidate_id, line, Presence.QUIET)

    async def _lost_unless_back(self, candidate_id: str, line: _Line) -> None:
        await asyncio.sleep(LOST_AFTER)
        if line.sockets <= 0 and not line.is_elsewhere and line.told is not Presence.LOST:
            self._say(candidate_id, line, Presence.LOST)
            line.loss_noted = await self._note(candidate_id, True) is not None

    def _say(self, candidate_id: str, line: _Line, presence: Presence) -> None:
        line.told = presence
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
