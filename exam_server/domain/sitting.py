"""What one candidate's sitting was, as values: items, what lasted beside them, the deadline explained. Pure.

Instants and lengths are whole milliseconds, as the log has them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Left(StrEnum):
    """How an item left the candidate's hand."""

    VALIDATED = "validated"
    PASSED = "passed"
    REPLACED = "replaced"
    DRAFT = "draft"
    NOTHING = "nothing"
    IN_HAND = "in_hand"


class Track(StrEnum):
    """What goes on for a while beside the items: the scopes of a stop, a help call, a lost connection."""

    PAUSED = "paused"
    HELP_STOP = "help_stop"
    ROOM = "room"
    CALL = "call"
    LOST = "lost"
    AWAY = "away"


STOPS = frozenset({Track.PAUSED, Track.HELP_STOP, Track.ROOM})


@dataclass
class ItemSpan:
    """An item in hand: from when to when, and for how long the clock ran meanwhile.

    `competence` is its place among the sixteen, from 0; `item` and `correct` are for a reader who may see
    marks. `to_ms` is missing while the item is in hand.
    """

    position: int
    competence: int | None
    item: str
    from_ms: int
    to_ms: int | None = None
    left: Left = Left.IN_HAND
    drafts: int = 0
    correct: bool | None = None
    ran_ms: int = 0
    stopped_ms: int = 0


@dataclass
class Span:
    """Something that lasts; `to_ms` is missing while it does."""

    track: Track
    from_ms: int
    to_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Move:
    """The deadline from this instant on; None while the clock stands still: then `left_ms` was left."""

    number: int
    at_ms: int
    kind: str
    deadline_ms: int | None
    left_ms: int | None = None


@dataclass(frozen=True)
class Account:
    """Why the deadline is where it is: start + base x (1 + extra) + extensions + stops.

    `stopped_ms` are the stops that have ended, each instant counted once. `deadline_ms` is missing where the
    clock stands still, or stood still when the test ended. `left_ms` is what was left at the end, or now.
    `agrees` is False where the log's own deadline is not the one that its entries come to.
    """

    base_ms: int
    extra: Fraction
    extra_ms: int
    extended_ms: int
    stopped_ms: int
    start_ms: int
    deadline_ms: int | None
    left_ms: int
    agrees: bool = True

    @property
    def allowed_ms(self) -> int:
        """The time allowed: base, extra time and extensions."""
        return self.base_ms + self.extra_ms + self.extended_ms


@dataclass
class Replay:
    """One candidate's sitting. `end` is the kind of the event that ended it; `until_ms` its end, or now."""

    candidate: str
    until_ms: int
    present_ms: int | None = None
    admitted_ms: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    end: str | None = None
    reason: str | None = None
    note: str = ""
    devices: int = 0
    items: list[ItemSpan] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    account: Account | None = None

    def spans_of(self, *tracks: Track) -> list[Span]:
        """Those of some tracks, in order."""
        return [span for span in self.spans if span.track in tracks]
