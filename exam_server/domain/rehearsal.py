"""Whether a computer of the room is ready for a test: what was measured there against fixed limits. Pure.

A browser says what it has measured, never how good that is. At its limit, a value is on the worse side.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from exam_server.domain.measures import Measures, Sound, Storage, Voice

CODE_LASTS = timedelta(hours=12)
"""A rehearsal's code lets computers in for so long: a working day, so that a forgotten one ends by itself."""
MOST_TRIALS = 50
"""Measures of one seat: whoever holds the code cannot fill the log."""


class Check(StrEnum):
    """What is looked at, in the order in which it is told."""

    BROWSER = "browser"
    CONNECTION = "connection"
    CLOCK = "clock"
    LATENCY = "latency"
    BANDWIDTH = "bandwidth"
    SCREEN = "screen"
    STORAGE = "storage"
    SOUND = "sound"
    VOICE = "voice"


class Readiness(StrEnum):
    """What a value comes to, the best first: a test works; works, but somebody should look; does not work."""

    READY = "ready"
    TO_LOOK_AT = "to_look_at"
    NOT_READY = "not_ready"


_WORSE = tuple(Readiness)

CLOCK_RIGHT_MS, CLOCK_USABLE_MS = 60_000, 3_600_000
"""The test's time is the server's. A clock a few minutes wrong confuses whoever looks at it; one that is
hours wrong makes a browser refuse certificates and cookies."""

LATENCY_GOOD_MS, LATENCY_USABLE_MS = 200, 1_000
WORST_GOOD_MS, WORST_USABLE_MS = 2_000, 5_000
"""A response is felt as saved at once within 0.2 s; the page gives a request up after 10 s."""

DOWN_GOOD_KBITS, DOWN_USABLE_KBITS = 1_000, 250
UP_GOOD_KBITS, UP_USABLE_KBITS = 250, 64
"""The page with all that it needs is below 1 Mbit, a question some 50 kbit, a response 2 kbit."""

WINDOW_GOOD, WINDOW_USABLE = (1_000, 550), (640, 360)
"""CSS pixels of the window, width and height: a whole question without scrolling; the least that the page is
laid out for (a laptop at 200 % shows 683 x 384)."""


def judge(measures: Measures) -> dict[Check, Readiness]:
    """What each check comes to."""
    return {
        Check.BROWSER: Readiness.NOT_READY if measures.missing else Readiness.READY,
        Check.CONNECTION: Readiness.READY if measures.socket else Readiness.NOT_READY,
        Check.CLOCK: _clock(measures.clock_offset_ms),
        Check.LATENCY: _latency(measures.latency_ms, measures.worst_ms),
        Check.BANDWIDTH: worst(
            _at_least(measures.down_kbits, DOWN_GOOD_KBITS, DOWN_USABLE_KBITS),
            _at_least(measures.up_kbits, UP_GOOD_KBITS, UP_USABLE_KBITS),
        ),
        Check.SCREEN: _window(measures.width, measures.height),
        Check.STORAGE: _STORAGE[measures.storage],
        Check.SOUND: _SOUND[measures.sound],
        Check.VOICE: _voice(measures),
    }


def overall(judged: Mapping[Check, Readiness]) -> Readiness:
    """What the computer comes to: as good as its worst check."""
    return worst(*judged.values())


def worst(*judged: Readiness) -> Readiness:
    """The worst of these."""
    return max(judged, key=_WORSE.index)


def code_end(begun_at: datetime) -> datetime:
    """The instant from which a rehearsal's code lets nobody in."""
    return begun_at + CODE_LASTS


def _clock(offset_ms: int | None) -> Readiness:
    if offset_ms is None:
        return Readiness.NOT_READY
    return _below(abs(offset_ms), CLOCK_RIGHT_MS, CLOCK_USABLE_MS)


def _latency(median_ms: int | None, worst_ms: int | None) -> Readiness:
    if median_ms is None or worst_ms is None:
        return Readiness.NOT_READY
    return worst(
        _below(median_ms, LATENCY_GOOD_MS, LATENCY_USABLE_MS),
        _below(worst_ms, WORST_GOOD_MS, WORST_USABLE_MS),
    )


def _window(width: int, height: int) -> Readiness:
    (good_width, good_height), (usable_width, usable_height) = WINDOW_GOOD, WINDOW_USABLE
    return worst(_at_least(width, good_width, usable_width), _at_least(height, good_height, usable_height))


def _voice(measures: Measures) -> Readiness:
    """Who needs sound may need it for a headset alone: without a voice somebody should look."""
    lacks = measures.voice is Voice.NONE and measures.sound is not Sound.NOT_NEEDED
    return Readiness.TO_LOOK_AT if lacks else Readiness.READY


def _below(value: int, good: int, usable: int) -> Readiness:
    if value < good:
        return Readiness.READY
    return Readiness.TO_LOOK_AT if value < usable else Readiness.NOT_READY


def _at_least(value: int | None, good: int, usable: int) -> Readiness:
    if value is None or value < usable:
        return Readiness.NOT_READY
    return Readiness.READY if value >= good else Readiness.TO_LOOK_AT


_STORAGE: Mapping[Storage, Readiness] = {
    Storage.KEPT: Readiness.READY,
    # The test goes on without it: what the server has said is saved comes back from there.
    Storage.LOST: Readiness.TO_LOOK_AT,
    Storage.REFUSED: Readiness.TO_LOOK_AT,
}
_SOUND: Mapping[Sound, Readiness] = {
    Sound.NOT_NEEDED: Readiness.READY,
    Sound.HEARD: Readiness.READY,
    Sound.NOT_TRIED: Readiness.TO_LOOK_AT,
    Sound.NOT_HEARD: Readiness.NOT_READY,
}
