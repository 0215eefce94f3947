"""What a session's log says about time and about who did what: the ground of the session report. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from exam_server.domain.duty import Turn, turns_of
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact


@dataclass(frozen=True)
class Stop:
    """A clock that stood still: the room's without a candidate; under way where `to_ms` is missing."""

    candidate: str | None
    from_ms: int
    reason: str
    stopped_by: str
    to_ms: int | None = None
    resumed_by: str | None = None

    @property
    def length_ms(self) -> int | None:
        """How long it was, to the millisecond."""
        return None if self.to_ms is None else self.to_ms - self.from_ms


@dataclass(frozen=True)
class Extended:
    """Time that was added in one act, for one candidate or for several at once."""

    at_ms: int
    minutes: int
    reason: str
    by: str
    candidates: tuple[str, ...]


@dataclass
class Course:
    """How a session went. `notes` stand beside an end, by candidate; `duty` says who watched when."""

    opened_ms: int | None = None
    opened_by: str | None = None
    first_start_ms: int | None = None
    last_end_ms: int | None = None
    closed_ms: int | None = None
    closed_by: str | None = None
    stops: list[Stop] = field(default_factory=list)
    extensions: list[Extended] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    ended_by: dict[str, str] = field(default_factory=dict)
    duty: list[Turn] = field(default_factory=list)

    def added_minutes(self, candidate: str) -> int:
        """The minutes that were added for one candidate."""
        return sum(one.minutes for one in self.extensions if candidate in one.candidates)


_ENDS = frozenset({EventKind.ATTEMPT_COMPLETED, EventKind.TIME_RAN_OUT, EventKind.ATTEMPT_TERMINATED})


def course_of(facts: Sequence[Fact], actors: Mapping[int, str]) -> Course:
    """The course of a session; `actors` says by number who did what."""
    course = Course(duty=turns_of(facts))
    for fact in facts:
        _follow(course, fact, actors.get(fact.number, ""))
    return course


def _follow(course: Course, fact: Fact, actor: str) -> None:
    match fact.kind:
        case EventKind.SESSION_OPENED:
            course.opened_ms, course.opened_by = fact.at_ms, actor
        case EventKind.ATTEMPT_STARTED if course.first_start_ms is None:
            course.first_start_ms = fact.at_ms
        case EventKind.SESSION_CLOSED:
            course.closed_ms, course.closed_by = fact.at_ms, actor
            notes = fact.content.get("notes")
            if isinstance(notes, Mapping):
                course.notes.update({candidate: str(note) for candidate, note in notes.items()})
        case EventKind.ROOM_PAUSED | EventKind.ATTEMPT_PAUSED:
            reason = str(fact.content.get("reason", ""))
            course.stops.append(Stop(fact.candidate, fact.at_ms, reason, actor))
        case EventKind.ROOM_RESUMED | EventKind.ATTEMPT_RESUMED:
            _end_stop(course, fact.candidate, fact.at_ms, actor)
        case EventKind.TIME_EXTENDED:
            _extend(course, fact, actor)
        case kind if kind in _ENDS and fact.candidate is not None:
            _end(course, fact, fact.candidate, actor)


def _end(course: Course, fact: Fact, candidate: str, actor: str) -> None:
    deadline = fact.content.get("deadline")
    at_ms = deadline if isinstance(deadline, int) else fact.at_ms
    course.last_end_ms = max(course.last_end_ms or 0, at_ms)
    course.ended_by[candidate] = actor
    if note := str(fact.content.get("note", "")):
        course.notes[candidate] = note
    _end_stop(course, candidate, at_ms, None)


def _end_stop(course: Course, candidate: str | None, at_ms: int, actor: str | None) -> None:
    """Ends the stop that is under way; the end of a test ends the candidate's own stop without a resume."""
    for place, stop in enumerate(course.stops):
        if stop.candidate == candidate and stop.to_ms is None:
            course.stops[place] = replace(stop, to_ms=at_ms, resumed_by=actor)


def _extend(course: Course, fact: Fact, actor: str) -> None:
    """One act that gives a whole room time leaves one fact a candidate, at one instant."""
    minutes = fact.content.get("minutes")
    wish = (
        fact.at_ms,
        minutes if isinstance(minutes, int) else 0,
        str(fact.content.get("reason", "")),
        actor,
    )
    candidate = fact.candidate or ""
    last = course.extensions[-1] if course.extensions else None
    if last is not None and (last.at_ms, last.minutes, last.reason, last.by) == wish:
        course.extensions[-1] = replace(last, candidates=(*last.candidates, candidate))
    else:
        course.extensions.append(Extended(*wish, (candidate,)))
