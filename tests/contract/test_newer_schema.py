"""A database that a newer Onbeat, or another program, has made: every process says so and ends."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from shared.database import SCHEMA_VERSION, open_database
from tests.contract.queues import AMQP
from tests.contract.servers import ROOT
from tests.contract.stores import empty_schema, postgres_url

PROGRAMS = {
    "encoder's server": ["services.encoder.server"],
    "generator's server": ["services.generator.server"],
    "encoder's worker": ["services.encoder.tasks", "worker", "--queues", "encode.wan"],
    "generator's worker": ["services.generator.tasks", "worker", "--queues", "render"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture
def newer_file(tmp_path: Path) -> dict[str, str]:
    store = tmp_path / "store"
    store.mkdir()
    path = store / "onbeat.sqlite3"
    open_database(path).dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
    return {"ONBEAT_STORE": str(store)}


@pytest.mark.parametrize("words", PROGRAMS.values(), ids=PROGRAMS)
def test_a_newer_file_is_said(newer_file: dict[str, str], words: list[str]) -> None:
    code, said = run(words, newer_file)
    assert code == 1
    assert f"has version 99, this Onbeat knows {SCHEMA_VERSION}" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0099", f"has version 99, this Onbeat knows {SCHEMA_VERSION}"),
        ("2f6a1c", "has version '2f6a1c', expected a number"),
    ],
)
@pytest.mark.parametrize("words", [PROGRAMS["encoder's server"], PROGRAMS["generator's worker"]])
def test_a_newer_database_of_a_server_is_said(
    server: str, tmp_path: Path, words: list[str], version: str, expected: str
) -> None:
    with empty_schema(server) as url:
        open_database(url).dispose()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"UPDATE alembic_version SET version_num = '{version}'")
        place = {"ONBEAT_STORE": str(tmp_path / "store"), "ONBEAT_DATABASE": url}
        code, said = run(words, place)
    assert code == 1
    assert expected in said
    assert "Traceback" not in said


def run(words: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """The exit code and standard error of a program that should end by itself."""
    found = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, "ONBEAT_BROKER": AMQP, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return found.returncode, found.stderr
