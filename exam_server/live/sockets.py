"""The two WebSockets: a candidate's page, and an invigilator's board."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from exam_server.domain.errors import InvalidInput
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.live.devices import device_in
from exam_server.live.hub import Follower, Hub
from exam_server.live.presence import Attendance
from exam_server.live.projection import for_board

ALIVE_EVERY = 5.0
LARGEST_FRAME = 4096
SLOWEST_SEND = 20.0
"""Seconds after which a browser that takes nothing any more is given up."""

LONGEST_ECHO = 60.0
"""Seconds for which a computer that tries its connection is answered."""

MOST_TOGETHER = 500
"""Events in one frame, where a board asks for what it missed together."""

FRAMES_AT_ONCE = 20
FRAMES_A_SECOND = 5
"""A page sends one frame in five seconds; a socket that goes on sending more than this is closed."""

SHORTEST_WAIT = 0.02
LONGEST_WAIT = 60.0
"""Seconds after which a candidate's socket looks round though nothing woke it."""

ADMISSION_LAPSED = "AdmissionLapsed"
"""What a state is told for that time alone has changed; no event of the log has this kind."""

MALFORMED = 1003
POLICY = 1008

QUIET_KINDS = frozenset(
    {
        EventKind.RESPONSE_SAVED,
        EventKind.RESPONSE_REFUSED,
        EventKind.ITEM_GIVEN,
        EventKind.CONNECTION_LOST,
        EventKind.CONNECTION_BACK,
        EventKind.FOCUS_RETURNED,
        EventKind.CANDIDATE_REGISTERED,
        EventKind.INVIGILATOR_ADDED,
        EventKind.DUTY_TAKEN,
        EventKind.DUTY_LEFT,
        EventKind.DUTY_HANDED_OVER,
        EventKind.FRAUD_REQUESTED,
        EventKind.FRAUD_CONFIRMED,
        EventKind.FRAUD_WITHDRAWN,
        EventKind.FRAUD_LAPSED,
        EventKind.INCIDENT_REPORTED,
        EventKind.INCIDENT_AMENDED,
        EventKind.INCIDENT_RESOLVED,
        EventKind.INCIDENT_WITHDRAWN,
        EventKind.STATEMENT_RECORDED,
        EventKind.RULING_PROPOSED,
        EventKind.RULING_TAKEN,
        EventKind.RULING_DROPPED,
        EventKind.RULING_REVERSED,
        EventKind.REHEARSAL_BEGUN,
        EventKind.REHEARSAL_ENDED,
        EventKind.SEAT_REHEARSED,
    }
)
"""Facts that a candidate's page already knows from its own requests, need not know, or must not."""

State = dict[str, JSON]
ReadState = Callable[[], Awaitable[State | None]]
"""The candidate's state now; None when the device is signed out."""
MayFollow = Callable[[], Awaitable[bool]]
"""Whether the person who opened the board may still see it."""

log = logging.getLogger(__name__)


class TooManyFrames(Exception):
    """More frames than any page of ours sends."""


class Frames:
    """What a browser says on a socket, frame by frame, and no faster than is sensible."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._left = float(FRAMES_AT_ONCE)
        self._counted_at = monotonic()

    async def next(self) -> Mapping[str, JSON]:
        """One JSON object; raises InvalidInput for any other frame, TooManyFrames for a flood."""
        frame = await self._socket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1005), frame.get("reason"))
        self._count()
        text = frame.get("text")
        if text is None or len(text) > LARGEST_FRAME:
            raise InvalidInput("bad_frame")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise InvalidInput("bad_frame") from None
        if not isinstance(message, dict):
            raise InvalidInput("bad_frame")
        return message

    def _count(self) -> None:
        now = monotonic()
        refilled = self._left + (now - self._counted_at) * FRAMES_A_SECOND
        self._left, self._counted_at = min(float(FRAMES_AT_ONCE), refilled) - 1, now
        if self._left < 0:
            raise TooManyFrames


async def follow_as_candidate(
    socket: WebSocket,
    hub: Hub,
    attendance: Attendance,
    session_id: str,
    candidate_id: str,
    read_state: ReadState,
    now_ms: Callable[[], int],
) -> None:
    """Pushes the candidate's state whenever something about this candidate or the room happens."""
    state = await read_state()
    if state is None:
        await say_bye(socket, "signed_out")
        return
    number = state["number"]
    after = number if isinstance(number, int) else 0
    async with _following(hub, session_id, after, notices=False) as (follower, missed):
        attendance.joined(session_id, candidate_id)
        heard = asyncio.create_task(_hear_candidate(socket, attendance, candidate_id, now_ms))
        heard.add_done_callback(partial(_stop_waiting, follower))
        try:
            await _send(socket, {"type": "state", "kind": "Hello", "state": state})
            for fact in missed:
                follower.offer(fact)
            await _push_states(socket, follower, candidate_id, read_state, heard, _Lapse(state, now_ms))
        finally:
            heard.cancel()
            attendance.left(candidate_id)


