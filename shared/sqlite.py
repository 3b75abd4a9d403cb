"""The store's database in a file: SQLite by the standard library, with a write-ahead log."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from shared.database import SCHEMA_VERSION, Connection, Database, is_current, table_statements
from shared.errors import Unavailable

_BUSY_TIMEOUT_S = 30.0


class SqliteDatabase(Database):
    """An open SQLite file. It waits for locks by itself, so nothing is worth another try."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def _connect(self, *, durable: bool) -> sqlite3.Connection:
        # We begin transactions ourselves, and one thread has a connection at a time.
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        return connection

    def _begin(self, connection: Connection, *, durable: bool) -> None:
        connection.execute("BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise Unavailable(f"the store's database cannot be used: {error}") from error

    def _may_pass(self, error: Unavailable) -> bool:
        return False

    def prepare(self) -> None:
        """Create what is missing of the tables; raises as `open_database` does."""
        try:
            with contextlib.closing(self._connect(durable=True)) as connection:
                _use_write_ahead_log(connection)
                connection.execute("BEGIN IMMEDIATE")
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if not is_current(version or None):
                    for statement in table_statements():
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise Unavailable(f"the database {self._path} cannot be opened: {error}") from error


def open_sqlite(path: Path) -> SqliteDatabase:
    """Open (and on first use create) the database in a file (see `open_database`)."""
    database = SqliteDatabase(path)
    database.prepare()
    return database


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Kept in the file. Changing it does not wait for other openers of a new store, so we do.
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
