"""What came of what was reported stands in the report's row; who said so, and when, is among its notes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; nothing was said of it before."""
    op.add_column("incident_report", sa.Column("outcome", sa.String(), nullable=True))