async def _push_states(
    socket: WebSocket,
    follower: Follower,
    candidate_id: str,
    read_state: ReadState,
    heard: "asyncio.Task[None]",
    lapse: "_Lapse",
) -> None:
    while not heard.done():
        thing = await follower.next(lapse.wait)
        if heard.done():
            break
        if follower.fell_behind:
            follower.fell_behind, kind = False, "Hello"
        elif isinstance(thing, Fact):
            if thing.kind in QUIET_KINDS or thing.candidate not in {None, candidate_id}:
                continue
            kind = thing.kind
        elif lapse.has_come:
            kind = ADMISSION_LAPSED
        else:
            continue
        state = await read_state()
        if state is None:
            await say_bye(socket, _why_gone(kind))
            return
        lapse.look(state)
        await _send(socket, {"type": "state", "kind": kind, "state": state})
    heard.result()


class _Lapse:
    """When an admission ends that no start has followed: nobody acts then and no event says so."""

    def __init__(self, state: State, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.look(state)

    def look(self, state: State) -> None:
        """Takes the end from a state that is told to the page; a lapse that it tells is told."""
        check, speed = state["check"], state["speed"]
        until = None if not isinstance(check, Mapping) or check["lapsed"] else check["admitted_until"]
        self._until = until if isinstance(until, int) else None
        self._speed = speed if isinstance(speed, int) else 1

    @property
    def has_come(self) -> bool:
        """True from the end on, until the page has been told."""
        return self._until is not None and self._now_ms() >= self._until

    @property
    def wait(self) -> float:
        """For how many seconds there is nothing to tell by time alone."""
        if self._until is None:
            return LONGEST_WAIT
        left = (self._until - self._now_ms()) / 1000 / self._speed
        return min(LONGEST_WAIT, max(SHORTEST_WAIT, left))


def _why_gone(kind: str) -> str:
    """Why a device that was the candidate's is so no longer."""
    return "unregistered" if kind == EventKind.CANDIDATE_UNREGISTERED else "taken_over"


async def _hear_candidate(
    socket: WebSocket, attendance: Attendance, candidate_id: str, now_ms: Callable[[], int]
) -> None:
    frames = Frames(socket)
    while True:
        message = await frames.next()
        attendance.alive(candidate_id)
        if message.get("type") == "device":
            attendance.uses(candidate_id, device_in(message))
            continue
        if message.get("type") != "alive":
            raise InvalidInput("bad_frame")
        await _send(socket, {"type": "alive", "now": now_ms()})


async def follow_as_invigilator(
    socket: WebSocket, hub: Hub, session_id: str, may_follow: MayFollow, now_ms: Callable[[], int]
) -> None:
    """Waits for "follow after N", then pushes every event in order, and who is there.

    Whoever has signed out meanwhile is sent away.
    """
    frames = Frames(socket)
    first = await frames.next()
    after = _after_in(first)
    async with _following(hub, session_id, after) as (follower, missed):
        heard = asyncio.create_task(_hear_invigilator(frames, follower))
        heard.add_done_callback(partial(_stop_waiting, follower))
        try:
            sent = after
            if first.get("together") is True:
                sent = await _send_together(socket, missed, now_ms, sent)
            else:
                for fact in missed:
                    sent = await _send_event(socket, fact, now_ms(), sent)
            await _push_events(socket, follower, sent, may_follow, now_ms, heard)
        finally:
            heard.cancel()


async def _push_events(
    socket: WebSocket,
    follower: Follower,
    sent: int,
    may_follow: MayFollow,
    now_ms: Callable[[], int],
    heard: "asyncio.Task[None]",
) -> None:
    asked = monotonic()
    while not heard.done():
        thing = await follower.next(ALIVE_EVERY)
        if heard.done():
            break
        if monotonic() - asked >= ALIVE_EVERY:
            asked = monotonic()
            if not await may_follow():
                await say_bye(socket, "signed_out")
                return
        if follower.fell_behind:
            await _send(socket, {"type": "reset", "now": now_ms()})
            await socket.close(1013, "fell behind")
            return
        if thing is None:
            await _send(socket, {"type": "alive", "now": now_ms()})
        elif isinstance(thing, Fact):
            sent = await _send_event(socket, thing, now_ms(), sent)
        else:
            await _send(socket, {**thing, "now": now_ms()})
    heard.result()


async def _send_together(
    socket: WebSocket, missed: Sequence[Fact], now_ms: Callable[[], int], sent: int
) -> int:
    """Sends what a board missed in few frames, which cost its browser less; returns the number reached."""
    for at in range(0, len(missed), MOST_TOGETHER):
        few = missed[at : at + MOST_TOGETHER]
        await _send(socket, {"type": "events", "now": now_ms(), "events": [for_board(one) for one in few]})
        sent = few[-1].number
    return sent


async def _send_event(socket: WebSocket, fact: Fact, now_ms: int, sent: int) -> int:
    """Sends an event once; returns the number reached."""
    if fact.number <= sent:
        return sent
    await _send(socket, {"type": "event", "now": now_ms, "event": for_board(fact)})
    return fact.number


async def _hear_invigilator(frames: Frames, follower: Follower) -> None:
    """A board that asks to follow again has found a gap: it is told to start again, at once."""
    while True:
        message = await frames.next()
        if message.get("type") != "alive":
            _after_in(message)
            follower.start_again()


async def echo(socket: WebSocket, now_ms: Callable[[], int]) -> None:
    """Answers every sign of life, for as long as any page tries whether its connection holds."""
    frames = Frames(socket)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_ECHO):
            while True:
                if (await frames.next()).get("type") != "alive":
                    raise InvalidInput("bad_frame")
                await _send(socket, {"type": "alive", "now": now_ms()})
    await socket.close()


