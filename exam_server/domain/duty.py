"""Who watches the room and from when to when: one invigilator comes on duty, leaves, or hands over. Pure.

Duty is a fact about presence, never a permission: every invigilator of the session may act at any time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact


class DutyState(StrEnum):
    """Whether an invigilator is watching the room now."""

    OFF = "off"
    ON = "on"


class DutyAction(StrEnum):
    """What changes it. A hand-over is LEAVE for one and COME for another, at one instant."""

    COME = "come"
    LEAVE = "leave"


_S, _A = DutyState, DutyAction

TRANSITIONS: Mapping[tuple[DutyState, DutyAction], DutyState] = MappingProxyType(
    {
        (_S.OFF, _A.COME): _S.ON,
        (_S.ON, _A.LEAVE): _S.OFF,
    }
)


@dataclass(frozen=True)
class Turn:
    """A span on duty, under way where `to_ms` is missing; taken from whom, given to whom."""

    invigilator: str
    from_ms: int
    to_ms: int | None = None
    taken_from: str | None = None
    given_to: str | None = None
    reason: str = ""


def turns_of(facts: Iterable[Fact]) -> list[Turn]:
    """Every span on duty in the order of their beginnings; the session's closing ends those under way."""
    turns: list[Turn] = []
    for fact in facts:
        said, at = fact.content, fact.at_ms
        match fact.kind:
            case EventKind.DUTY_TAKEN:
                _begin(turns, Turn(str(said.get("to", "")), at))
            case EventKind.DUTY_LEFT:
                _end(turns, str(said.get("from", "")), at, None, str(said.get("reason", "")))
            case EventKind.DUTY_HANDED_OVER:
                giver, taker = str(said.get("from", "")), str(said.get("to", ""))
                _end(turns, giver, at, taker, str(said.get("reason", "")))
                _begin(turns, Turn(taker, at, taken_from=giver))
            case EventKind.SESSION_CLOSED:
                for turn in [one for one in turns if one.to_ms is None]:
                    _end(turns, turn.invigilator, at, None, "")
    return turns


def _begin(turns: list[Turn], turn: Turn) -> None:
    """Whoever is on duty already stays so: one who takes over from a second one has one span, not two."""
    if not any(one.invigilator == turn.invigilator and one.to_ms is None for one in turns):
        turns.append(turn)


def _end(turns: list[Turn], invigilator: str, at_ms: int, given_to: str | None, reason: str) -> None:
    for place, turn in enumerate(turns):
        if turn.invigilator == invigilator and turn.to_ms is None:
            turns[place] = replace(turn, to_ms=at_ms, given_to=given_to, reason=reason)
