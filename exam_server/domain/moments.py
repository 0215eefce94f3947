"""A session's log as moments that people can read: when, who, about whom, and what may be said of it. Pure.

What a moment holds is a closed list: no item's text, key or identifier, nothing that was answered, no name.
`docs/security.md` says who may see what.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.responses import is_passed


class Sort(StrEnum):
    """What a moment is about, as a reader picks them out."""

    SESSION = "session"
    REHEARSAL = "rehearsal"
    STAFF = "staff"
    DESK = "desk"
    TEST = "test"
    ITEMS = "items"
    TIME = "time"
    HELP = "help"
    MESSAGES = "messages"
    CONNECTION = "connection"
    INCIDENTS = "incidents"


@dataclass(frozen=True)
class Moment:
    """Something that happened: the number and the instant of the log's line, who did it, about whom.

    Without `candidates` it is the whole room's. `lasted_ms` is how long what ends here had lasted.
    `is_erased` where the line's content was erased: that it happened is all that is left.
    """

    number: int
    at_ms: int
    kind: str
    sort: Sort
    actor: str
    candidates: tuple[str, ...]
    facts: Mapping[str, JSON]
    lasted_ms: int | None = None
    is_erased: bool = False


_K, _S = EventKind, Sort

SHOWN: Mapping[str, tuple[Sort, tuple[str, ...]]] = MappingProxyType(
    {
        _K.SESSION_PLANNED: (_S.SESSION, ()),
        _K.SESSION_CHANGED: (_S.SESSION, ()),
        _K.SESSION_CANCELLED: (_S.SESSION, ()),
        _K.SESSION_OPENED: (_S.SESSION, ("check_in_ends_at",)),
        _K.SESSION_CLOSED: (_S.SESSION, ()),
        _K.SESSION_FINALISED: (_S.SESSION, ("version",)),
        _K.SESSION_RESUMED: (_S.SESSION, ("version", "reason")),
        _K.RESULTS_PUBLISHED: (_S.SESSION, ("version", "certificates")),
        _K.RESULTS_WITHDRAWN: (_S.SESSION, ("version", "reason")),
        _K.REHEARSAL_BEGUN: (_S.REHEARSAL, ("ends_at",)),
        _K.REHEARSAL_ENDED: (_S.REHEARSAL, ()),
        _K.SEAT_REHEARSED: (_S.REHEARSAL, ("row", "column", "readiness")),
        _K.INVIGILATOR_ADDED: (_S.STAFF, ("invigilator",)),
        _K.DUTY_TAKEN: (_S.STAFF, ()),
        _K.DUTY_LEFT: (_S.STAFF, ("reason",)),
        _K.DUTY_HANDED_OVER: (_S.STAFF, ("from", "to", "reason")),
        _K.CANDIDATE_REGISTERED: (_S.DESK, ()),
        _K.CANDIDATE_UNREGISTERED: (_S.DESK, ()),
        _K.ACCESS_CARD_ISSUED: (_S.DESK, ()),
        _K.IDENTITY_VERIFIED: (_S.DESK, ("document",)),
        _K.CANDIDATE_ABSENT: (_S.DESK, ()),
        _K.CANDIDATE_REFUSED: (_S.DESK, ("reason", "note")),
        _K.REFUSAL_WITHDRAWN: (_S.DESK, ()),
        _K.SEAT_GIVEN: (_S.DESK, ("row", "column")),
        _K.CANDIDATE_ADMITTED: (_S.DESK, ("late", "minutes")),
        _K.CANDIDATE_ENTERED: (_S.DESK, ()),
        _K.ATTEMPT_STARTED: (_S.TEST, ("deadline", "allowed_ms")),
        _K.ATTEMPT_COMPLETED: (_S.TEST, ("answered", "receipt")),
        _K.TIME_RAN_OUT: (_S.TEST, ("deadline", "answered", "receipt")),
        _K.ATTEMPT_TERMINATED: (_S.TIME, ("reason", "note", "answered", "receipt")),
        _K.FRAUD_REQUESTED: (_S.TIME, ("note",)),
        _K.FRAUD_CONFIRMED: (_S.TIME, ("requested_by_id",)),
        _K.FRAUD_WITHDRAWN: (_S.TIME, ("reason",)),
        _K.FRAUD_LAPSED: (_S.TIME, ()),
        _K.ITEM_GIVEN: (_S.ITEMS, ("position",)),
        _K.RESPONSE_SAVED: (_S.ITEMS, ("position", "passed")),
        _K.RESPONSE_REFUSED: (_S.ITEMS, ("position", "deadline", "received_ms")),
        _K.EXTRA_TIME_SET: (_S.TIME, ("fraction", "allowed_ms", "deadline")),
        _K.ACCOMMODATIONS_SET: (_S.DESK, ("accommodations",)),
        _K.ATTEMPT_PAUSED: (_S.TIME, ("reason", "left_ms")),
        _K.ATTEMPT_RESUMED: (_S.TIME, ("deadline",)),
        _K.TIME_EXTENDED: (_S.TIME, ("minutes", "reason", "deadline")),
        _K.ROOM_PAUSED: (_S.TIME, ("reason",)),
        _K.ROOM_RESUMED: (_S.TIME, ()),
        _K.HELP_CALL_MADE: (_S.HELP, ("kind", "position", "stops_clock")),
        _K.HELP_CALL_ANSWERED: (_S.HELP, ()),
        _K.HELP_CALL_RESOLVED: (_S.HELP, ("how",)),
        _K.HELP_CALL_WITHDRAWN: (_S.HELP, ()),
        _K.ITEM_REPLACED: (_S.HELP, ("position", "reason")),
        _K.MESSAGE_SENT: (_S.MESSAGES, ("text",)),
        _K.MESSAGE_READ: (_S.MESSAGES, ()),
        _K.CONNECTION_LOST: (_S.CONNECTION, ()),
        _K.CONNECTION_BACK: (_S.CONNECTION, ()),
        _K.FOCUS_RETURNED: (_S.CONNECTION, ("ms",)),
        _K.INCIDENT_REPORTED: (_S.INCIDENTS, ("category", "position", "description")),
        _K.INCIDENT_AMENDED: (_S.INCIDENTS, ("note",)),
        _K.INCIDENT_WITHDRAWN: (_S.INCIDENTS, ("reason",)),
        _K.INCIDENT_RESOLVED: (_S.INCIDENTS, ("outcome", "done")),
        _K.STATEMENT_RECORDED: (_S.INCIDENTS, ("statement", "declined")),
        _K.RULING_PROPOSED: (_S.INCIDENTS, ("kind", "positions", "reason")),
        _K.RULING_TAKEN: (_S.INCIDENTS, ("kind", "positions", "reason", "proposed_by_id")),
        _K.RULING_DROPPED: (_S.INCIDENTS, ("kind", "positions", "reason")),
        _K.RULING_REVERSED: (_S.INCIDENTS, ("kind", "positions", "reason")),
    }
)
"""Each kind: what it is about, and what of its content may be said. A kind that is not here is not shown."""

_WITHOUT_FACTS = frozenset(
    {_K.CONNECTION_LOST, _K.CONNECTION_BACK, _K.CANDIDATE_ENTERED, _K.CANDIDATE_ABSENT}
)
"""Kinds whose content is empty by nature: what is missing there was not erased."""

_ONE_S_OWN = frozenset({"deadline", "allowed_ms", "row", "column", "receipt"})
"""What differs among those whom one act of the room concerns."""


def moments_of(facts: Iterable[Fact], actors: Mapping[int, str]) -> list[Moment]:
    """Every moment of a session in the log's order; drafts are none. `actors` says by number who did what."""
    lengths = _Lengths()
    return [
        _moment(fact, actors.get(fact.number, ""), lengths.ended_by(fact))
        for fact in facts
        if fact.kind in SHOWN and not _is_draft(fact)
    ]


