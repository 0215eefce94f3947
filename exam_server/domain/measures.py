"""What a computer of the room has measured about itself: values within bounds, and nothing about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON

FAMILIES = frozenset({"firefox", "chrome", "edge", "safari", "opera", "other"})
LARGEST_OFFSET_MS = 200 * 366 * 24 * 3600 * 1000
"""Two centuries: a computer without a battery believes that it is 1970, or 2100."""
LONGEST_TRIP_MS = 60_000
FASTEST_KBITS = 100_000_000
LARGEST_SIDE = 20_000
"""CSS pixels; more is no screen."""
LARGEST_ZOOM = 1_000

Word = TypeVar("Word", bound=StrEnum)


class Feature(StrEnum):
    """What the candidate's page cannot do without; a browser names those that it lacks."""

    TIMEOUTS = "timeouts"
    RANDOMNESS = "randomness"
    DIALOGS = "dialogs"
    DATES = "dates"


class Storage(StrEnum):
    """What became of a word that the page wrote into the browser's storage before it was loaded anew."""

    KEPT = "kept"
    LOST = "lost"
    REFUSED = "refused"


class Sound(StrEnum):
    """Whether somebody at this seat needs sound, and has heard it."""

    NOT_NEEDED = "not_needed"
    NOT_TRIED = "not_tried"
    HEARD = "heard"
    NOT_HEARD = "not_heard"


class Voice(StrEnum):
    """Whether the browser has a French voice to read aloud with."""

    FRENCH = "french"
    NONE = "none"
    NOT_LOOKED_FOR = "not_looked_for"


@dataclass(frozen=True)
class Measures:
    """One computer at one moment. What could not be measured is None.

    `clock_offset_ms` is this computer's clock minus the server's, the median of several round trips, as is
    `latency_ms`; `worst_ms` is the longest of them. `width` and `height` are the window's, `screen_width` and
    `screen_height` the screen's, in CSS pixels; `zoom` is in percent.
    """

    browser: str
    missing: tuple[Feature, ...]
    socket: bool
    clock_offset_ms: int | None
    latency_ms: int | None
    worst_ms: int | None
    down_kbits: int | None
    up_kbits: int | None
    width: int
    height: int
    screen_width: int
    screen_height: int
    zoom: int
    storage: Storage
    sound: Sound
    voice: Voice

    def to_json(self) -> dict[str, JSON]:
        """As the log and the sheet keep them."""
        return {
            "browser": self.browser,
            "missing": [str(one) for one in self.missing],
            "socket": self.socket,
            "clock_offset_ms": self.clock_offset_ms,
            "latency_ms": self.latency_ms,
            "worst_ms": self.worst_ms,
            "down_kbits": self.down_kbits,
            "up_kbits": self.up_kbits,
            "width": self.width,
            "height": self.height,
            "screen_width": self.screen_width,
            "screen_height": self.screen_height,
            "zoom": self.zoom,
            "storage": str(self.storage),
            "sound": str(self.sound),
            "voice": str(self.voice),
        }


def measures_in(value: JSON) -> Measures:
    """The measures in a message; raises InvalidInput that names the first field that cannot be one."""
    if not isinstance(value, Mapping):
        raise InvalidInput("bad_field", field="measures")
    browser = value.get("browser")
    if not isinstance(browser, str):
        raise InvalidInput("bad_field", field="browser")
    return Measures(
        browser=browser if browser in FAMILIES else "other",
        missing=_missing(value),
        socket=_flag(value, "socket"),
        clock_offset_ms=_maybe(value, "clock_offset_ms", -LARGEST_OFFSET_MS, LARGEST_OFFSET_MS),
        latency_ms=_maybe(value, "latency_ms", 0, LONGEST_TRIP_MS),
        worst_ms=_maybe(value, "worst_ms", 0, LONGEST_TRIP_MS),
        down_kbits=_maybe(value, "down_kbits", 0, FASTEST_KBITS),
        up_kbits=_maybe(value, "up_kbits", 0, FASTEST_KBITS),
        width=_whole(value, "width", 1, LARGEST_SIDE),
        height=_whole(value, "height", 1, LARGEST_SIDE),
        screen_width=_whole(value, "screen_width", 1, LARGEST_SIDE),
        screen_height=_whole(value, "screen_height", 1, LARGEST_SIDE),
        zoom=_whole(value, "zoom", 1, LARGEST_ZOOM),
        storage=_word(value, "storage", Storage),
        sound=_word(value, "sound", Sound),
        # Measures from before voices were looked for are kept in the log without one.
        voice=_word(value, "voice", Voice) if "voice" in value else Voice.NOT_LOOKED_FOR,
    )


def _whole(value: Mapping[str, JSON], name: str, least: int, most: int) -> int:
    number = value.get(name)
    if type(number) is not int or not least <= number <= most:
        raise InvalidInput("bad_field", field=name)
    return number


def _maybe(value: Mapping[str, JSON], name: str, least: int, most: int) -> int | None:
    """A number, or null where it could not be measured: a missing one is a page of another time."""
    if name in value and value[name] is None:
        return None
    return _whole(value, name, least, most)


def _flag(value: Mapping[str, JSON], name: str) -> bool:
    flag = value.get(name)
    if not isinstance(flag, bool):
        raise InvalidInput("bad_field", field=name)
    return flag


def _word(value: Mapping[str, JSON], name: str, words: type[Word]) -> Word:
    try:
        return words(str(value.get(name)))
    except ValueError:
        raise InvalidInput("bad_field", field=name) from None


def _missing(value: Mapping[str, JSON]) -> tuple[Feature, ...]:
    """The features that are missing, each once, in their own order."""
    named = value.get("missing")
    if not isinstance(named, list) or len(named) > len(Feature):
        raise InvalidInput("bad_field", field="missing")
    if not all(isinstance(one, str) and one in set(Feature) for one in named):
        raise InvalidInput("bad_field", field="missing")
    return tuple(one for one in Feature if one in named)
