"""The candidate's time: a ledger of entries, from which the deadline is computed, never counted down.

The time allowed is the base time x (1 + extra time), plus extensions. The deadline is the start plus the
time allowed plus every stop: a pause of the candidate, a help call that waits, a stop of the whole room;
stops that overlap count once. A stop that begins at or after the deadline gives nothing back: the time was
over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


class EntryKind(StrEnum):
    """What a line of the ledger says."""

    STARTED = "started"
    EXTENDED = "extended"
    STOPPED = "stopped"
    RESUMED = "resumed"


class Scope(StrEnum):
    """What an entry stops or lets go on: each stands and runs by itself, and one that stands is enough."""

    ATTEMPT = "attempt"
    HELP = "help"
    ROOM = "room"


@dataclass(frozen=True)
class TimeEntry:
    """A line of the ledger; `length` is meaningful for EXTENDED alone."""

    kind: EntryKind
    at: datetime
    scope: Scope = Scope.ATTEMPT
    length: timedelta = timedelta()


@dataclass(frozen=True)
class Stop:
    """A span in which a clock stood still; `until` is None while it still does."""

    since: datetime
    until: datetime | None


def time_allowed(base: timedelta, extra: Fraction) -> timedelta:
    """base x (1 + extra), exact; a fraction of a microsecond is given to the candidate."""
    microseconds = Fraction(base // timedelta(microseconds=1)) * (1 + extra)
    return timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))


@dataclass(frozen=True)
class Ledger:
    """One candidate's time: base, extra time, and the entries of the attempt and of its room in log order."""

    base: timedelta
    extra: Fraction
    entries: tuple[TimeEntry, ...]

    @property
    def started_at(self) -> datetime | None:
        """The candidate's start, or None before it."""
        return next((e.at for e in self.entries if e.kind is EntryKind.STARTED), None)

    @property
    def allowed(self) -> timedelta:
        """The time allowed: base, extra time and extensions; without the stops, which use up no time."""
        extensions = (e.length for e in self.entries if e.kind is EntryKind.EXTENDED)
        return time_allowed(self.base, self.extra) + sum(extensions, timedelta())

    @property
    def deadline(self) -> datetime | None:
        """The instant at which the time is over; None before the start and while the clock is stopped."""
        end, since = self._walk()
        return None if since is not None else end

    @property
    def stopped_since(self) -> datetime | None:
        """Since when the clock stands still; None while it runs."""
        return self._walk()[1]

    def time_left(self, now: datetime) -> timedelta:
        """What remains at `now`, never negative; all of it before the start; unchanging during a stop."""
        end, since = self._walk()
        if end is None:
            return self.allowed
        return max(timedelta(), end - (since or now))

    def is_over(self, now: datetime) -> bool:
        """True from the deadline on."""
        deadline = self.deadline
        return deadline is not None and now >= deadline

    def is_held_by_a_stop(self, now: datetime) -> bool:
        """True when the clock would stand still after a stop at `now`: not where the time was over."""
        stop = TimeEntry(EntryKind.STOPPED, now)
        return replace(self, entries=(*self.entries, stop)).stopped_since is not None

    def _walk(self) -> tuple[datetime | None, datetime | None]:
        """(the deadline so far, since when a stop is open): the ended stops are counted, in order."""
        start = self.started_at
        if start is None:
            return None, None
        end = start + self.allowed
        for stop in merged_stops(self.entries):
            if stop.until is not None and stop.until <= start:
                continue
            since = max(stop.since, start)
            if since >= end:
                break
            if stop.until is None:
                return end, since
            end += stop.until - since
        return end, None


def merged_stops(entries: Iterable[TimeEntry]) -> Sequence[Stop]:
    """The spans in which at least one clock stood still, in order, neither overlapping nor touching.

    The ledger's order decides, not the instants: two entries may bear the same one, and the clock of one
    worker may be a little behind another's. Time never goes back, so an entry counts at the latest so far.
    """
    stops: list[Stop] = []
    standing: set[Scope] = set()
    since = latest = None
    for entry in entries:
        if entry.kind not in (EntryKind.STOPPED, EntryKind.RESUMED):
            continue
        latest = entry.at if latest is None else max(latest, entry.at)
        if entry.kind is EntryKind.STOPPED:
            if not standing:
                touching = bool(stops) and stops[-1].until == latest
                since = stops.pop().since if touching else latest
            standing.add(entry.scope)
        elif entry.scope in standing:
            standing.discard(entry.scope)
            if not standing and since is not None:
                stops.append(Stop(since, latest))
    if standing and since is not None:
        stops.append(Stop(since, None))
    return stops
