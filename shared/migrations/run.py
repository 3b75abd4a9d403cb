"""Bring a store's database up or down through its versions, with Alembic.

This folder is the only place that imports SQLAlchemy. An SQLite file keeps its version in
`PRAGMA user_version`, as `shared/sqlite.py` reads it; PostgreSQL in Alembic's own table.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from shared.errors import InvalidInput, Unavailable

_VERSION_TABLE = "alembic_version"
_BUSY_TIMEOUT_S = 30.0
_SCHEMA_LOCK = 0x0B3A7  # as in shared/postgres.py


def upgrade(where: Path | str, revision: str = "head") -> str:
    """Raise a database (as for `open_database`) to a revision; returns the one it has then."""
    scripts = _scripts()
    return _run(where, lambda at, _: scripts._upgrade_revs(revision, at), scripts)


def downgrade(where: Path | str, revision: str = "base") -> str:
    """Lower a database to a revision, "base" for no tables at all; returns it, "" for none."""
    scripts = _scripts()
    return _run(where, lambda at, _: scripts._downgrade_revs(revision, at), scripts)


def current(where: Path | str) -> str:
    """The revision that a database has, "" for none."""
    return _run(where, lambda at, _: [], _scripts())


def _run(where: Path | str, steps: Any, scripts: ScriptDirectory) -> str:
    engine = _engine(where)
    try:
        with engine.connect() as connection, _one_at_a_time(connection):
            with EnvironmentContext(Config(), scripts, fn=steps) as environment:
                environment.configure(connection=connection, transactional_ddl=False)
                environment.run_migrations()
            found = MigrationContext.configure(connection).get_current_revision() or ""
        return found
    except sa.exc.DBAPIError as error:
        words = str(error.orig).strip().splitlines()[0]
        raise Unavailable(f"the database cannot be migrated: {words}") from error
    finally:
        engine.dispose()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))


def _engine(where: Path | str) -> sa.Engine:
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        url = urlunsplit(urlsplit(where)._replace(scheme="postgresql+psycopg"))
        return sa.create_engine(url, poolclass=sa.NullPool)
    if isinstance(where, str) and "://" in where:
        raise InvalidInput("expected a path for SQLite, or postgresql://...")
    options = {"timeout": _BUSY_TIMEOUT_S, "isolation_level": None}
    return sa.create_engine(
        sa.URL.create("sqlite", database=str(where)), connect_args=options, poolclass=sa.NullPool
    )


@contextlib.contextmanager
def _one_at_a_time(connection: sa.Connection) -> Iterator[None]:
    """All steps in one transaction, which nobody else who changes tables can be in."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
            yield
            _drop_empty_version(connection)
        return
    execute = connection.exec_driver_sql
    execute("BEGIN IMMEDIATE")
    version = execute("PRAGMA user_version").scalar_one()
    if version:
        execute(f"CREATE TABLE {_VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        execute(f"INSERT INTO {_VERSION_TABLE} VALUES ('{version:04}')")
    yield
    reached = MigrationContext.configure(connection).get_current_revision()
    execute(f"PRAGMA user_version={int(reached or 0)}")
    execute(f"DROP TABLE IF EXISTS {_VERSION_TABLE}")
    execute("COMMIT")


def _drop_empty_version(connection: sa.Connection) -> None:
    if MigrationContext.configure(connection).get_current_revision() is None:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {_VERSION_TABLE}"))
