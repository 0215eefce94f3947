"""Ending a test for suspected fraud takes two: one person requests it, another confirms. Pure.

It cannot be undone, so it is never one person's decision where the session's rules say so. While a request
waits nothing changes for the candidate: the clock runs, the test goes on, and the page knows nothing of it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import Forbidden, InvalidInput

LONGEST_NOTE = 500


class FraudRequestState(StrEnum):
    """Where a request stands; LAPSED: the test ended otherwise before anybody had decided."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class FraudRequestAction(StrEnum):
    """What is done to a request: LAPSE is the end of the attempt's own."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_S, _A = FraudRequestState, FraudRequestAction

TRANSITIONS: Mapping[tuple[FraudRequestState, FraudRequestAction], FraudRequestState] = MappingProxyType(
    {
        (_S.OPEN, _A.CONFIRM): _S.CONFIRMED,
        (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.OPEN, _A.LAPSE): _S.LAPSED,
    }
)


def check_note(note: str) -> str:
    """What was seen, as it is kept: whoever is to confirm must know. Raises InvalidInput for nothing."""
    plain = note.strip()
    if not 1 <= len(plain) <= LONGEST_NOTE:
        raise InvalidInput("fraud_note_missing", most=LONGEST_NOTE)
    return plain


def check_second(requested_by: str, confirming: str) -> None:
    """Two different persons; raises Forbidden."""
    if requested_by == confirming:
        raise Forbidden("second_person_needed")
