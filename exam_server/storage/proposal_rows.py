"""Proposals as pages list them, and the changes to the bank that were approved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel import col, select

from exam_server.domain.proposals import ProposalAction, ProposalState
from exam_server.storage.prepared import table_of
from exam_server.storage.proposal_tables import ItemProposal, ProposalStep
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Reading
from question_bank.changes import Change

_PROPOSALS = table_of(ItemProposal)


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in a list."""

    id: str
    competence: str
    skill: str
    state: ProposalState
    author_id: str
    author: str
    changed_at: datetime


@dataclass(frozen=True)
class StepRow:
    """What somebody did with a proposal."""

    action: ProposalAction
    by: str
    at: datetime
    remark: str


def proposal_rows(reading: Reading) -> list[ProposalRow]:
    """All of them, the one that changed last first."""
    rows = reading.orm.execute(
        select(ItemProposal, Account.name)
        .join(Account, col(Account.id) == ItemProposal.author_id)
        .order_by(col(ItemProposal.changed_at).desc(), col(ItemProposal.id))
    ).all()
    return [
        ProposalRow(
            id=one.id,
            competence=one.competence,
            skill=one.skill,
            state=ProposalState(one.state),
            author_id=one.author_id,
            author=name,
            changed_at=one.changed_at,
        )
        for one, name in rows
    ]


def step_rows(reading: Reading, proposal_id: str) -> list[StepRow]:
    """What was done with one, in order."""
    rows = reading.orm.execute(
        select(ProposalStep, Account.name)
        .join(Account, col(Account.id) == ProposalStep.actor_id)
        .where(ProposalStep.proposal_id == proposal_id)
        .order_by(col(ProposalStep.number))
    ).all()
    return [StepRow(ProposalAction(one.action), name, one.at, one.remark) for one, name in rows]


def proposals_of(
    reading: Reading, competence: str, skill: str, *, locked: bool = False
) -> list[ItemProposal]:
    """Everything that was ever proposed for one skill; `locked` until the transaction ends."""
    same = (ItemProposal.competence == competence, ItemProposal.skill == skill)
    found = select(ItemProposal).where(*same).order_by(col(ItemProposal.id))
    return list(reading.orm.scalars(found.with_for_update() if locked else found))


def approved_changes(connection: Connection) -> tuple[Change, ...]:
    """What was approved and not revoked, in the order in which it was."""
    rows = connection.execute(
        select(_PROPOSALS.c.competence, _PROPOSALS.c.skill, _PROPOSALS.c.base, _PROPOSALS.c.text)
        .where(_PROPOSALS.c.state == ProposalState.APPROVED.value)
        .order_by(_PROPOSALS.c.approved_at, _PROPOSALS.c.id)
    ).all()
    return tuple(Change(*row) for row in rows)
