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


class CandidateAction(StrEnum):
    """What an invigilator does at the check-in desk; START is the candidate's own."""

    VERIFY_IDENTITY = "verify_identity"
    GIVE_SEAT = "give_seat"
    ADMIT = "admit"
    MARK_ABSENT = "mark_absent"
    START = "start"


class IdentityDocument(StrEnum):
    """How an identity was established."""

    IDENTITY_CARD = "carte_identite"
    PASSPORT = "passeport"
    SCHOOL_CARD = "carte_scolaire"
    KNOWN_PERSONALLY = "connu_personnellement"
    OTHER = "autre"


_S, _A = CandidateState, CandidateAction

TRANSITIONS: Mapping[tuple[CandidateState, CandidateAction], CandidateState] = MappingProxyType(
    {
        (_S.REGISTERED, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.REGISTERED, _A.GIVE_SEAT): _S.REGISTERED,
        (_S.REGISTERED, _A.MARK_ABSENT): _S.ABSENT,
        (_S.PRESENT, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.PRESENT, _A.GIVE_SEAT): _S.PRESENT,
        (_S.PRESENT, _A.ADMIT): _S.ADMITTED,
        (_S.PRESENT, _A.MARK_ABSENT): _S.ABSENT,
        (_S.ABSENT, _A.VERIFY_IDENTITY): _S.PRESENT,
        (_S.ADMITTED, _A.GIVE_SEAT): _S.ADMITTED,
        (_S.ADMITTED, _A.MARK_ABSENT): _S.ABSENT,
        (_S.ADMITTED, _A.START): _S.ADMITTED,
    }
)


@dataclass(frozen=True)
class Seat:
    """A place in the room's plan; rows and columns count from 1."""

    row: int
    column: int

    def check_within(self, rows: int, columns: int) -> None:
        """Raises InvalidInput for a place that the plan does not have."""
        if not (1 <= self.row <= rows and 1 <= self.column <= columns):
            raise InvalidInput("no_such_seat", rows=rows, columns=columns)
