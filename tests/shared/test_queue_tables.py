"""The queue's table is in every new store, and is made in older ones when they are opened."""

from __future__ import annotations

from pathlib import Path

from shared.database import SCHEMA_VERSION, open_database
from shared.migrations import run


def test_a_store_of_the_version_before_gets_it_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    run.upgrade(path, "0003")
    database = open_database(path)
    assert database.read("SELECT * FROM outbox") == []
    database.dispose()
    assert run.current(path) == f"{SCHEMA_VERSION:04}"
