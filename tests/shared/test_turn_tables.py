"""The tables of turns are in every new store, and are made in older ones when they are opened."""

from __future__ import annotations

from pathlib import Path

from shared.database import SCHEMA_VERSION, open_database
from shared.migrations import run


def test_a_store_of_the_version_before_gets_them_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    run.upgrade(path, "0004")
    database = open_database(path)
    for table in ("turns", "job_messages"):
        assert database.read(f"SELECT * FROM {table}") == []
    database.dispose()
    assert run.current(path) == f"{SCHEMA_VERSION:04}"
