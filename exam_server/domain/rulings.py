"""What the head decides about one candidate after an incident, and what each decision does. Pure.

    leave_out   items do not count: the score is computed again without the responses to them
    cancel      the attempt is cancelled (technical): it counts for nothing, the pupil may sit again
    reject      the attempt is rejected (fraud): two persons, and the candidate was heard or declined to speak
    keep        the attempt stands, also where it was ended for suspected fraud

Every ruling can be reversed, and stays in the log with its reversal. About the attempt as a whole one ruling
stands at a time; an item is left out by one ruling at a time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import Forbidden, InvalidInput, NotAllowed

LONGEST_REASON = 500


class RulingKind(StrEnum):
    """What is decided."""

    LEAVE_OUT = "leave_out"
    CANCEL = "cancel"
    REJECT = "reject"
    KEEP = "keep"


class RulingState(StrEnum):
    """Where a ruling stands: PROPOSED waits for a second person."""

    PROPOSED = "proposed"
    STANDING = "standing"
    DROPPED = "dropped"
    REVERSED = "reversed"


class RulingAction(StrEnum):
    """What is done to a ruling."""

    CONFIRM = "confirm"
    DROP = "drop"
    REVERSE = "reverse"


_S, _A = RulingState, RulingAction

TRANSITIONS: Mapping[tuple[RulingState, RulingAction], RulingState] = MappingProxyType(
    {
        (_S.PROPOSED, _A.CONFIRM): _S.STANDING,
        (_S.PROPOSED, _A.DROP): _S.DROPPED,
        (_S.STANDING, _A.REVERSE): _S.REVERSED,
    }
)

ABOUT_ATTEMPT = frozenset({RulingKind.CANCEL, RulingKind.REJECT, RulingKind.KEEP})
TAKES_TWO = frozenset({RulingKind.REJECT})


@dataclass(frozen=True)
class Wanted:
    """A ruling as the head wants it; `positions` are the items to leave out, `incident` what it answers."""

    candidate: str
    kind: RulingKind
    reason: str
    positions: tuple[int, ...] = ()
    incident: str | None = None


@dataclass(frozen=True)
class Standing:
    """A ruling that is there already, proposed or standing."""

    kind: RulingKind
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Heard:
    """The report that a ruling answers: whom it is about, and whether that candidate was heard."""

    candidate: str | None
    has_statement: bool
    has_declined: bool


def check_wanted(
    wanted: Wanted, answered: frozenset[int], standing: Iterable[Standing], heard: Heard | None
) -> None:
    """Raises InvalidInput that names each field which lacks something, or NotAllowed as things stand.

    `answered` are the positions that the candidate responded to, in an attempt that is over.
    """
    problems = []
    if not 1 <= len(wanted.reason.strip()) <= LONGEST_REASON:
        problems.append(("reason", "ruling_reason_missing"))
    if wanted.kind is RulingKind.LEAVE_OUT:
        if not wanted.positions or not answered.issuperset(wanted.positions):
            problems.append(("positions", "positions_not_answered"))
    elif wanted.positions:
        problems.append(("positions", "positions_of_another_ruling"))
    if wanted.kind is RulingKind.REJECT and heard is None:
        problems.append(("incident", "incident_required"))
    if heard is not None and heard.candidate not in (None, wanted.candidate):
        problems.append(("incident", "incident_of_another"))
    if problems:
        raise InvalidInput("invalid_ruling", problems=problems)
    if (
        wanted.kind is RulingKind.REJECT
        and heard is not None
        and not (heard.has_statement or heard.has_declined)
    ):
        raise NotAllowed("not_heard")
    _check_beside(wanted, standing)


def _check_beside(wanted: Wanted, standing: Iterable[Standing]) -> None:
    """One ruling about the attempt at a time, and one about each item: the earlier one is reversed first."""
    for other in standing:
        if wanted.kind in ABOUT_ATTEMPT and other.kind in ABOUT_ATTEMPT:
            raise NotAllowed("ruling_stands")
        if set(wanted.positions) & set(other.positions):
            raise NotAllowed("item_left_out")


def check_second(proposed_by: str, confirming: str) -> None:
    """Two different persons; raises Forbidden."""
    if proposed_by == confirming:
        raise Forbidden("second_person_needed")
