"""The receipt of a test: how many items were passed over, and the digest of the responses that count."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns of attempts; tests that are over get no receipt."""
    op.add_column("attempt", sa.Column("passed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempt", sa.Column("receipt", sa.String(), nullable=True))
