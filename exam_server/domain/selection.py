"""Acts on a selection: whom an act concerns among the candidates who were chosen, and why not the others."""

from collections.abc import Iterable
from enum import StrEnum

from exam_server.domain.attempts import ENDED, TRANSITIONS, AttemptAction, AttemptState, EndReason
from exam_server.domain.errors import InvalidInput

MOST_CHOSEN = 400
"""The largest plan of a room has so many seats."""

END_REASONS = frozenset(
    {
        EndReason.TECHNICAL,
        EndReason.CANDIDATE,
        EndReason.MEDICAL,
        EndReason.ROOM_EVACUATED,
        EndReason.OTHER,
    }
)
"""Why several tests may be ended at once. A suspicion of fraud is about one person: never among them."""


class SelectionAct(StrEnum):
    """What may be done for several candidates at once."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    TERMINATE = "terminate"
    MESSAGE = "message"


class Unfit(StrEnum):
    """Why an act does not concern somebody who was chosen."""

    NOT_STARTED = "not_started"
    ENDED = "ended"
    TIME_IS_OVER = "time_is_over"
    ALREADY_PAUSED = "already_paused"
    NOT_PAUSED = "not_paused"


def unfit_for(act: SelectionAct, state: AttemptState | None, *, is_over: bool) -> Unfit | None:
    """Why the act leaves somebody as is; None for whom it concerns.

    `state` is None before the start; `is_over` says that the deadline has passed and the clock has not closed
    the test yet. A message is for everyone whose test has not ended, as one to the whole room is.
    """
    if state in ENDED:
        return Unfit.ENDED
    if act is SelectionAct.MESSAGE:
        return None
    if state is None:
        return Unfit.NOT_STARTED
    if is_over:
        return Unfit.TIME_IS_OVER
    if (state, AttemptAction(act)) in TRANSITIONS:
        return None
    return Unfit.ALREADY_PAUSED if act is SelectionAct.PAUSE else Unfit.NOT_PAUSED


def checked_choice(candidates: Iterable[str]) -> tuple[str, ...]:
    """Who was chosen, each once; raises InvalidInput for nobody, or for more than a room holds."""
    chosen = tuple(dict.fromkeys(candidates))
    if not 1 <= len(chosen) <= MOST_CHOSEN:
        raise InvalidInput("bad_selection", most=MOST_CHOSEN)
    return chosen


def check_end(reason: EndReason, note: str) -> None:
    """Raises InvalidInput for a reason that is one person's alone, or that needs a word and has none."""
    if reason not in END_REASONS:
        raise InvalidInput("bad_reason")
    if reason is EndReason.OTHER and not note:
        raise InvalidInput("note_missing")
