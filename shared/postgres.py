"""The store's database on a PostgreSQL server, through psycopg, with the same SQL as SQLite.

Only what is configured to use one imports this file.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors

from shared.database import (
    NOW,
    SCHEMA_VERSION,
    Connection,
    Database,
    is_current,
    table_statements,
)
from shared.errors import InvalidInput, Unavailable

_NOW = "extract(epoch from clock_timestamp())::float8"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
_CONNECT_SECONDS = 5
# Nobody of ours holds a lock longer than a short statement takes.
_LOCK_TIMEOUT = "30s"
_SCHEMA_LOCK = 0x0B3A7  # any number; one opener at a time creates tables
# Another one may be answered: two who waited for each other, or a server that is not up yet.
_PASSING = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.TooManyConnections,
)


class _Row(tuple[Any, ...]):
    """A row that can be unpacked, and asked by position and by name."""

    names: Mapping[str, int]

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names[key] if isinstance(key, str) else key)


def _rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], _Row]:
    names = {column.name: place for place, column in enumerate(cursor.description or ())}

    def row(values: Sequence[Any]) -> _Row:
        made = _Row(values)
        made.names = names
        return made

    return row


class PostgresConnection:
    """One connection that speaks the SQL of `shared/database.py`."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def execute(self, statement: str, values: Any = (), /) -> Any:
        """Run a statement; named values only."""
        if not values:
            # As it is, and not prepared, so that it may be several.
            return self._raw.execute(statement.replace(NOW, _NOW), prepare=False)
        return self._raw.execute(_translate(statement), values)

    def close(self) -> None:
        """Close it; what is not committed is undone."""
        self._raw.close()


class PostgresDatabase(Database):
    """A database on a server; the address may hold a password, and is never shown."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def _connect(self, *, durable: bool) -> PostgresConnection:
        raw = psycopg.connect(
            self._url,
            autocommit=True,  # we begin transactions ourselves
            row_factory=_rows,
            connect_timeout=_CONNECT_SECONDS,
            application_name="onbeat",
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
        )
        raw.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        if not durable:
            raw.execute("SET synchronous_commit TO off")
        return PostgresConnection(raw)

    def _begin(self, connection: Connection, *, durable: bool) -> None:
        connection.execute("BEGIN")

    def _at_once(self, *, durable: bool) -> contextlib.AbstractContextManager[Connection]:
        # By itself a statement is a transaction: one way to the server and back instead of three.
        return self._connection(durable=durable)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.IntegrityError, psycopg.DataError, errors.SyntaxError):
            raise
        except psycopg.Error as error:
            raise Unavailable(f"the store's database cannot be used: {_words(error)}") from error

    def _may_pass(self, error: Unavailable) -> bool:
        cause = error.__cause__
        # Without a state of SQL, it was the connection that failed.
        lost = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
        return lost or isinstance(cause, _PASSING)

    def prepare(self) -> None:
        """Create what is missing of the tables; raises as `open_database` does."""
        self._patiently(self._prepare_once)

    def _prepare_once(self) -> None:
        with self.reading() as connection:
            if _is_current(connection):
                return
        with self.writing() as connection:
            connection.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
            if _is_current(connection):
                return
            for statement in table_statements():
                connection.execute(statement)
            connection.execute(_VERSION_TABLE)
            connection.execute("DELETE FROM alembic_version")
            connection.execute(f"INSERT INTO alembic_version VALUES ('{SCHEMA_VERSION:04}')")


# As Alembic makes it, so that migrations and `open_database` know of each other.
_VERSION_TABLE = """
CREATE TABLE IF NOT EXISTS alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""


def open_postgres(url: str) -> PostgresDatabase:
    """Open (and on first use create) the database at an address (see `open_database`)."""
    try:
        psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # whose message may hold the password
        raise InvalidInput(
            "the address of the database cannot be read; expected "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME, special characters as %XX"
        ) from None
    database = PostgresDatabase(url)
    database.prepare()
    return database


def _is_current(connection: Connection) -> bool:
    (table,) = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    row = table and connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()
    version = row[0] if row else None
    if version and not version.isdecimal():
        raise Unavailable(
            f"the database has version {version!r}, expected a number as of {SCHEMA_VERSION:04}: "
            "it is another program's; set ONBEAT_DATABASE to one of Onbeat's own"
        )
    return is_current(int(version) if version else None)


@lru_cache(maxsize=256)
def _translate(statement: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", statement.replace(NOW, _NOW).replace("%", "%%"))


def _words(error: psycopg.Error) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
