"""Which facts of the log a board may see; everything else goes by as a number without content."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.domain.events import ROOM, SYSTEM, EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.incidents import OF_THE_OFFICE
from exam_server.domain.json import JSON

HIDDEN = "Hidden"
DRAFTED = "Drafted"
"""A draft was saved: a board sees that the candidate works, and nothing else of it."""

_K = EventKind

VISIBLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _K.SESSION_CHANGED: ("room", "rows", "columns"),
        _K.SESSION_CANCELLED: (),
        _K.CANDIDATE_REGISTERED: (),
        _K.CANDIDATE_UNREGISTERED: (),
        _K.REHEARSAL_BEGUN: (),
        _K.REHEARSAL_ENDED: (),
        _K.SEAT_REHEARSED: ("row", "column", "readiness"),
        _K.SESSION_OPENED: ("check_in_ends_at",),
        _K.INVIGILATOR_ADDED: ("invigilator", "name"),
        _K.DUTY_TAKEN: ("to",),
        _K.DUTY_LEFT: ("from", "reason"),
        _K.DUTY_HANDED_OVER: ("from", "to", "reason"),
        _K.IDENTITY_VERIFIED: ("document", "by"),
        _K.CANDIDATE_ABSENT: (),
        _K.CANDIDATE_REFUSED: ("reason", "note", "by"),
        _K.REFUSAL_WITHDRAWN: (),
        _K.SEAT_GIVEN: ("row", "column"),
        _K.CANDIDATE_ADMITTED: ("late", "minutes", "until"),
        _K.EXTRA_TIME_SET: ("fraction", "allowed_ms", "deadline"),
        _K.ACCOMMODATIONS_SET: ("accommodations",),
        _K.ACCESS_CARD_ISSUED: (),
        _K.CANDIDATE_ENTERED: (),
        _K.ATTEMPT_STARTED: ("deadline", "allowed_ms"),
        _K.RESPONSE_SAVED: ("position", "answered"),
        _K.ATTEMPT_PAUSED: ("reason", "left_ms", "until"),
        _K.ATTEMPT_RESUMED: ("deadline",),
        _K.TIME_EXTENDED: ("minutes", "reason", "deadline", "left_ms"),
        _K.ROOM_PAUSED: ("reason", "left"),
        _K.ROOM_RESUMED: ("deadlines",),
        _K.ATTEMPT_COMPLETED: (),
        _K.TIME_RAN_OUT: ("deadline",),
        _K.ATTEMPT_TERMINATED: ("reason", "note"),
        _K.FRAUD_REQUESTED: ("by", "note"),
        _K.FRAUD_CONFIRMED: ("request", "requested_by"),
        _K.FRAUD_WITHDRAWN: ("request", "reason"),
        _K.FRAUD_LAPSED: ("request",),
        _K.HELP_CALL_MADE: ("kind", "left_ms"),
        _K.HELP_CALL_ANSWERED: ("call", "by"),
        _K.HELP_CALL_RESOLVED: ("call", "how", "deadline", "left_ms"),
        _K.HELP_CALL_WITHDRAWN: ("call", "deadline", "left_ms"),
        _K.ITEM_REPLACED: ("reason",),
        _K.MESSAGE_SENT: ("text",),
        _K.MESSAGE_READ: (),
        _K.CONNECTION_LOST: (),
        _K.CONNECTION_BACK: (),
        _K.INCIDENT_REPORTED: ("incident", "category", "position"),
        _K.INCIDENT_AMENDED: ("incident",),
        _K.INCIDENT_WITHDRAWN: ("incident",),
        _K.INCIDENT_RESOLVED: ("incident",),
        _K.STATEMENT_RECORDED: ("incident",),
        _K.FOCUS_RETURNED: ("ms",),
        _K.SESSION_CLOSED: (),
        _K.SESSION_FINALISED: (),
        _K.SESSION_RESUMED: (),
        _K.RESULTS_PUBLISHED: (),
        _K.RESULTS_WITHDRAWN: (),
    }
)


def for_board(fact: Fact) -> dict[str, JSON]:
    """The event as an invigilator's board gets it; the number is always there, so that no gap can hide.

    `by` is the account of the member of staff whose act it is; null for what a candidate or the clock did.
    """
    names = VISIBLE.get(fact.kind)
    if names is None or fact.content.get("category") in OF_THE_OFFICE:
        return _event(fact, HIDDEN)
    if fact.kind == EventKind.RESPONSE_SAVED and not fact.content.get("final"):
        return _event(fact, DRAFTED) | {"candidate": fact.candidate}
    by = None if fact.actor in {"", SYSTEM, ROOM, fact.candidate} else fact.actor
    facts: dict[str, JSON] = {name: fact.content.get(name) for name in names}
    return {**_event(fact, fact.kind), "candidate": fact.candidate, "by": by, "facts": facts}


def _event(fact: Fact, kind: str) -> dict[str, JSON]:
    return {
        "number": fact.number,
        "at": fact.at_ms,
        "kind": str(kind),
        "candidate": None,
        "by": None,
        "facts": {},
    }
