"""Extra time, kept as an exact fraction of the base time."""

import re
from fractions import Fraction

from exam_server.domain.errors import InvalidInput

MOST_EXTRA = Fraction(3)
LEAST_EXTRA = Fraction(1, 100)
"""More than three times the base again, or less than a hundredth ("0,33"), is a slip of the keyboard."""

_FRACTION = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")

_USUAL = {Fraction(text) / 100: Fraction(1, 3) for text in ("33", "33.3", "33.33")}


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
