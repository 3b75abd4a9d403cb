"""Executions and builds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "executions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("backend", sa.String, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("lease_expires_at", sa.Float),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("result", sa.String),
        sa.Column("outputs", sa.Text),
        sa.Column("error_code", sa.String),
        sa.Column("error_message", sa.Text),
        sa.Column("queued_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
        sa.Column("run_seconds", sa.Float),
        sa.Column("cpu_seconds", sa.Float),
    )
    op.create_index("ix_executions_state", "executions", ["state"])
    op.create_table(
        "builds",
        sa.Column("timeline", sa.String, primary_key=True),
        sa.Column("delivery", sa.String, primary_key=True),
        sa.Column("build", sa.String, nullable=False),
        sa.Column("inspection", sa.String, nullable=False),
        sa.Column("finished_at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables: everything is computed again."""
    op.drop_table("builds")
    op.drop_index("ix_executions_state", "executions")
    op.drop_table("executions")
