"""The settings of a page that a pupil reads best with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table more."""
    op.create_table(
        "pupil_comfort",
        sa.Column("pupil_id", sa.String(), sa.ForeignKey("pupil.id"), primary_key=True),
        sa.Column("settings", sa.Text(), nullable=False),
    )
