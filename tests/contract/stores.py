"""Real S3 and PostgreSQL servers on loopback, which the tests start themselves on free ports."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from examples.cluster.servers import (
    ACCESS_KEY,
    BUCKET,
    SECRET_KEY,
    PostgresServer,
    S3Server,
    free_ports,
)

__all__ = [
    "ACCESS_KEY",
    "BUCKET",
    "SECRET_KEY",
    "PostgresServer",
    "S3Server",
    "empty_schema",
    "free_ports",
    "postgres_server",
    "postgres_url",
    "s3_server",
]


@contextlib.contextmanager
def s3_server() -> Iterator[S3Server]:
    """A running server with an empty bucket, gone afterwards; meanwhile we have its keys."""
    with (
        tempfile.TemporaryDirectory(prefix="onbeat-s3-") as folder,
        pytest.MonkeyPatch.context() as keys,
    ):
        keys.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        keys.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        server = S3Server(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server with an empty database, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="onbeat-pg-") as name:
        server = PostgresServer(Path(name))
        try:
            server.start()
            yield server
        finally:
            server.stop()  # a kill would leave shared memory behind


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """The address of a server: of the one that PGHOST and its like name, or else of our own."""
    if os.environ.get("PGHOST"):
        yield "postgresql://"  # libpq reads the rest from the environment
        return
    with postgres_server() as server:
        yield server.url


@contextlib.contextmanager
def empty_schema(url: str) -> Iterator[str]:
    """The address of a schema without any table on a server; dropped afterwards."""
    name = f"onbeat_{uuid.uuid4().hex}"
    _administer(url, f"CREATE SCHEMA {name}")
    mark = "&" if "?" in url else "?"
    yield f"{url}{mark}options=-csearch_path%3D{name}"
    _administer(url, f"DROP SCHEMA {name} CASCADE")


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
