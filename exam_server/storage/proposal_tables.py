"""What authors propose for the bank: a skill's file each, and what was done with it step by step."""

import datetime as dt
from typing import Any

from sqlmodel import Column, Field, SQLModel, Text

from exam_server.storage.columns import Instant


def _instant(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=nullable))


class ItemProposal(SQLModel, table=True):
    """A skill's file as its author wants it; `base` is the digest of the text that it was written over."""

    __tablename__ = "item_proposal"

    id: str = Field(primary_key=True)
    competence: str
    skill: str
    base: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    state: str
    author_id: str = Field(foreign_key="account.id")
    steps: int
    changed_at: dt.datetime = _instant()
    approved_at: dt.datetime | None = _instant(nullable=True)


class ProposalStep(SQLModel, table=True):
    """One thing that was done with a proposal; `text` is what it was done with, where it had changed."""

    __tablename__ = "proposal_step"

    proposal_id: str = Field(primary_key=True, foreign_key="item_proposal.id")
    number: int = Field(primary_key=True)
    at: dt.datetime = _instant()
    action: str
    actor_id: str = Field(foreign_key="account.id")
    remark: str = ""
    text: str | None = Field(default=None, sa_column=Column(Text))
