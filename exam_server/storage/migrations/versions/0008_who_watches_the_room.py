"""Since when each invigilator watches the room, and requests that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column, and a table; instants are microseconds."""
    op.add_column("session_invigilator", sa.Column("on_duty_since", sa.BigInteger(), nullable=True))
    op.create_table(
        "fraud_request",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("open_for", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.PrimaryKeyConstraint("session_id", "number"),
        sa.UniqueConstraint("open_for"),
    )
    op.create_index("ix_fraud_request_attempt_id", "fraud_request", ["attempt_id"])