def _after_in(message: Mapping[str, JSON]) -> int:
    """The number in "follow after N"; raises InvalidInput."""
    after = message.get("after")
    if message.get("type") != "follow" or isinstance(after, bool) or not isinstance(after, int):
        raise InvalidInput("bad_frame")
    if not 0 <= after < 2**53:
        raise InvalidInput("bad_frame")
    return after


@asynccontextmanager
async def _following(
    hub: Hub, session_id: str, after: int, *, notices: bool = True
) -> AsyncIterator[tuple[Follower, list[Fact]]]:
    follower, missed = await hub.follow(session_id, after, notices=notices)
    try:
        yield follower, missed
    finally:
        hub.unfollow(session_id, follower)


async def say_bye(socket: WebSocket, why: str) -> None:
    """The last message: this device is no longer the candidate's."""
    await _send(socket, {"type": "bye", "why": why})
    await socket.close(POLICY, why)


def _stop_waiting(follower: Follower, heard: "asyncio.Task[None]") -> None:
    """The browser has gone or has sent rubbish: whoever waits for news to send looks at once."""
    if not heard.cancelled():
        heard.exception()  # it is raised by whoever awaits; here it only counts as seen
    follower.wake()


async def _send(socket: WebSocket, message: Mapping[str, JSON]) -> None:
    try:
        async with asyncio.timeout(SLOWEST_SEND):
            await socket.send_text(orjson.dumps(message).decode())
    except TimeoutError:
        raise WebSocketDisconnect(1006, "too slow") from None


@asynccontextmanager
async def guarded(socket: WebSocket) -> AsyncIterator[None]:
    """A broken frame, or too many, closes this socket and disturbs nothing else; a closed one is no fault."""
    try:
        yield
    except WebSocketDisconnect:
        return  # it is closed already, and saying so again would be refused
    except InvalidInput:
        log.warning("a malformed frame closed a socket")
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(MALFORMED, "malformed")
    except TooManyFrames:
        log.warning("too many frames closed a socket")
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(POLICY, "too many frames")
