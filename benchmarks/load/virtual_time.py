"""The real databases with a clock that stands still until it is told to go on.

All times that leases, turns and waits hang on are the database's own; here its clock is ours. The
SQL stays as it is: in SQLite the function is replaced that tells the time, in PostgreSQL another
one of the same name is found first.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shared.database import Connection, Database
from shared.postgres import PostgresConnection, PostgresDatabase
from shared.sqlite import SqliteDatabase

_JULIAN_1970 = 2440587.5
_SCHEMA = "virtual_time"
_CLOCK = f"""
CREATE SCHEMA IF NOT EXISTS {_SCHEMA};
CREATE OR REPLACE FUNCTION {_SCHEMA}.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS $$ SELECT to_timestamp(current_setting('onbeat.now')::float8) $$;
"""


@dataclass
class Clock:
    """Seconds since 1970, as far as anybody here knows."""

    now: float = 1_800_000_000.0


class Agenda:
    """What will happen when; times are the clock's."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something in so many seconds; what is due at one time is done in order."""
        heapq.heappush(self._due, (self.clock.now + seconds, next(self._order), work))

    def run(self, is_over: Callable[[], bool], most_seconds: float = 86400.0) -> None:
        """Go on until it is over; raises `RuntimeError` if it is not after so long."""
        end = self.clock.now + most_seconds
        while not is_over():
            if not self._due or self.clock.now > end:
                raise RuntimeError(f"it is not over after {most_seconds:g} s")
            self.clock.now, _, work = heapq.heappop(self._due)
            work()


class VirtualSqlite(SqliteDatabase):
    """A database in a file that tells a clock's time."""

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path)
        self._clock = clock

    def _connect(self, *, durable: bool) -> sqlite3.Connection:
        # Nothing here is to survive a loss of power.
        connection = super()._connect(durable=False)
        connection.create_function(
            "julianday", 1, lambda _: self._clock.now / 86400.0 + _JULIAN_1970
        )
        return connection


class VirtualPostgres(PostgresDatabase):
    """A database on a server that tells a clock's time to its connections."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url)
        self._clock = clock

    def _connect(self, *, durable: bool) -> PostgresConnection:
        connection = super()._connect(durable=durable)
        (path,) = connection.execute("SHOW search_path").fetchone()
        connection.execute(f"SET search_path = {_SCHEMA}, {path}, pg_catalog")
        return connection

    @contextlib.contextmanager
    def _connection(self, *, durable: bool) -> Iterator[Connection]:
        with super()._connection(durable=durable) as connection:
            connection.execute(f"SET onbeat.now = '{self._clock.now!r}'")
            yield connection


def open_virtual(where: Path | str, clock: Clock) -> Database:
    """Open (and create) a database that tells a clock's time; as `open_database`."""
    database: VirtualSqlite | VirtualPostgres
    if isinstance(where, Path):
        database = VirtualSqlite(where, clock)
        database.prepare()
        return database
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute(_CLOCK)
    database = VirtualPostgres(where, clock)
    database.prepare()
    return database
