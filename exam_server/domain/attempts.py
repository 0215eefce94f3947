"""The states of an attempt: one candidate's sitting, from start to end."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class AttemptState(StrEnum):
    """Where an attempt stands. A stop of the whole room is the session's, not a state of each attempt."""

    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    TERMINATED = "terminated"


class AttemptAction(StrEnum):
    """What a person or the clock does to an attempt."""

    RESPOND = "respond"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    COMPLETE = "complete"
    RUN_OUT = "run_out"
    TERMINATE = "terminate"


class EndReason(StrEnum):
    """Why an attempt ended before its last item, or never began; the desk alone says ABSENT and REFUSED."""

    TECHNICAL = "technical"
    CANDIDATE = "candidate"
    MEDICAL = "medical"
    FRAUD_SUSPECTED = "fraud_suspected"
    ROOM_EVACUATED = "room_evacuated"
    ABSENT = "absent"
    REFUSED = "refused"
    OTHER = "other"


_S, _A = AttemptState, AttemptAction

TRANSITIONS: Mapping[tuple[AttemptState, AttemptAction], AttemptState] = MappingProxyType(
    {
        (_S.IN_PROGRESS, _A.RESPOND): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.PAUSE): _S.PAUSED,
        (_S.IN_PROGRESS, _A.EXTEND): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _A.COMPLETE): _S.COMPLETED,
        (_S.IN_PROGRESS, _A.RUN_OUT): _S.TIMED_OUT,
        (_S.IN_PROGRESS, _A.TERMINATE): _S.TERMINATED,
        (_S.PAUSED, _A.RESUME): _S.IN_PROGRESS,
        (_S.PAUSED, _A.EXTEND): _S.PAUSED,
        (_S.PAUSED, _A.TERMINATE): _S.TERMINATED,
    }
)

ENDED = frozenset({AttemptState.COMPLETED, AttemptState.TIMED_OUT, AttemptState.TERMINATED})
RUNNING = frozenset({AttemptState.IN_PROGRESS, AttemptState.PAUSED})
