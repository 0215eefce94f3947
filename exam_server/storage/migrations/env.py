"""Alembic's entry: migrations run on the connection that the store hands over."""

from alembic import context
from sqlmodel import SQLModel

# They fill the metadata.
from exam_server.storage import (  # noqa: F401
    comfort_tables,
    credential_tables,
    decision_tables,
    fraud_tables,
    proposal_tables,
    rehearsal_tables,
    request_tables,
    results_tables,
    tables,
)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
