"""The tables of turns and of films' messages."""

from __future__ import annotations

from alembic import op

from shared.turn_tables import TURN_TABLES

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    for statement in TURN_TABLES.split(";")[:-1]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: turns begin anew, and messages of films that wait are sent again."""
    op.drop_table("job_messages")
    op.drop_table("turns")
