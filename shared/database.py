"""The SQL database beside the blobs: tables, and connections that lock early and sync fully."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.errors import Unavailable

SCHEMA_VERSION = 1
_BUSY_TIMEOUT_MS = 30_000

metadata = sa.MetaData()

executions_table = sa.Table(
    "executions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("backend", sa.String, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("owner", sa.String),
    sa.Column("lease_expires_at", sa.Float),
    sa.Column("progress", sa.Float, nullable=False, default=0.0),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, default=False),
    sa.Column("result", sa.String),
    sa.Column("outputs", sa.Text),
    sa.Column("error_code", sa.String),
    sa.Column("error_message", sa.Text),
    sa.Column("queued_at", sa.Float, nullable=False),
    sa.Column("finished_at", sa.Float),
    sa.Column("run_seconds", sa.Float),
    sa.Column("cpu_seconds", sa.Float),
)

builds_table = sa.Table(
    "builds",
    metadata,
    sa.Column("timeline", sa.String, primary_key=True),
    sa.Column("delivery", sa.String, primary_key=True),
    sa.Column("build", sa.String, nullable=False),
    sa.Column("inspection", sa.String, nullable=False),
    sa.Column("finished_at", sa.Float, nullable=False),
)


def database_now() -> sa.ColumnElement[float]:
    """Seconds since 1970 by the database's clock, which is the only one that leases hang on."""
    return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Float)


def open_database(path: Path) -> sa.Engine:
    """Open (and on first use create) the SQLite database at `path`.

    Write-ahead log, `synchronous=FULL`; transactions take the write lock when they begin, so two
    processes wait for each other instead of failing half-way. Raises `Unavailable` when the file
    cannot be opened or belongs to a newer Onbeat.
    """
    engine = sa.create_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin_immediate)
    sa.event.listen(engine, "handle_error", _translate)
    try:
        _use_write_ahead_log(path)
        with engine.begin() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > SCHEMA_VERSION:
                raise Unavailable(
                    f"the store's database has version {version}, this Onbeat knows "
                    f"{SCHEMA_VERSION}; use the newer Onbeat or another ONBEAT_STORE"
                )
            if version < SCHEMA_VERSION:
                metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        raise Unavailable(f"the database {path} cannot be opened: {error.args[0]}") from error
    return engine


def _use_write_ahead_log(path: Path) -> None:
    # Kept in the file. Changing it does not wait for other openers of a new store, so we do.
    deadline = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
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


def _translate(context: Any) -> None:
    """Errors of the disk and of locks are `Unavailable`; a mistake of ours stays what it is."""
    if isinstance(context.original_exception, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return
    if isinstance(context.original_exception, sqlite3.DatabaseError):
        reason = context.original_exception
        raise Unavailable(f"the store's database cannot be used: {reason}") from reason


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # We begin transactions ourselves.
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
