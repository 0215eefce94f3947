"""The rehearsal of a room: the code that lets its computers in, and what was measured at each seat last."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables more; instants are microseconds."""
    op.create_table(
        "rehearsal",
        sa.Column("session_id", sa.String(), sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("code", sa.String(), nullable=True, unique=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "rehearsed_seat",
        sa.Column("session_id", sa.String(), sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("seat_row", sa.Integer(), primary_key=True),
        sa.Column("seat_column", sa.Integer(), primary_key=True),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=False),
        sa.Column("readiness", sa.String(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("trials", sa.Integer(), nullable=False),
    )
