"""How an item was chosen is kept by the log alone: nothing read the copy beside the item."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column less, on the table that grows with every response."""
    op.drop_column("given_item", "choice")
