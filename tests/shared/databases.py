"""An empty database of each kind: a SQLite file, and a schema on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.database import Database, open_database
from tests.contract.stores import empty_schema

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty_database(kind: str, folder: Path, server: str) -> Iterator[Database]:
    """An open database; `server` is the address of the PostgreSQL server."""
    if kind == "sqlite":
        opened = open_database(folder / "db.sqlite3")
        yield opened
        opened.dispose()
        return
    with empty_schema(server) as url:
        opened = open_database(url)
        yield opened
        opened.dispose()
