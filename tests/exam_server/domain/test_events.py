"""The kinds of facts."""

import re
from dataclasses import FrozenInstanceError

import pytest

from exam_server.domain.events import SYSTEM, Event, EventKind

PAST = frozenset(
    [
        "Planned",
        "Added",
        "Taken",
        "Left",
        "Handed",
        "Requested",
        "Confirmed",
        "Lapsed",
        "Changed",
        "Cancelled",
        "Registered",
        "Unregistered",
        "Set",
        "Issued",
        "Opened",
        "Begun",
        "Ended",
        "Rehearsed",
        "Verified",
        "Given",
        "Admitted",
        "Entered",
        "Started",
        "Saved",
        "Refused",
        "Paused",
        "Resumed",
        "Extended",
        "Completed",
        "Ran",
        "Terminated",
        "Lost",
        "Closed",
        "Finalised",
        "Made",
        "Answered",
        "Resolved",
        "Withdrawn",
        "Replaced",
        "Sent",
        "Read",
        "Reported",
        "Amended",
        "Recorded",
        "Returned",
        "Proposed",
        "Dropped",
        "Reversed",
        "Published",
    ]
)
FOUND = frozenset({"CandidateAbsent", "ConnectionBack"})
"""Facts that were found rather than done: what is named is how things stood."""


def words(kind: EventKind) -> list[str]:
    return re.findall("[A-Z][a-z]*", kind)


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_kind_is_a_noun_and_a_past_tense(kind: EventKind) -> None:
    noun, *verb = words(kind)
    assert noun not in PAST
    assert PAST & set(verb) or kind in FOUND


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_kind_has_one_spelling_in_python_and_in_the_log(kind: EventKind) -> None:
    assert "".join(words(kind)) == kind
    assert "_".join(words(kind)).upper() == kind.name


def test_no_two_kinds_are_the_same() -> None:
    members = EventKind.__members__
    assert len(members) == len(set(members.values())) == len({name.casefold() for name in members})


def test_an_event_cannot_be_changed_and_begins_without_facts() -> None:
    event = Event(EventKind.ROOM_PAUSED, SYSTEM)
    assert event.candidate is None
    assert event.facts == {}
    with pytest.raises(FrozenInstanceError):
        event.kind = EventKind.ROOM_RESUMED  # type: ignore[misc]
