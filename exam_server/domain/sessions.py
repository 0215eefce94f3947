"""The states of a session, from planned to published or cancelled, and the phase of its check-in."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import NotAllowed


class SessionState(StrEnum):
    """Where a session stands. A withdrawn version of the results leaves it CLOSED, to be corrected."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    FINALISED = "finalised"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class SessionAction(StrEnum):
    """What may be done to a session."""

    REGISTER = "register"
    UNREGISTER = "unregister"
    CHANGE = "change"
    CANCEL = "cancel"
    REHEARSE = "rehearse"
    OPEN = "open"
    CHECK_IN = "check_in"
    REPORT = "report"
    STOP = "stop"
    INVIGILATE = "invigilate"
    CLOSE = "close"
    RULE = "rule"
    FINALISE = "finalise"
    RESUME = "resume"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


_S, _A = SessionState, SessionAction

TRANSITIONS: Mapping[tuple[SessionState, SessionAction], SessionState] = MappingProxyType(
    {
        (_S.PLANNED, _A.REGISTER): _S.PLANNED,
        (_S.PLANNED, _A.UNREGISTER): _S.PLANNED,
        (_S.PLANNED, _A.CHANGE): _S.PLANNED,
        (_S.PLANNED, _A.CANCEL): _S.CANCELLED,
        (_S.PLANNED, _A.REHEARSE): _S.PLANNED,
        (_S.PLANNED, _A.OPEN): _S.OPEN,
        (_S.OPEN, _A.REGISTER): _S.OPEN,
        (_S.OPEN, _A.REHEARSE): _S.OPEN,
        (_S.OPEN, _A.CHECK_IN): _S.OPEN,
        (_S.OPEN, _A.REPORT): _S.OPEN,
        (_S.OPEN, _A.STOP): _S.OPEN,
        (_S.OPEN, _A.INVIGILATE): _S.OPEN,
        (_S.OPEN, _A.CLOSE): _S.CLOSED,
        (_S.CLOSED, _A.REPORT): _S.CLOSED,
        (_S.CLOSED, _A.RULE): _S.CLOSED,
        (_S.CLOSED, _A.FINALISE): _S.FINALISED,
        (_S.FINALISED, _A.RESUME): _S.CLOSED,
        (_S.FINALISED, _A.PUBLISH): _S.PUBLISHED,
        (_S.PUBLISHED, _A.WITHDRAW): _S.CLOSED,
    }
)


OVER = frozenset({SessionState.CLOSED, SessionState.FINALISED, SessionState.PUBLISHED})
"""Nobody sits there any more, whatever becomes of the results."""

FINALISED = frozenset({SessionState.FINALISED, SessionState.PUBLISHED})
"""Results stand; in a CLOSED session they are to be computed, for the first time or again."""


def check_opening_day(planned: date, today: date) -> None:
    """A session opens on its day and on no other; raises NotAllowed."""
    if planned != today:
        raise NotAllowed("not_today", planned=planned.isoformat())


def check_in_end(opened_at: datetime, length: timedelta) -> datetime:
    """The instant at which the check-in phase ends."""
    return opened_at + length
