"""The table of the queue."""

from __future__ import annotations

from alembic import op

from shared.queue_tables import QUEUE_TABLES

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    for statement in QUEUE_TABLES.split(";")[:-1]:
        op.execute(statement)


def downgrade() -> None:
    """Drop it: what waits in a queue is asked for again by whoever still wants it."""
    op.drop_table("outbox")
