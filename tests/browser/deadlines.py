"""What a deadline must be, reckoned from the events alone and in another way than the server does."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

MINUTE = 60_000
Event = dict[str, Any]


def expected_deadline(events: Iterable[Event], candidate: str, base_ms: int, extra: Fraction) -> Fraction:
    """Start + base x (1 + extra) + extensions + the length of all stops since the start, each moment once."""
    mine = [event for event in events if event["candidate"] in {None, candidate}]
    start = next(int(event["at"]) for event in mine if event["kind"] == "AttemptStarted")
    minutes = sum(int(event["facts"]["minutes"]) for event in mine if event["kind"] == "TimeExtended")
    return start + base_ms * (1 + extra) + minutes * MINUTE + _stopped_ms(mine, start)


def _stopped_ms(events: list[Event], start: int) -> int:
    """For how many milliseconds at least one of the two clocks stood still."""
    standing: set[str] = set()
    total, since = 0, 0
    for event in sorted(events, key=lambda event: int(event["number"])):
        if event["kind"] not in {"AttemptPaused", "AttemptResumed", "RoomPaused", "RoomResumed"}:
            continue
        was = bool(standing)
        scope = "room" if event["kind"].startswith("Room") else "own"
        if event["kind"].endswith("Paused"):
            standing.add(scope)
        else:
            standing.discard(scope)
        if standing and not was:
            since = event["at"]
        elif was and not standing:
            total += max(0, event["at"] - max(since, start))
    return total
