"""The board as a simulated invigilator follows it: every event in order, and how late it came."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from exam_server.simulation.browser import Browser
from exam_server.simulation.report import Latencies
from exam_server.simulation.server_clock import ServerClock
from question_bank.item_types.jsonvalues import JsonObject, elements, member, text, whole

ENDINGS = {
    "AttemptCompleted": "completed",
    "TimeRanOut": "timed_out",
    "AttemptTerminated": "terminated",
}


@dataclass
class Sitting:
    """One candidate as the board shows them."""

    id: str
    name: str
    state: str
    seat: tuple[int, int] | None
    has_identity: bool
    presence: str
    answered: int = 0
    attempt: str | None = None


@dataclass
class Board:
    """The board in hand; `gaps` counts the numbers that were missed, which must never happen."""

    number: int = 0
    speed: int = 1
    session_state: str = ""
    code: str = ""
    rows: int = 0
    columns: int = 0
    stopped: bool = False
    sittings: dict[str, Sitting] = field(default_factory=dict)
    gaps: int = 0
    events: int = 0
    lag: Latencies = field(default_factory=Latencies)

    @property
    def running(self) -> list[Sitting]:
        """Those whose test is under way."""
        return [s for s in self.sittings.values() if s.attempt in {"in_progress", "paused"}]


def read_board(value: JsonObject, board: Board | None = None) -> Board:
    """The board from its JSON; what was counted before goes on."""
    board = board or Board()
    session = member(value, "session")
    board.number = whole(member(value, "number"))
    board.speed = whole(value.get("speed", 1))
    board.session_state = text(member(session, "state"))
    board.code = text(member(session, "code"))
    board.rows, board.columns = whole(member(session, "rows")), whole(member(session, "columns"))
    board.stopped = member(session, "stopped") is not None
    sittings = [_sitting(row) for row in elements(member(value, "candidates")) if isinstance(row, dict)]
    board.sittings = {sitting.id: sitting for sitting in sittings}
    return board


def _sitting(row: JsonObject) -> Sitting:
    seat, attempt = row.get("seat"), row.get("attempt")
    place = None if seat is None else (whole(member(seat, "row")), whole(member(seat, "column")))
    return Sitting(
        id=text(row["id"]),
        name=f"{text(row['family_name'])} {text(row['given_name'])}",
        state=text(row["state"]),
        seat=place,
        has_identity=row.get("identity") is not None,
        presence=str(row.get("presence", "never")),
        answered=0 if attempt is None else whole(member(attempt, "answered")),
        attempt=None if attempt is None else text(member(attempt, "state")),
    )


class BoardWatch:
    """Keeps a board up to date over the WebSocket, as the page does."""

    def __init__(self, browser: Browser, session_id: str) -> None:
        self.board = Board()
        self._browser = browser
        self._path = f"/sessions/{session_id}"
        self._clock = ServerClock()
        self._turned = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._asked_again = False

    async def start(self) -> None:
        """Fetches the board and follows it."""
        await self._fetch()
        self._task = asyncio.create_task(self._browser.live(f"{self._path}/live", self._hear, self._follow))

    async def stop(self) -> None:
        """Follows no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, seen: Callable[[Board], bool], longest: float) -> None:
        """Waits until the board shows something; raises TimeoutError after `longest` real seconds."""
        async with asyncio.timeout(longest):
            while not seen(self.board):
                if self._asked_again:
                    await self._fetch()
                    continue
                self._turned.clear()
                await self._turned.wait()

    async def _fetch(self) -> None:
        self._asked_again = False
        sent = perf_counter()
        value = await self._browser.insist(lambda: self._browser.get("board", f"{self._path}/board.json"))
        self._clock.learn(whole(member(value, "now")), sent, perf_counter(), whole(value.get("speed", 1)))
        read_board(value, self.board)
        self._turned.set()

    def _follow(self) -> JsonObject:
        return {"type": "follow", "after": self.board.number}

    def _hear(self, message: JsonObject) -> None:
        match message.get("type"):
            case "event":
                event = message["event"]
                if isinstance(event, dict):
                    self._apply(event)
            case "presence":
                sitting = self.board.sittings.get(str(message.get("candidate")))
                if sitting is not None:
                    sitting.presence = str(message.get("presence"))
            case "reset":
                self._asked_again = True
            case _:
                return
        self._turned.set()

    def _apply(self, event: JsonObject) -> None:
        board, number = self.board, whole(event["number"])
        if number <= board.number:
            return
        board.gaps += number - board.number - 1
        board.number = number
        board.events += 1
        board.lag.note(max(0, self._clock.now_ms() - whole(event["at"])) / 1000 / board.speed)
        apply(board, event)


def apply(board: Board, event: JsonObject) -> None:
    """What an event changes on the board, as far as simulated staff look at it."""
    kind, facts = text(event["kind"]), event["facts"]
    if kind in {"RoomPaused", "RoomResumed"}:
        board.stopped = kind == "RoomPaused"
    sitting = board.sittings.get(str(event.get("candidate")))
    if sitting is None:
        return
    match kind:
        case "ResponseSaved":
            sitting.answered = whole(member(facts, "answered"))
        case "AttemptStarted" | "AttemptResumed":
            sitting.attempt = "in_progress"
        case "AttemptPaused":
            sitting.attempt = "paused"
        case "CandidateAbsent":
            sitting.state = "absent"
        case "IdentityVerified":
            sitting.state, sitting.has_identity = "present", True
        case "CandidateAdmitted":
            sitting.state = "admitted"
        case "SeatGiven":
            sitting.seat = (whole(member(facts, "row")), whole(member(facts, "column")))
        case _ if kind in ENDINGS:
            sitting.attempt = ENDINGS[kind]
