"""The rules that a session was opened with; null for one that is not open yet, or was opened before this."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more column."""
    op.add_column("session", sa.Column("rules", sa.Text(), nullable=True))
