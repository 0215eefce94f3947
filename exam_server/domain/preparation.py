"""What is missing before the day, so that what was decided can be done: one line for each thing to see to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from exam_server.domain.accommodations import WITH_A_PLACE, WITH_AN_ADULT, Accommodations, longest


class Missing(StrEnum):
    """Each has one remedy."""

    ADULT = "adult"
    PLACE = "place"
    APPROVAL = "approval"
    ENDED = "ended"
    SLOT = "slot"


@dataclass(frozen=True)
class Expected:
    """A candidate of the session: what holds on the day, who and where was found, what else was recorded."""

    candidate_id: str
    name: str
    decided: Accommodations
    adult: str = ""
    place: str = ""
    waits: bool = False
    ended_before: bool = False


@dataclass(frozen=True)
class Lack:
    """Something to see to; about the whole session where there is no candidate."""

    missing: Missing
    candidate_id: str | None = None
    name: str = ""


def latest_end(
    starts_at: datetime, check_in: timedelta, base: timedelta, expected: Iterable[Expected]
) -> datetime:
    """When the last candidate is done, who starts after the check-in and takes all that was decided."""
    lengths = [longest(base, one.decided) for one in expected]
    return starts_at + check_in + max(lengths, default=base)


def lacks(expected: Iterable[Expected], ends_at: datetime, next_at: datetime | None) -> Iterator[Lack]:
    """`next_at`: when the same room is needed again that day."""
    if next_at is not None and next_at < ends_at:
        yield Lack(Missing.SLOT)
    for one in expected:
        if one.waits:
            yield Lack(Missing.APPROVAL, one.candidate_id, one.name)
        if one.ended_before:
            yield Lack(Missing.ENDED, one.candidate_id, one.name)
        if one.decided.measures & WITH_AN_ADULT and not one.adult:
            yield Lack(Missing.ADULT, one.candidate_id, one.name)
        if one.decided.measures & WITH_A_PLACE and not one.place:
            yield Lack(Missing.PLACE, one.candidate_id, one.name)
