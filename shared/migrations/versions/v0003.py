"""The tables of the HTTP API."""

from __future__ import annotations

import re

from alembic import op

from shared.api_tables import API_TABLES

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    # They are version 3 for good (see the module), so they are not written down twice.
    for statement in API_TABLES.split(";")[:-1]:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: films stay in the store, but nobody can ask for them over HTTP."""
    for name in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", API_TABLES):
        op.drop_table(name)
