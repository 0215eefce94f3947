"""The states of a candidate before the test: registered, present, admitted, or absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import InvalidInput


class CandidateState(StrEnum):
    """Where a candidate stands at the check-in desk."""

    REGISTERED = "registered"
    PRESENT = "present"
    ADMITTED = "admitted"
    ABSENT = "absent"
    REFUSED = "refused"


class CandidateAction(StrEnum):
    """What an invigilator does at the check-in desk; START is the candidate's own."""

    VERIFY_IDENTITY = "verify_identity"
    GIVE_SEAT = "give_seat"
    ADMIT = "admit"
    MARK_ABSENT = "mark_absent"
    REFUSE = "refuse"
    WITHDRAW_REFUSAL = "withdraw_refusal"
    START = "start"


class IdentityDocument(StrEnum):
    """How an identity was established."""

    IDENTITY_CARD = "carte_identite"
    PASSPORT = "passeport"
    SCHOOL_CARD = "carte_scolaire"
    KNOWN_PERSONALLY = "connu_personnellement"
    OTHER = "autre"


class RefusalReason(StrEnum):
    """Why somebody who came was not let in. A fact of the door, never a judgement of the person."""

    NO_DOCUMENT = "no_document"
    IDENTITY_NOT_ESTABLISHED = "identity_not_established"
    TOO_LATE = "too_late"
    RULES_NOT_ACCEPTED = "rules_not_accepted"
    OTHER = "other"


_S, _A = CandidateState, CandidateAction

TRANSITIONS: Mapping[tuple[CandidateState, CandidateAction], CandidateState] = MappingProxyType(
    {
        (_S.REGISTERED, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.REGISTERED, _A.GIVE_SEAT): _S.REGISTERED,
        (_S.REGISTERED, _A.MARK_ABSENT): _S.ABSENT,
        (_S.REGISTERED, _A.REFUSE): _S.REFUSED,
        (_S.PRESENT, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.PRESENT, _A.GIVE_SEAT): _S.PRESENT,
        (_S.PRESENT, _A.ADMIT): _S.ADMITTED,
        (_S.PRESENT, _A.MARK_ABSENT): _S.ABSENT,
        (_S.PRESENT, _A.REFUSE): _S.REFUSED,
        (_S.ABSENT, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.ABSENT, _A.REFUSE): _S.REFUSED,
        (_S.REFUSED, _A.WITHDRAW_REFUSAL): _S.REGISTERED,
        (_S.ADMITTED, _A.GIVE_SEAT): _S.ADMITTED,
        (_S.ADMITTED, _A.ADMIT): _S.ADMITTED,
        (_S.ADMITTED, _A.MARK_ABSENT): _S.ABSENT,
        (_S.ADMITTED, _A.REFUSE): _S.REFUSED,
        (_S.ADMITTED, _A.START): _S.ADMITTED,
    }
)

SETTLED_AT_DESK = frozenset({CandidateState.ABSENT, CandidateState.REFUSED})
"""Why these never started is known already: the closing asks for no reason."""


@dataclass(frozen=True)
class Seat:
    """A place in the room's plan; rows and columns count from 1."""

    row: int
    column: int

    def check_within(self, rows: int, columns: int) -> None:
        """Raises InvalidInput for a place that the plan does not have."""
        if not (1 <= self.row <= rows and 1 <= self.column <= columns):
            raise InvalidInput("no_such_seat", rows=rows, columns=columns)
