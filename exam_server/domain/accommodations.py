"""Accommodations: the catalogue of what may be decided for a candidate, and what several decisions come to.

Sources: code de l'éducation, D. 351-27 (what may be arranged; one third of extra time, more only on a
doctor's reasoned request); circulaire of 8 December 2020 (MENE2034197C).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.timing import time_allowed

MOST_EXTRA = Fraction(3)
LEAST_EXTRA = Fraction(1, 100)
"""More than three times the base again, or less than a hundredth ("0,33"), is a slip of the keyboard."""
USUAL_EXTRA = Fraction(1, 3)
"""More needs a derogation that the decision states."""
MOST_BREAKS = 10
LONGEST_BREAK = timedelta(minutes=60)

_FRACTION = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")

_USUAL = {Fraction(text) / 100: USUAL_EXTRA for text in ("33", "33.3", "33.33")}


class Measure(StrEnum):
    """What is decided by its name alone; extra time and breaks have figures."""

    SEPARATE_ROOM = "separate_room"
    SMALL_GROUP = "small_group"
    READER = "reader"
    SCRIBE = "scribe"
    READ_ALOUD = "read_aloud"
    LARGE_TEXT = "large_text"
    WIDE_SPACING = "wide_spacing"
    READABLE_FONT = "readable_font"
    CONTRAST = "contrast"
    LINE_GUIDE = "line_guide"
    MASKING = "masking"
    REDUCED_MOTION = "reduced_motion"
    NO_IMAGE_ONLY = "no_image_only"
    NO_SOUND_ONLY = "no_sound_only"
    COLOUR_SAFE = "colour_safe"
    KEYBOARD_ONLY = "keyboard_only"
    SCREEN_READER = "screen_reader"
    FOCUS_FREE = "focus_free"
    OWN_EQUIPMENT = "own_equipment"
    SIMPLE_INSTRUCTIONS = "simple_instructions"


ACCESSIBLE_ITEMS = frozenset(
    {
        Measure.NO_IMAGE_ONLY,
        Measure.NO_SOUND_ONLY,
        Measure.COLOUR_SAFE,
        Measure.KEYBOARD_ONLY,
        Measure.SCREEN_READER,
    }
)
"""Whoever has one of these gets only items that are accessible to all: more than nine in ten are."""
WITH_AN_ADULT = frozenset({Measure.READER, Measure.SCRIBE})
WITH_A_PLACE = frozenset({Measure.SEPARATE_ROOM, Measure.SMALL_GROUP})
OF_THE_ROOM = WITH_AN_ADULT | WITH_A_PLACE | {Measure.OWN_EQUIPMENT}
"""What people see to; the others the program applies by itself."""


@dataclass(frozen=True)
class Breaks:
    """Rest breaks that stop the clock: how many, and how long one may be. All of them may take `total`."""

    most: int
    each: timedelta
    total: timedelta

    def to_json(self) -> dict[str, JSON]:
        """Lengths in seconds."""
        seconds = timedelta(seconds=1)
        return {"most": self.most, "each_s": self.each // seconds, "total_s": self.total // seconds}

    @classmethod
    def from_json(cls, written: JSON) -> "Breaks":
        """Raises InvalidInput for what no decision would say."""
        values = [_whole(written, name) for name in ("most", "each_s", "total_s")]
        breaks = cls(values[0], timedelta(seconds=values[1]), timedelta(seconds=values[2]))
        fits = 1 <= breaks.most <= MOST_BREAKS and timedelta(minutes=1) <= breaks.each <= LONGEST_BREAK
        if not fits or not breaks.each <= breaks.total <= breaks.most * breaks.each:
            raise InvalidInput("bad_breaks")
        return breaks


@dataclass(frozen=True)
class Accommodations:
    """What holds for one candidate: no reason, no name of a plan, nothing but what is to be done."""

    extra: Fraction = Fraction(0)
    breaks: Breaks | None = None
    measures: frozenset[Measure] = field(default_factory=frozenset)

    @property
    def accessible_only(self) -> bool:
        """Whether the test is made of accessible items alone."""
        return bool(self.measures & ACCESSIBLE_ITEMS)

    @property
    def is_empty(self) -> bool:
        return self == NONE

    def to_json(self) -> dict[str, JSON]:
        """What says nothing is left out."""
        return {
            **({"extra": fraction_text(self.extra)} if self.extra else {}),
            **({"breaks": self.breaks.to_json()} if self.breaks else {}),
            **({"measures": sorted(self.measures)} if self.measures else {}),
        }

    @classmethod
    def from_json(cls, written: JSON) -> "Accommodations":
        """Raises InvalidInput."""
        if not isinstance(written, Mapping) or not written.keys() <= {"extra", "breaks", "measures"}:
            raise InvalidInput("bad_accommodations")
        extra, breaks, names = (written.get(name) for name in ("extra", "breaks", "measures"))
        if not isinstance(extra, str | None) or not isinstance(names, list | None):
            raise InvalidInput("bad_accommodations")
        try:
            measures = frozenset(Measure(str(name)) for name in names or ())
        except ValueError:
            raise InvalidInput("bad_accommodations") from None
        return cls(
            Fraction(0) if extra is None else parse_extra_time(extra),
            None if breaks is None else Breaks.from_json(breaks),
            measures,
        )


NONE = Accommodations()


def combined(decided: Iterable[Accommodations]) -> Accommodations:
    """What several decisions come to: of each kind what gives most, never the sum."""
    found = NONE
    for one in decided:
        found = Accommodations(
            max(found.extra, one.extra),
            _more(found.breaks, one.breaks),
            found.measures | one.measures,
        )
    return found


def _more(one: Breaks | None, other: Breaks | None) -> Breaks | None:
    if one is None or other is None:
        return one or other
    total = max(one.total, other.total)
    return Breaks(max(one.most, other.most), max(one.each, other.each), total)


def longest(base: timedelta, decided: Accommodations) -> timedelta:
    """From the start to the latest end without any other stop: time allowed and all breaks taken."""
    return time_allowed(base, decided.extra) + (decided.breaks.total if decided.breaks else timedelta())


def _whole(written: JSON, name: str) -> int:
    value = written.get(name) if isinstance(written, Mapping) else None
    if type(value) is not int or not 0 <= value <= 86_400:
        raise InvalidInput("bad_breaks")
    return value


def parse_extra_time(text: str) -> Fraction:
    """ "1/3", "25 %", "25", "0" as an exact fraction; 33 % is read as one third, which is what people mean.

    Source of "one third": code de l'éducation, D. 351-27. Raises InvalidInput.
    """
    cleaned = text.replace("\u202f", " ").replace("\u00a0", " ").strip()
    if match := _FRACTION.fullmatch(cleaned):
        if int(match[2]) == 0:
            raise InvalidInput("bad_extra_time")
        value = Fraction(int(match[1]), int(match[2]))
    elif match := _PERCENT.fullmatch(cleaned):
        value = Fraction(f"{match[1]}.{match[2] or 0}") / 100
        value = _USUAL.get(value, value)
    else:
        raise InvalidInput("bad_extra_time")
    if value and not LEAST_EXTRA <= value <= MOST_EXTRA:
        raise InvalidInput("bad_extra_time")
    return value


def fraction_text(extra: Fraction) -> str | None:
    """ "1/3", or None without extra time."""
    return None if extra == 0 else f"{extra.numerator}/{extra.denominator}"
