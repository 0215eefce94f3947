"""Proposals for the bank, and what was done with each."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables more; instants are microseconds."""
    op.create_table(
        "item_proposal",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("competence", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "proposal_step",
        sa.Column("proposal_id", sa.String(), sa.ForeignKey("item_proposal.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
    )
