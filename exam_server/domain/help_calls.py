"""Help calls: why a candidate asks for the invigilator, where a call stands, and when it stops the clock."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

MOST_CALLS = 20
"""Calls of one attempt: whoever would make more raises a hand, and the log is not filled by one browser."""


class HelpCallKind(StrEnum):
    """What the candidate says that it is about."""

    TECHNICAL = "technical"
    QUESTION = "question"
    PERSONAL = "personal"


class HelpCallState(StrEnum):
    """Where a call stands; ANSWERED means that somebody is coming."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class HelpCallAction(StrEnum):
    """What is done to a call: withdrawing is the candidate's own."""

    ANSWER = "answer"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"


class Resolution(StrEnum):
    """How a call ended; ATTEMPT_ENDED is the only one that nobody chose."""

    DISMISSED = "dismissed"
    TIME_GIVEN = "time_given"
    ITEM_REPLACED = "item_replaced"
    ATTEMPT_ENDED = "attempt_ended"


class HelpStopsClock(StrEnum):
    """For which calls the candidate's clock stands still until the call is over."""

    NONE = "none"
    TECHNICAL = "technical"
    ALL = "all"

    def holds_for(self, kind: HelpCallKind) -> bool:
        """True when a call of this kind stops the clock."""
        return self is HelpStopsClock.ALL or (
            self is HelpStopsClock.TECHNICAL and kind is HelpCallKind.TECHNICAL
        )


_S, _A = HelpCallState, HelpCallAction

TRANSITIONS: Mapping[tuple[HelpCallState, HelpCallAction], HelpCallState] = MappingProxyType(
    {
        (_S.OPEN, _A.ANSWER): _S.ANSWERED,
        (_S.OPEN, _A.RESOLVE): _S.RESOLVED,
        (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.ANSWERED, _A.RESOLVE): _S.RESOLVED,
        (_S.ANSWERED, _A.WITHDRAW): _S.WITHDRAWN,
    }
)
