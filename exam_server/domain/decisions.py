"""Decisions on accommodations: recorded by the officer, approved by a second person, valid for a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.accommodations import USUAL_EXTRA, Accommodations
from exam_server.domain.errors import Forbidden, InvalidInput
from exam_server.domain.json import JSON

ENDS_SOON = timedelta(days=60)
"""So long before its end a decision is named, so that a new one can be asked for in time."""
LONGEST_TEXT = 500


class DecisionState(StrEnum):
    """Where a decision stands."""

    RECORDED = "recorded"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class DecisionAction(StrEnum):
    """What is done to a decision; an approved one is never changed, but ended, and another one recorded."""

    CHANGE = "change"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    END = "end"


_S, _A = DecisionState, DecisionAction

TRANSITIONS: Mapping[tuple[DecisionState, DecisionAction], DecisionState] = MappingProxyType(
    {
        (_S.RECORDED, _A.CHANGE): _S.RECORDED,
        (_S.RECORDED, _A.APPROVE): _S.APPROVED,
        (_S.RECORDED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.END): _S.ENDED,
    }
)


class Basis(StrEnum):
    """What a decision rests on: said to the officer and to whoever approves, and to nobody else."""

    AUTHORITY = "authority"
    PAP = "pap"
    PAI = "pai"
    PPS = "pps"
    OTHER = "other"


@dataclass(frozen=True)
class Reason:
    """The part of a decision that is kept sealed."""

    basis: Basis
    reference: str
    decided_by: str
    note: str = ""

    def to_json(self) -> dict[str, JSON]:
        return {
            "basis": self.basis,
            "reference": self.reference,
            "decided_by": self.decided_by,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, written: JSON) -> "Reason":
        """Raises InvalidInput."""
        texts = written if isinstance(written, Mapping) else {}
        try:
            basis = Basis(str(texts.get("basis")))
        except ValueError:
            raise InvalidInput("bad_decision", problems=[("basis", "basis_required")]) from None
        reason = cls(
            basis, *(str(texts.get(name, "")).strip() for name in ("reference", "decided_by", "note"))
        )
        if not reason.decided_by:
            raise InvalidInput("bad_decision", problems=[("decided_by", "words_required")])
        if max(map(len, (reason.reference, reason.decided_by, reason.note))) > LONGEST_TEXT:
            raise InvalidInput("bad_decision", problems=[("note", "words_too_long")])
        return reason


@dataclass(frozen=True)
class Validity:
    """From when and until when, both days included; without an end, until the pupil leaves."""

    start: date
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        """True from the first day to the last."""
        return self.start <= day and (self.end is None or day <= self.end)

    def ends_soon(self, today: date) -> bool:
        """True in the last weeks of a validity that has an end."""
        return self.end is not None and today <= self.end <= today + ENDS_SOON


def check_decision(decided: Accommodations, validity: Validity, *, derogation: bool) -> None:
    """Raises InvalidInput where it gives nothing, ends before it begins, or exceeds the usual third."""
    problems = []
    if decided.is_empty:
        problems.append(("measures", "measure_required"))
    if validity.end is not None and validity.end < validity.start:
        problems.append(("valid_until", "ends_before_it_begins"))
    if decided.extra > USUAL_EXTRA and not derogation:
        problems.append(("extra", "derogation_required"))
    if problems:
        raise InvalidInput("bad_decision", problems=problems)


def check_second_person(recorded_by: str, person_id: str) -> None:
    """Two people stand behind an approved decision; raises Forbidden."""
    if recorded_by == person_id:
        raise Forbidden("own_decision")
