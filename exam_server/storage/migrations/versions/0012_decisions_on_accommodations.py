"""Decisions on accommodations with their sealed reasons, and what holds for each candidate."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Four tables more, and columns of candidates; instants are microseconds."""
    op.create_table(
        "pupil_key",
        sa.Column("pupil_id", sa.String(), sa.ForeignKey("pupil.id"), primary_key=True),
        sa.Column("wrapped_by", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "accommodation_decision",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("pupil_id", sa.String(), sa.ForeignKey("pupil.id"), nullable=False, index=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("derogation", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.String(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
    )
    _what_is_sealed_and_who_reads_it()
    op.add_column("candidate", sa.Column("accommodations", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("candidate", sa.Column("adult", sa.String(), nullable=True))
    op.add_column("candidate", sa.Column("place", sa.String(), nullable=True))


def _what_is_sealed_and_who_reads_it() -> None:
    op.create_table(
        "decision_evidence",
        sa.Column("decision_id", sa.String(), sa.ForeignKey("accommodation_decision.id"), primary_key=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "reason_reading",
        sa.Column("decision_id", sa.String(), sa.ForeignKey("accommodation_decision.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
    )