def of_candidate(moments: Iterable[Moment], candidate: str) -> list[Moment]:
    """The moments of one candidate and those of the whole room; what was tried before the day is left out."""
    return [
        one
        for one in moments
        if candidate in one.candidates or not (one.candidates or one.sort is Sort.REHEARSAL)
    ]


def of_session(moments: Iterable[Moment]) -> list[Moment]:
    """The moments of a session as a whole, the questions of each candidate left out.

    What was done to several at one instant by one person, with the same words, is one moment.
    """
    return list(_together(one for one in moments if one.sort is not Sort.ITEMS))


def _moment(fact: Fact, actor: str, lasted_ms: int | None) -> Moment:
    sort, names = SHOWN[fact.kind]
    content = _said(fact)
    at_ms = content.get("deadline") if fact.kind == EventKind.TIME_RAN_OUT else None
    return Moment(
        number=fact.number,
        at_ms=at_ms if isinstance(at_ms, int) else fact.at_ms,
        kind=fact.kind,
        sort=sort,
        actor=actor,
        candidates=() if fact.candidate is None else (fact.candidate,),
        facts={name: content[name] for name in names if name in content},
        lasted_ms=lasted_ms,
        is_erased=bool(names) and not fact.content and fact.kind not in _WITHOUT_FACTS,
    )


