"""The tables of turns and of films' messages."""

from __future__ import annotations

from alembic import op

from shared.turn_tables import TURN_TABLES

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and the index that asks for a tenant's work."""
    for statement in TURN_TABLES.split(";")[:-1]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: turns begin anew, and messages of films that wait are sent again."""
    op.drop_table("job_messages")
    op.drop_index("ix_outbox_queue", "outbox")
    op.drop_table("turns")
