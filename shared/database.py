"""The SQL database beside the blobs: its tables, and transactions on SQLite or PostgreSQL.

No SQL toolkit: every `onbeat` command opens the database and each worker's result goes there, and
a toolkit costs each of them more to import than a whole edit's bookkeeping (ADR 0009). The SQL is
the same for both; statements have named parameters (`:key`) and `NOW` for the time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from shared.api_tables import API_TABLES
from shared.errors import InvalidInput, Unavailable
from shared.queue_tables import QUEUE_TABLES
from shared.turn_tables import TURN_TABLES

# Raised with each change of the tables, together with a new file in shared/migrations/versions.
SCHEMA_VERSION = 5
# Since this version, tables and indexes were only added: creating what is missing is an upgrade.
ADDITIVE_SINCE = 1
# Seconds since 1970 by the database's clock, which is the only one that leases hang on.
NOW = "((julianday('now') - 2440587.5) * 86400.0)"
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.1

TABLES = """
CREATE TABLE IF NOT EXISTS executions (
    key VARCHAR(64) NOT NULL PRIMARY KEY,
    backend VARCHAR NOT NULL,
    request TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempt INTEGER NOT NULL,
    owner VARCHAR,
    lease_expires_at FLOAT,
    progress FLOAT NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    result VARCHAR,
    outputs TEXT,
    error_code VARCHAR,
    error_message TEXT,
    queued_at FLOAT NOT NULL,
    finished_at FLOAT,
    run_seconds FLOAT,
    cpu_seconds FLOAT
);
CREATE INDEX IF NOT EXISTS ix_executions_state ON executions (state);
CREATE TABLE IF NOT EXISTS builds (
    timeline VARCHAR NOT NULL,
    delivery VARCHAR NOT NULL,
    build VARCHAR NOT NULL,
    inspection VARCHAR NOT NULL,
    finished_at FLOAT NOT NULL,
    PRIMARY KEY (timeline, delivery)
);
CREATE TABLE IF NOT EXISTS pins (
    name VARCHAR NOT NULL PRIMARY KEY,
    digest VARCHAR NOT NULL,
    owner VARCHAR,
    created_at FLOAT NOT NULL
);
"""

Statement = tuple[str, Mapping[str, Any]]
_T = TypeVar("_T")


class Connection(Protocol):
    """What a transaction's body gets: rows can be unpacked, and asked by position and by name."""

    def execute(self, statement: str, values: Any = ..., /) -> Any:
        """Run a statement; returns a cursor (`fetchone`, `fetchall`, `rowcount`, iteration)."""

    def close(self) -> None:
        """Close it; what is not committed is undone."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the last statement of a transaction did: how many rows, and those it returned."""

    count: int
    rows: list[Any]


class Database(ABC):
    """An open database; may be used from any thread. Its errors are `Unavailable`.

    `dialect` is "sqlite" or "postgresql".
    """

    dialect: ClassVar[str]

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[bool, list[Connection]] = {True: [], False: []}

    def read(self, statement: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows of one query; asks again where the server was only away for a moment."""

        def once() -> list[Any]:
            with self.reading() as connection:
                found: list[Any] = connection.execute(statement, values or {}).fetchall()
                return found

        return self._patiently(once)

    def write(self, *statements: Statement, durable: bool = True) -> Written:
        """One transaction of some statements (see `writing`).

        Does it all again after a deadlock, and where the server was only away for a moment. So it
        may happen twice, when the server went away between the commit and its answer.
        """
        begin = self._at_once if len(statements) == 1 else self.writing

        def once() -> Written:
            with begin(durable=durable) as connection:
                for statement, values in statements:
                    cursor = connection.execute(statement, values)
                rows = cursor.fetchall() if cursor.description else []
                return Written(cursor.rowcount, rows)

        return self._patiently(once)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements each read the state of their own moment."""
        with self._connection(durable=False) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction, which an error undoes.

        On SQLite it has the write lock from its beginning, so two processes wait for each other
        instead of failing half-way. Once a `durable` one is committed, power loss cannot undo it.
        Others survive the death of every process of ours, but neither power loss nor, on
        PostgreSQL, the death of the server: then the latest of them may be gone, in reverse order
        of their commits (a durable one takes all before it along). That spares an fsync where
        nothing is promised.
        """
        with self._connection(durable=durable) as connection:
            self._begin(connection, durable=durable)
            yield connection
            connection.execute("COMMIT")

    def _at_once(self, *, durable: bool) -> contextlib.AbstractContextManager[Connection]:
        """A transaction of one statement."""
        return self.writing(durable=durable)

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            for idle in self._idle.values():
                while idle:
                    idle.pop().close()

    @contextlib.contextmanager
    def _connection(self, *, durable: bool) -> Iterator[Connection]:
        with self._translated():
            with self._lock:
                idle = self._idle[durable]
                connection = idle.pop() if idle else None
            connection = connection or self._connect(durable=durable)
        try:
            with self._translated():
                yield connection
        except BaseException:
            connection.close()  # and with it whatever transaction is open
            raise
        with self._lock:
            idle.append(connection)

    def _patiently(self, work: Callable[[], _T]) -> _T:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return work()
            except Unavailable as error:
                if not self._may_pass(error) or time.monotonic() > deadline:
                    raise
                self.dispose()  # if one connection is lost, so are those that wait
                time.sleep(_PAUSE_SECONDS)

    @abstractmethod
    def _connect(self, *, durable: bool) -> Connection:
        """A new connection, outside of any transaction."""

    @abstractmethod
    def _begin(self, connection: Connection, *, durable: bool) -> None:
        """Begin a transaction."""

    @abstractmethod
    def _translated(self) -> contextlib.AbstractContextManager[None]:
        """Turn the library's errors into ours; a mistake of ours stays what it is."""

    @abstractmethod
    def _may_pass(self, error: Unavailable) -> bool:
        """Whether trying again at once may help."""


def open_database(where: Path | str) -> Database:
    """Open (and on first use create) a database: a path for SQLite, or "postgresql://...".

    One of an older version is brought up to date. Raises `Unavailable` when it cannot be opened
    or belongs to a newer Onbeat, `InvalidInput` where psycopg is not installed.
    """
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        try:
            from shared.postgres import open_postgres
        except ImportError as error:
            raise InvalidInput(
                f"a PostgreSQL database needs {error.name}; install onbeat[postgres]"
            ) from error
        return open_postgres(where)
    from shared.sqlite import open_sqlite

    return open_sqlite(Path(where))


def is_current(version: int | None) -> bool:
    """Whether a database of this version (None: empty) can be used as it is.

    False: create what is missing of `TABLES`. Raises `Unavailable` if neither will do.
    """
    if version is None or ADDITIVE_SINCE <= version < SCHEMA_VERSION:
        return False
    if version < ADDITIVE_SINCE:
        raise Unavailable(
            f"the store's database has version {version}, this Onbeat needs {SCHEMA_VERSION}; "
            "bring it up to date with python -m shared.migrations upgrade"
        )
    if version > SCHEMA_VERSION:
        raise Unavailable(
            f"the store's database has version {version}, this Onbeat knows "
            f"{SCHEMA_VERSION}; use the newer Onbeat or another ONBEAT_STORE"
        )
    return True


def table_statements() -> list[str]:
    """The statements of all tables, one by one."""
    texts = (TABLES, API_TABLES, QUEUE_TABLES, TURN_TABLES)
    return [statement for text in texts for statement in text.split(";")[:-1]]
