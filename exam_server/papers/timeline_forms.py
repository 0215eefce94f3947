"""What the papers about a timeline hold, already in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Happened:
    """A moment: when, about whom (empty on a candidate's own paper), what, and who did it."""

    at: str
    about: str
    what: str
    by: str


@dataclass(frozen=True)
class Asked:
    """A question: where in the test, of which competence, when, how it was left, and how long it took."""

    position: str
    competence: str
    item: str
    mark: str
    since: str
    until: str
    left: str
    drafts: str
    ran: str
    stopped: str


@dataclass(frozen=True)
class Sat:
    """A candidate in the session's timeline."""

    name: str
    ending: str
    started: str
    ended: str
    items: str


@dataclass(frozen=True)
class Shape:
    """A part of a lane of the drawing: what it looks like; where, and how wide, in hundredths of the lane."""

    look: str
    x: float
    width: float
    label: str


@dataclass(frozen=True)
class Drawn:
    """The drawing: ticks are (place in hundredths, time), lanes are (name, shapes)."""

    ticks: Sequence[tuple[float, str]]
    lanes: Sequence[tuple[str, Sequence[Shape]]]


@dataclass(frozen=True)
class SessionTimeline:
    """The course of a session; `log_number` and `log_hash` are those of the log's last entry."""

    drawing: Drawn | None
    candidates: Sequence[Sat]
    moments: Sequence[Happened]
    log_number: str
    log_hash: str


@dataclass(frozen=True)
class CandidateTimeline:
    """One candidate's course: facts and the account of the deadline are pairs of a name and a value."""

    name: str
    class_name: str
    drawing: Drawn | None
    facts: Sequence[tuple[str, str]]
    account: Sequence[tuple[str, str]]
    formula: str
    moves: Sequence[tuple[str, str, str]]
    items: Sequence[Asked]
    total: tuple[str, str]
    with_marks: bool
    moments: Sequence[Happened]
    log_number: str
    log_hash: str