def _said(fact: Fact) -> Mapping[str, JSON]:
    """Of a response only whether it was given or passed over: never what it was, nor how it was marked."""
    if fact.kind != EventKind.RESPONSE_SAVED or not fact.content:
        return fact.content
    passed = is_passed(fact.content.get("content"))
    return {"position": fact.content.get("position"), "passed": passed}


def _is_draft(fact: Fact) -> bool:
    return fact.kind == EventKind.RESPONSE_SAVED and not fact.content.get("final", True)


_ENDS: Mapping[str, str] = MappingProxyType(
    {
        _K.CONNECTION_BACK: _K.CONNECTION_LOST,
        _K.ATTEMPT_RESUMED: _K.ATTEMPT_PAUSED,
        _K.ROOM_RESUMED: _K.ROOM_PAUSED,
        _K.HELP_CALL_RESOLVED: _K.HELP_CALL_MADE,
        _K.HELP_CALL_WITHDRAWN: _K.HELP_CALL_MADE,
    }
)
_BEGINNINGS = frozenset(_ENDS.values())


class _Lengths:
    """What has begun and not ended, so that each end can say how long it was."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str | None], int] = {}

    def ended_by(self, fact: Fact) -> int | None:
        """How long what this fact ends had lasted, in ms; None for a fact that ends nothing."""
        if fact.kind in _BEGINNINGS:
            self._since[fact.kind, fact.candidate] = fact.at_ms
        began = self._since.pop((_ENDS[fact.kind], fact.candidate), None) if fact.kind in _ENDS else None
        return None if began is None else fact.at_ms - began


def _together(moments: Iterable[Moment]) -> Iterator[Moment]:
    instant: list[Moment] = []
    for moment in moments:
        if instant and moment.at_ms != instant[0].at_ms:
            yield from _joined(instant)
            instant = []
        instant.append(moment)
    yield from _joined(instant)


def _joined(moments: Sequence[Moment]) -> Iterator[Moment]:
    """The moments of one instant, each kind by one person once; their own order stays."""
    found: dict[object, list[Moment]] = {}
    for one in moments:
        alike = tuple((name, repr(value)) for name, value in one.facts.items() if name not in _ONE_S_OWN)
        found.setdefault((one.kind, _who(one), alike, bool(one.candidates)), []).append(one)
    for many in found.values():
        if len(many) == 1:
            yield many[0]
            continue
        facts = {name: value for name, value in many[0].facts.items() if name not in _ONE_S_OWN}
        whose = tuple(candidate for one in many for candidate in one.candidates)
        yield replace(many[0], candidates=whose, facts=facts)


def _who(moment: Moment) -> str:
    """Candidates who do the same at the same instant are one moment: who each was is said by `candidates`."""
    return "" if moment.actor in moment.candidates else moment.actor
