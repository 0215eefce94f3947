"""Proposals for the bank: one person writes a skill's file anew, a second one approves it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from exam_server.domain.errors import Forbidden, InvalidInput, NotAllowed

LONGEST_REMARK = 2000


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class ProposalAction(StrEnum):
    """What is done to a proposal; RETURN, APPROVE and REVOKE are never only the author's own word."""

    WRITE = "write"
    SEND = "send"
    TAKE_BACK = "take_back"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REVOKE = "revoke"


_S, _A = ProposalState, ProposalAction

TRANSITIONS: Mapping[tuple[ProposalState, ProposalAction], ProposalState] = MappingProxyType(
    {
        (_S.DRAFT, _A.WRITE): _S.DRAFT,
        (_S.DRAFT, _A.SEND): _S.IN_REVIEW,
        (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.WITHDRAWN, _A.REOPEN): _S.DRAFT,
        (_S.IN_REVIEW, _A.TAKE_BACK): _S.DRAFT,
        (_S.IN_REVIEW, _A.RETURN): _S.DRAFT,
        (_S.IN_REVIEW, _A.APPROVE): _S.APPROVED,
        (_S.APPROVED, _A.REVOKE): _S.REVOKED,
    }
)

OF_THE_AUTHOR = frozenset({_A.WRITE, _A.SEND, _A.TAKE_BACK, _A.WITHDRAW, _A.REOPEN})
OF_ANOTHER = frozenset({_A.RETURN, _A.APPROVE})
WITH_A_REASON = frozenset({_A.RETURN, _A.REVOKE})


def check_person(action: ProposalAction, author_id: str, person_id: str) -> None:
    """Two people stand behind what is approved; raises Forbidden. Whoever finds a fault may revoke."""
    if action in OF_THE_AUTHOR and person_id != author_id:
        raise Forbidden("not_your_proposal")
    if action in OF_ANOTHER and person_id == author_id:
        raise Forbidden("own_proposal")


def check_remark(action: ProposalAction, remark: str) -> None:
    """Whoever sends work back or takes it out says why; raises InvalidInput."""
    if action in WITH_A_REASON and not remark:
        raise InvalidInput("invalid_proposal", problems=[("remark", "reason_required")])


def check_seen(steps: int, seen: int) -> None:
    """Nobody decides on, or writes over, what has changed since their page was shown; raises NotAllowed."""
    if steps != seen:
        raise NotAllowed("proposal_changed")
