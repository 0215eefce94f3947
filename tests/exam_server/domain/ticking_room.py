"""A deliberately naive exam room: a clock that ticks, and a ledger written down beside it.

Nothing here is computed ahead: at each tick, the candidate either uses up one tick or does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from exam_server.domain.timing import EntryKind, Ledger, Scope, TimeEntry

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
BASE = 60
EXTENSION = 12
EXTRA: Mapping[Fraction, int] = MappingProxyType(
    {Fraction(0): 0, Fraction(1, 10): 6, Fraction(1, 4): 15, Fraction(1, 3): 20, Fraction(1): 60}
)
"""Extra times, and how many ticks of a base of 60 each of them is, counted by hand."""


@dataclass
class TickingRoom:
    """One candidate's clock in a room; lengths are counted in ticks, `unit` is how long a tick is."""

    unit: timedelta = timedelta(seconds=1)
    tick: int = 0
    extra: Fraction = Fraction(0)
    extended: int = 0
    used: int = 0
    started: bool = False
    own_stopped: bool = False
    help_stopped: bool = False
    room_stopped: bool = False
    moved_at: int = 0
    over_at: int | None = None
    entries: list[TimeEntry] = field(default_factory=list)

    @property
    def allowed(self) -> int:
        """The ticks that the candidate may use."""
        return BASE + EXTRA[self.extra] + self.extended

    @property
    def is_over(self) -> bool:
        """True once the last tick has been used."""
        return self.over_at is not None

    @property
    def is_standing(self) -> bool:
        """True while the candidate's clock has been started and stands still."""
        return (
            self.started and not self.is_over and (self.own_stopped or self.help_stopped or self.room_stopped)
        )

    @property
    def ledger(self) -> Ledger:
        """What the rules compute from."""
        return Ledger(BASE * self.unit, self.extra, tuple(self.entries))

    @property
    def now(self) -> datetime:
        """The instant of this tick."""
        return self.instant(self.tick)

    def instant(self, tick: int) -> datetime:
        """The instant of a tick."""
        return NINE + tick * self.unit

    def wait(self, ticks: int) -> None:
        """Lets the clock on the wall tick."""
        for _ in range(ticks):
            self.tick += 1
            if self.started and not self.is_over and not self.is_standing:
                self.used += 1
                self.moved_at = self.tick
                if self.used == self.allowed:
                    self.over_at = self.tick

    def act(self, name: str, extra: Fraction = Fraction(1, 3)) -> bool:
        """Does one thing, as far as the invigilator would be let; False when it is refused."""
        match name:
            case "extra":
                return self._set_extra(extra)
            case "pause_room" | "resume_room":
                return self._turn_room(stop=name == "pause_room")
            case "start":
                return self._start()
        return self.started and not self.is_over and self._act_in_test(name)

    def _act_in_test(self, name: str) -> bool:
        if name == "extend":
            self.extended += EXTENSION
            self._enter(EntryKind.EXTENDED, length=EXTENSION * self.unit)
            return True
        if name in {"call", "end_call"}:
            return self._turn_help(stop=name == "call")
        return self._turn_own(stop=name == "pause")

    def _start(self) -> bool:
        if self.started:
            return False
        self.started = True
        self.moved_at = self.tick
        self._enter(EntryKind.STARTED)
        return True

    def _set_extra(self, extra: Fraction) -> bool:
        if self.is_over or BASE + EXTRA[extra] + self.extended <= self.used:
            return False
        self.extra = extra
        return True

    def _turn_room(self, *, stop: bool) -> bool:
        if self.room_stopped is stop:
            return False
        self.room_stopped = stop
        self._enter(EntryKind.STOPPED if stop else EntryKind.RESUMED, Scope.ROOM)
        return True

    def _turn_own(self, *, stop: bool) -> bool:
        if self.own_stopped is stop:
            return False
        self.own_stopped = stop
        self._enter(EntryKind.STOPPED if stop else EntryKind.RESUMED)
        return True

    def _turn_help(self, *, stop: bool) -> bool:
        if self.help_stopped is stop:
            return False
        self.help_stopped = stop
        self._enter(EntryKind.STOPPED if stop else EntryKind.RESUMED, Scope.HELP)
        return True

    def _enter(self, kind: EntryKind, scope: Scope = Scope.ATTEMPT, length: timedelta = timedelta()) -> None:
        self.entries.append(TimeEntry(kind, self.now, scope, length))
