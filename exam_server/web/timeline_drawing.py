"""The drawing of a timeline: lanes of bars along one scale. The tables beside it say the same in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from exam_server.domain.events import EventKind
from exam_server.domain.moments import Moment, Sort
from exam_server.domain.sitting import Replay, Track
from exam_server.web.language import _
from exam_server.web.pages import time_hm
from exam_server.web.timeline_words import Telling

_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 720, 1440)
_MOST_TICKS = 7
_MINUTE = 60_000
_NUMBERED = 2.4
"""A question's bar of so many hundredths of the width bears its number."""
_LEAST = 0.15
"""Nothing is drawn thinner, in hundredths: a short loss must still be seen."""


@dataclass(frozen=True)
class Bar:
    """A part of a lane: what it looks like, where, how wide (in hundredths of the lane), and its number."""

    look: str
    x: float
    width: float
    label: str = ""


@dataclass(frozen=True)
class Lane:
    """A line of the drawing, under its name; `candidate` where the name leads to somebody's own timeline."""

    name: str
    bars: tuple[Bar, ...]
    candidate: str | None = None


@dataclass(frozen=True)
class Drawing:
    """Ticks are (place in hundredths, time as people write it)."""

    ticks: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]


class Scale:
    """From instants to hundredths of the width."""

    def __init__(self, from_ms: int, to_ms: int) -> None:
        self.from_ms, self.to_ms = from_ms, max(to_ms, from_ms + _MINUTE)

    def at(self, at_ms: int) -> float:
        """Where an instant lies; what is outside lies at the edge."""
        inside = min(max(at_ms, self.from_ms), self.to_ms)
        return round(100 * (inside - self.from_ms) / (self.to_ms - self.from_ms), 3)

    def bar(self, look: str, from_ms: int, to_ms: int, label: str = "") -> Bar:
        """A bar between two instants."""
        x, end = self.at(from_ms), self.at(to_ms)
        width = round(max(end - x, _LEAST), 3)
        return Bar(look, x, width, label if width >= _NUMBERED else "")

    def ticks(self, zone: ZoneInfo) -> tuple[tuple[float, str], ...]:
        """Round times of the place, not too many."""
        minutes = (self.to_ms - self.from_ms) / _MINUTE
        step = next((one for one in _STEPS if minutes / one <= _MOST_TICKS), _STEPS[-1])
        first = datetime.fromtimestamp(self.from_ms / 1000, UTC).astimezone(zone)
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        found = []
        for count in range(int((first - midnight) / timedelta(minutes=step)), 10_000):
            instant = midnight + count * timedelta(minutes=step)
            at_ms = int(instant.timestamp() * 1000)
            if at_ms > self.to_ms:
                break
            if at_ms >= self.from_ms:
                found.append((self.at(at_ms), time_hm(instant, zone)))
        return tuple(found)


def draw_session(replays: Sequence[Replay], moments: Sequence[Moment], telling: Telling) -> Drawing | None:
    """The room's own lane, and one thin line a candidate in the order given; None before the first start."""
    started = [one for one in replays if one.started_ms is not None]
    if not started:
        return None
    begins = [at for one in replays for at in (one.present_ms, one.started_ms) if at is not None]
    scale = Scale(min(begins), max(one.until_ms for one in started))
    room = Lane(_("Toute la salle"), (*_room_stops(moments, scale), *_marked(moments, scale, Sort.INCIDENTS)))
    lanes = [Lane(telling.name(one.candidate), _line(one, scale), one.candidate) for one in replays]
    return Drawing(scale.ticks(telling.zone), (room, *lanes))


def _room_stops(moments: Iterable[Moment], scale: Scale) -> Iterator[Bar]:
    for one in moments:
        if one.kind == EventKind.ROOM_RESUMED and one.lasted_ms is not None and one.at_ms > scale.from_ms:
            yield scale.bar("pause", one.at_ms - one.lasted_ms, one.at_ms)


def _line(replay: Replay, scale: Scale) -> tuple[Bar, ...]:
    if replay.started_ms is None:
        return ()
    bars = []
    if replay.present_ms is not None and replay.present_ms < replay.started_ms:
        bars.append(scale.bar("before", replay.present_ms, replay.started_ms))
    bars.append(scale.bar("running", replay.started_ms, replay.until_ms))
    bars += _spans(replay, scale, (Track.PAUSED, Track.HELP_STOP, Track.ROOM), "stop")
    bars += _spans(replay, scale, (Track.LOST,), "lost")
    bars += _spans(replay, scale, (Track.CALL,), "call")
    if replay.ended_ms is not None:
        bars.append(Bar("end", scale.at(replay.ended_ms), 0))
    return tuple(bars)


def draw_candidate(replay: Replay, moments: Sequence[Moment], telling: Telling) -> Drawing | None:
    """The questions, and beneath them what went on meanwhile, each on its own lane; None before the start."""
    if replay.started_ms is None:
        return None
    begins = replay.started_ms if replay.present_ms is None else min(replay.present_ms, replay.started_ms)
    scale = Scale(begins, replay.until_ms)
    lanes = [
        Lane(_("Questions"), _questions(replay, scale)),
        Lane(_("Suspensions"), _spans(replay, scale, (Track.PAUSED, Track.HELP_STOP, Track.ROOM), "pause")),
        Lane(_("Appels"), _spans(replay, scale, (Track.CALL,), "waiting")),
        Lane(_("Connexion perdue"), _spans(replay, scale, (Track.LOST,), "cut")),
        Lane(_("Page quittée"), _spans(replay, scale, (Track.AWAY,), "away")),
        Lane(_("Messages"), _marked(moments, scale, Sort.MESSAGES)),
        Lane(_("Signalements"), _marked(moments, scale, Sort.INCIDENTS)),
    ]
    return Drawing(scale.ticks(telling.zone), tuple(lane for lane in lanes if lane.bars))


def _questions(replay: Replay, scale: Scale) -> tuple[Bar, ...]:
    return tuple(
        scale.bar(
            "item" if item.position % 2 else "item-even",
            item.from_ms,
            replay.until_ms if item.to_ms is None else item.to_ms,
            str(item.position),
        )
        for item in replay.items
    )


def _spans(replay: Replay, scale: Scale, tracks: Iterable[Track], look: str) -> tuple[Bar, ...]:
    """What lasted, as far as it lies within the drawing."""
    return tuple(
        scale.bar(look, one.from_ms, replay.until_ms if one.to_ms is None else one.to_ms)
        for one in replay.spans_of(*tracks)
        if one.to_ms is None or one.to_ms > scale.from_ms
    )


def _marked(moments: Iterable[Moment], scale: Scale, sort: Sort) -> tuple[Bar, ...]:
    return tuple(
        Bar("mark", scale.at(one.at_ms), 0)
        for one in moments
        if one.sort is sort and scale.from_ms <= one.at_ms <= scale.to_ms
    )
