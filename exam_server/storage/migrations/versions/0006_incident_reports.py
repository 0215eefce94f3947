"""What happened in a session, as it was reported, with what the candidate had to say."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table more; instants are microseconds."""
    op.create_table(
        "incident_report",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("session_id", sa.String(), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.String(), sa.ForeignKey("candidate.id"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("statement_declined", sa.Boolean(), nullable=False),
        sa.Column("statement_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_incident_report_session_id", "incident_report", ["session_id"])
