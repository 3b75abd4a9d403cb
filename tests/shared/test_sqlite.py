"""The SQLite file: durable settings, versions, locks that wait."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import SCHEMA_VERSION, Database, open_database
from shared.errors import Unavailable

_LEAN = """
import sys
from pathlib import Path
from shared.settings import Settings
Settings(Path(sys.argv[1])).open_database().dispose()
Settings(Path(sys.argv[1])).open_blobs()
heavy = {"sqlalchemy", "alembic", "psycopg", "minio", "urllib3", "shared.migrations"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(path)
    yield opened
    opened.dispose()


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_only_durable_writes_are_synced_and_readers_do_not_block(
    database: Database, durable: bool, synchronous: int
) -> None:
    with database.writing(durable=durable) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == synchronous
        with database.reading() as reader:
            assert reader.execute("SELECT count(*) FROM builds").fetchone()[0] == 0


def test_our_mistakes_stay_what_they_are_and_the_disks_are_unavailable(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.writing() as connection:
        connection.execute("INSERT INTO builds VALUES (NULL, 'd', 'b', 'i', NULL)")
    with pytest.raises(Unavailable, match="database cannot be used"), database.reading() as reader:
        reader.execute("SELECT * FROM nothing")


def test_a_newer_database_is_refused(path: Path, database: Database) -> None:
    with database.writing() as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(Unavailable, match="version 99"):
        open_database(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_database(path)


def test_the_database_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    from shared.migrations import run

    run.upgrade(path, "0001")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO builds VALUES ('t', 'd', 'b', 'i', 0)")
    database = open_database(path)
    assert [tuple(row) for row in database.read("SELECT * FROM builds")] == [
        ("t", "d", "b", "i", 0.0)
    ]
    assert database.read("SELECT * FROM pins") == []
    assert database.read("PRAGMA user_version")[0][0] == SCHEMA_VERSION
    database.dispose()


def test_two_writers_wait_for_each_other(path: Path, database: Database) -> None:
    released: list[float] = []

    def hold() -> None:
        with database.writing() as connection:
            connection.execute("CREATE TABLE a (x)")
            time.sleep(0.3)
            released.append(time.monotonic())

    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.1)
    other = open_database(path)
    with other.writing(durable=False) as connection:
        entered = time.monotonic()
        connection.execute("INSERT INTO a VALUES (1)")
    thread.join()
    assert entered >= released[0]
    other.dispose()


def test_a_store_in_a_folder_imports_no_library_of_a_shared_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LEAN, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]", done.stderr
