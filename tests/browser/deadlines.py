"""What a deadline must be, reckoned from the events alone and in another way than the server does."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

MINUTE = 60_000
Event = dict[str, Any]

TURNS = {
    "AttemptPaused": ("own", True),
    "AttemptResumed": ("own", False),
    "HelpCallMade": ("help", True),
    "HelpCallResolved": ("help", False),
    "HelpCallWithdrawn": ("help", False),
    "RoomPaused": ("room", True),
    "RoomResumed": ("room", False),
}
"""Which events stop a clock or let it go on, and what holds it."""


def expected_deadline(events: Iterable[Event], candidate: str, base_ms: int, extra: Fraction) -> Fraction:
    """Start + base x (1 + extra) + extensions + the length of all stops since the start, each moment once."""
    mine = [event for event in events if event["candidate"] in {None, candidate}]
    start = next(int(event["at"]) for event in mine if event["kind"] == "AttemptStarted")
    minutes = sum(int(event["facts"]["minutes"]) for event in mine if event["kind"] == "TimeExtended")
    return start + base_ms * (1 + extra) + minutes * MINUTE + _stopped_ms(mine, start)


def _stopped_ms(events: list[Event], start: int) -> int:
    """For how many milliseconds the room, a pause or a help call held the clock."""
    standing: set[str] = set()
    total, since = 0, 0
    for event in sorted(events, key=lambda event: int(event["number"])):
        if event["kind"] not in TURNS:
            continue
        was = bool(standing)
        scope, stops = TURNS[event["kind"]]
        if scope == "help" and stops and event["facts"]["left_ms"] is None:
            continue  # by the session's rules this call leaves the clock alone
        if stops:
            standing.add(scope)
        else:
            standing.discard(scope)
        if standing and not was:
            since = event["at"]
        elif was and not standing:
            total += max(0, event["at"] - max(since, start))
    return total
