"""Why somebody who came to the desk was not let in stands in the candidate's row, for the board."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; nobody was refused before."""
    op.add_column("candidate", sa.Column("refused_for", sa.String(), nullable=True))
    op.add_column("candidate", sa.Column("refusal_note", sa.String(), nullable=True))
