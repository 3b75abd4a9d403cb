"""The tables of the HTTP API."""

from __future__ import annotations

import re
from pathlib import Path

from shared.api_tables import API_TABLES
from shared.database import open_database


def test_every_table_is_made_and_belongs_to_tenants(tmp_path: Path) -> None:
    database = open_database(tmp_path / "db.sqlite3")
    names = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", API_TABLES)
    assert len(names) == 15
    for name in names:
        columns = {row["name"] for row in database.read(f"PRAGMA table_info({name})")}
        assert columns >= ({"id", "salt"} if name == "tenants" else {"tenant", "created_at"})
    database.dispose()
