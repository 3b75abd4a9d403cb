"""Transactions, on a SQLite file and on a real PostgreSQL server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import (
    ADDITIVE_SINCE,
    NOW,
    SCHEMA_VERSION,
    Database,
    is_current,
    open_database,
)
from shared.errors import Unavailable
from tests.contract.stores import empty_schema, postgres_url

_INSERT = "INSERT INTO builds VALUES (:timeline, 'd', 'b', 'i', 0)"
_COUNT = "SELECT count(*) AS found FROM builds"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if request.param == "sqlite":
        yield tmp_path / "db.sqlite3"
        return
    with empty_schema(request.getfixturevalue("server")) as url:
        yield url


@pytest.fixture
def database(where: Path | str) -> Iterator[Database]:
    opened = open_database(where)
    yield opened
    opened.dispose()


def test_connections_are_used_again(database: Database) -> None:
    with database.writing() as first:
        pass
    with database.writing() as second:
        assert second is first
        with database.reading() as other:
            assert other is not first


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    def write_half() -> None:
        with database.writing() as connection:
            connection.execute(_INSERT, {"timeline": "t"})
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    assert database.read(_COUNT)[0][0] == 0


def test_several_statements_are_one_transaction(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write((_INSERT, {"timeline": "t"}), (_INSERT, {"timeline": "t"}))
    assert database.read(_COUNT)[0]["found"] == 0
    written = database.write((_INSERT, {"timeline": "t"}), (_INSERT, {"timeline": "u"}))
    assert (written.count, written.rows) == (1, [])
    written = database.write(("DELETE FROM builds RETURNING timeline", {}), durable=False)
    assert sorted(name for (name,) in written.rows) == ["t", "u"]


def test_a_value_may_hold_anything_that_means_something_elsewhere(database: Database) -> None:
    text = "100 % of :names, '? %s' and a \u00fc"
    database.write((_INSERT, {"timeline": text}))
    like = "SELECT timeline FROM builds WHERE timeline LIKE '100 %' AND delivery = :delivery"
    ((found,),) = database.read(like, {"delivery": "d"})
    assert found == text


def test_the_databases_clock_is_the_time(database: Database) -> None:
    first, second = (database.read(f"SELECT {NOW} AS now")[0]["now"] for _ in range(2))
    assert abs(first - time.time()) < 2
    assert isinstance(first, float)
    assert second >= first


def test_what_is_open_can_be_opened_again(where: Path | str, database: Database) -> None:
    database.write((_INSERT, {"timeline": "t"}))
    other = open_database(where)
    assert other.read(_COUNT)[0][0] == 1
    other.dispose()


def test_threads_share_a_database(database: Database) -> None:
    def add(name: str) -> None:
        for number in range(20):
            database.write((_INSERT, {"timeline": f"{name}{number}"}), durable=False)

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.read(_COUNT)[0][0] == 80


def test_many_may_create_the_tables_at_once(where: Path | str) -> None:
    opened: list[Database] = []
    threads = [
        threading.Thread(target=lambda: opened.append(open_database(where))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [database.read(_COUNT)[0][0] for database in opened] == [0] * 4
    for database in opened:
        database.dispose()


def test_versions_are_used_completed_or_refused() -> None:
    assert is_current(SCHEMA_VERSION)
    assert not is_current(None)
    assert not is_current(ADDITIVE_SINCE)
    with pytest.raises(Unavailable, match=f"version {SCHEMA_VERSION + 1}"):
        is_current(SCHEMA_VERSION + 1)
    with pytest.raises(Unavailable, match=r"shared\.migrations upgrade"):
        is_current(ADDITIVE_SINCE - 1)
