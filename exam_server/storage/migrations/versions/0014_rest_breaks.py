"""Rest breaks: the one under way, and what was had of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Four columns of attempts; instants and lengths are microseconds."""
    op.add_column("attempt", sa.Column("break_since", sa.BigInteger(), nullable=True))
    op.add_column("attempt", sa.Column("break_until", sa.BigInteger(), nullable=True))
    op.add_column("attempt", sa.Column("breaks_taken", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempt", sa.Column("breaks_us", sa.BigInteger(), nullable=False, server_default="0"))
