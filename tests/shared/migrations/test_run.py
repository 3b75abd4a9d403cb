"""The migrations lead to what `open_database` makes, and back to nothing, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.database import SCHEMA_VERSION, open_database
from shared.errors import InvalidInput, Unavailable
from shared.migrations import run
from tests.contract.stores import empty_schema, postgres_url

Where = Path | str
LAST = f"{SCHEMA_VERSION:04}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Where, Where]]:
    """Two empty databases of one kind."""
    if request.param == "sqlite":
        yield tmp_path / "one.sqlite3", tmp_path / "other.sqlite3"
        return
    url = request.getfixturevalue("server")
    with empty_schema(url) as one, empty_schema(url) as other:
        yield one, other


def described(where: Where) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database tells."""
    engine = run._engine(where)
    inspector = sa.inspect(engine)
    found = {
        table: (
            {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
            inspector.get_pk_constraint(table)["constrained_columns"],
            _indexes(engine, table),
        )
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return found


def _indexes(engine: sa.Engine, table: str) -> Any:
    if engine.dialect.name != "sqlite":
        return sa.inspect(engine).get_indexes(table)
    # SQLAlchemy reads no index over an expression there.
    asked = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :of")
    with engine.connect() as connection:
        rows = connection.execute(asked.bindparams(of=table)).all()
    return sorted((name, " ".join((sql or "").split())) for name, sql in rows)


def test_migrated_is_what_open_database_makes(places: tuple[Where, Where]) -> None:
    opened, migrated = places
    open_database(opened).dispose()
    assert run.current(migrated) == ""
    assert run.upgrade(migrated) == LAST
    assert {"executions", "builds"} <= set(described(opened))
    assert described(migrated) == described(opened)
    assert run.current(opened) == run.current(migrated) == LAST
    open_database(migrated).dispose()


def test_down_leaves_nothing_and_up_brings_it_back(places: tuple[Where, Where]) -> None:
    where, other = places
    open_database(where).dispose()
    before = described(where)
    assert run.downgrade(where) == ""
    assert described(where) == {}
    assert run.upgrade(where) == LAST
    assert described(where) == before
    assert described(other) == {}


def test_step_by_step_up_and_down_again(places: tuple[Where, Where]) -> None:
    where, _ = places
    seen = []
    for version in range(1, SCHEMA_VERSION + 1):
        assert run.upgrade(where, f"{version:04}") == f"{version:04}"
        seen.append(described(where))
    for version in range(SCHEMA_VERSION - 1, 0, -1):
        assert run.downgrade(where, f"{version:04}") == f"{version:04}"
        assert described(where).keys() == seen[version - 1].keys()
    assert [len(tables) for tables in seen] == sorted({len(tables) for tables in seen})


def test_an_older_database_keeps_its_rows(places: tuple[Where, Where]) -> None:
    where, _ = places
    run.upgrade(where, "0001")
    engine = run._engine(where)
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO builds VALUES ('t', 'd', 'b', 'i', 0)"))
        connection.commit()
    engine.dispose()
    run.upgrade(where)
    database = open_database(where)
    assert database.read("SELECT timeline FROM builds")[0][0] == "t"
    database.dispose()


def test_many_may_migrate_at_once(places: tuple[Where, Where]) -> None:
    where, _ = places
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(run.upgrade(where))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [LAST] * 3


def test_what_cannot_be_migrated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="postgresql://"):
        run.upgrade("mysql://u:hunter2@h/x")
    with pytest.raises(Unavailable, match="cannot be migrated"):
        run.upgrade(tmp_path / "no" / "such" / "folder.sqlite3")
