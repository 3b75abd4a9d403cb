"""The SQLite file: durable settings, versions, locks that wait."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.database import database_now, open_database
from shared.errors import Unavailable


def test_writes_are_synced_and_readers_do_not_block(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "db.sqlite3")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()


def test_the_databases_clock_is_the_time(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "db.sqlite3")
    with engine.connect() as connection:
        now = connection.execute(sa.select(database_now())).scalar_one()
    assert abs(now - time.time()) < 2
    engine.dispose()


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    engine = open_database(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version=99")
    engine.dispose()
    with pytest.raises(Unavailable, match="version 99"):
        open_database(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_database(path)


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    one, other = open_database(path), open_database(path)
    released: list[float] = []

    def hold() -> None:
        with one.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE a (x)")
            time.sleep(0.3)
            released.append(time.monotonic())

    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.1)
    with other.begin() as connection:
        entered = time.monotonic()
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
    thread.join()
    assert entered >= released[0]
    one.dispose()
    other.dispose()
