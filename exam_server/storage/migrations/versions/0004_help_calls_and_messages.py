"""Help calls, what of the time ledger belongs to them, the items that were replaced, and unread messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table, and the columns by which the others know of it."""
    op.create_table(
        "help_call",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("open_for", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stops_clock", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.PrimaryKeyConstraint("session_id", "number"),
        sa.UniqueConstraint("open_for"),
    )
    op.create_index("ix_help_call_attempt_id", "help_call", ["attempt_id"])
    op.add_column("time_entry", sa.Column("help_call", sa.Integer(), nullable=True))
    op.add_column("given_item", sa.Column("neutralised_after", sa.Integer(), nullable=True))
    op.add_column("given_item", sa.Column("seconds", sa.Integer(), nullable=True))
    op.add_column("attempt", sa.Column("replaced", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("candidate", sa.Column("messages", sa.Text(), nullable=False, server_default="[]"))
