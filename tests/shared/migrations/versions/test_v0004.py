"""Version 0004: which tables it adds, and takes away again."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from shared.migrations import run


def tables(path: Path) -> set[str]:
    engine = run._engine(path)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_it_adds_its_table_and_takes_it_away(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    run.upgrade(path, "0003")
    before = tables(path)
    run.upgrade(path, "0004")
    assert tables(path) - before == {"outbox"}
    run.downgrade(path, "0003")
    assert tables(path) == before
