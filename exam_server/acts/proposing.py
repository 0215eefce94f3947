"""The life of a proposal for the bank: written, sent, sent back, approved by a second person, revoked."""

from dataclasses import dataclass

from exam_server.acts.identifiers import new_id
from exam_server.domain.errors import NotAllowed, NotFound
from exam_server.domain.proposals import (
    TRANSITIONS,
    ProposalAction,
    ProposalState,
    check_person,
    check_remark,
    check_seen,
)
from exam_server.domain.roles import Person
from exam_server.domain.transitions import move
from exam_server.storage.proposal_rows import approved_changes, proposals_of
from exam_server.storage.proposal_tables import ItemProposal, ProposalStep
from exam_server.storage.transaction import Transaction
from question_bank.changes import Change


@dataclass(frozen=True)
class Seen:
    """The proposal that a person decides on, as their page showed it: how many steps it had taken."""

    proposal_id: str
    steps: int


def begin_proposal(tx: Transaction, by: Person, change: Change) -> str:
    """A draft of one's own; returns its id."""
    proposal = ItemProposal(
        id=new_id(),
        competence=change.competence,
        skill=change.skill,
        base=change.base,
        text=change.text,
        state=ProposalState.DRAFT,
        author_id=by.id,
        steps=0,
        changed_at=tx.now,
    )
    tx.orm.add(proposal)
    tx.orm.flush()
    _note(tx, proposal, by, ProposalAction.WRITE, text=change.text)
    return proposal.id


def write_proposal(tx: Transaction, by: Person, seen: Seen, text: str) -> int:
    """Keeps the author's text, faults and all; returns the number of its steps."""
    proposal = _moved(tx, by, seen, ProposalAction.WRITE)
    proposal.text = text
    return _note(tx, proposal, by, ProposalAction.WRITE, text=text)


def move_proposal(tx: Transaction, by: Person, seen: Seen, action: ProposalAction, remark: str = "") -> int:
    """Everything but writing and approving; returns the number of steps."""
    check_remark(action, remark)
    proposal = _moved(tx, by, seen, action)
    if action is ProposalAction.REVOKE:
        _check_on_top(tx, proposal)
    return _note(tx, proposal, by, action, remark)


def approve_proposal(
    tx: Transaction, by: Person, seen: Seen, tried_with: tuple[Change, ...], remark: str = ""
) -> int:
    """A second person's word. `tried_with`: the changes under which the bank with this one was checked.

    Raises NotAllowed where others were approved meanwhile: the bank has to be checked anew.
    """
    proposal = _locked(tx, seen)
    # Two proposals for one skill: the second to be approved is to find the first.
    proposals_of(tx, proposal.competence, proposal.skill, locked=not tx.is_alone)
    approved_before = approved_changes(tx.connection)
    _moved(tx, by, seen, ProposalAction.APPROVE)
    if approved_before != tried_with:
        raise NotAllowed("bank_changed")
    proposal.approved_at = tx.now
    return _note(tx, proposal, by, ProposalAction.APPROVE, remark)


def _moved(tx: Transaction, by: Person, seen: Seen, action: ProposalAction) -> ItemProposal:
    """The proposal in its next state, if this person may do this and it still stands as it was seen."""
    proposal = _locked(tx, seen)
    check_person(action, proposal.author_id, by.id)
    after = move(TRANSITIONS, ProposalState(proposal.state), action)
    check_seen(proposal.steps, seen.steps)
    proposal.state = after
    return proposal


def _locked(tx: Transaction, seen: Seen) -> ItemProposal:
    proposal = tx.orm.get(ItemProposal, seen.proposal_id, with_for_update=not tx.is_alone)
    if proposal is None:
        raise NotFound
    return proposal


def _check_on_top(tx: Transaction, proposal: ItemProposal) -> None:
    """What was approved over it would fall with it, unsaid."""
    after = proposal.approved_at or tx.now
    for other in proposals_of(tx, proposal.competence, proposal.skill):
        if other.state == ProposalState.APPROVED and other.approved_at and other.approved_at > after:
            raise NotAllowed("proposal_built_upon")


def _note(
    tx: Transaction,
    proposal: ItemProposal,
    by: Person,
    action: ProposalAction,
    remark: str = "",
    text: str | None = None,
) -> int:
    proposal.steps += 1
    proposal.changed_at = tx.now
    step = ProposalStep(
        proposal_id=proposal.id,
        number=proposal.steps,
        at=tx.now,
        action=action,
        actor_id=by.id,
        remark=remark,
        text=text,
    )
    tx.orm.add(step)
    return proposal.steps
