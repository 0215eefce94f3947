"""Rest breaks that a decision grants: how many are left, and how long the next one may be."""

from dataclasses import dataclass
from datetime import timedelta

from exam_server.domain.accommodations import Breaks
from exam_server.domain.errors import NotAllowed

REST_BREAK = "rest_break"
"""The reason of a pause that is a rest break."""


@dataclass(frozen=True)
class Taken:
    """What a candidate has had of them so far; a break ended early has used only its own length."""

    count: int = 0
    used: timedelta = timedelta()


def breaks_left(granted: Breaks | None, taken: Taken) -> int:
    """How many may still be taken."""
    if granted is None or taken.used >= granted.total:
        return 0
    return max(0, granted.most - taken.count)


def next_break(granted: Breaks | None, taken: Taken) -> timedelta:
    """The longest that the next one may last; raises NotAllowed where there is none left."""
    if granted is None:
        raise NotAllowed("no_breaks")
    if breaks_left(granted, taken) == 0:
        raise NotAllowed("no_break_left")
    return min(granted.each, granted.total - taken.used)
