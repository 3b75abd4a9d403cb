"""Version 0005: which tables it adds, and takes away again."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from shared.migrations import run


def tables(path: Path) -> set[str]:
    engine = run._engine(path)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_it_adds_its_tables_and_takes_them_away(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    run.upgrade(path, "0004")
    before = tables(path)
    run.upgrade(path, "0005")
    assert tables(path) - before == {"turns", "job_messages"}
    run.downgrade(path, "0004")
    assert tables(path) == before
