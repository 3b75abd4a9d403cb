"""kill -9 of writers and servers in the middle of writes: nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import open_database
from shared.digest import Digest
from shared.errors import Unavailable
from shared.executions import Executions, State
from tests.contract.stores import (
    PostgresServer,
    S3Server,
    empty_schema,
    postgres_server,
    s3_server,
)

ROOT = Path(__file__).parents[2]
_PUT = """
import os, sys
from pathlib import Path
from shared.settings import Settings
blobs = Settings.from_environment().open_blobs()
size, number = int(sys.argv[1]), 0
while True:
    digest = blobs.put((str(number).encode() * size)[:size])
    print(digest, flush=True)
    number += 1
"""
_COMPLETE = """
import os
from shared.digest import Digest
from shared.executions import Executions, Result
from shared.settings import Settings
executions = Executions(Settings.from_environment().open_database())
number = 0
while True:
    key = f"{os.getpid():032x}{number:032x}"
    digest = Digest.of_bytes(key.encode())
    attempt = executions.claim(key, backend="x/y", request="{}", owner="me", lease_seconds=60)
    if executions.complete(key, attempt, Result(digest, (digest,), 1.0, 1.0)):
        print(key, digest, flush=True)
    number += 1
"""


@pytest.fixture
def s3() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@contextlib.contextmanager
def writer(code: str, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process that writes for ever, and prints what was acknowledged; killed afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def acknowledged(process: subprocess.Popen[str]) -> list[str]:
    """Kill it, and return the whole lines it had printed."""
    process.kill()
    lines = process.communicate()[0].splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def assert_all_read(server: S3Server, cache: Path, digests: list[str]) -> None:
    blobs = server.blobs(cache, "onbeat/")
    for text in digests:
        digest = Digest.parse(text)
        assert Digest.of_bytes(blobs.read(digest)) == digest
    for found in blobs.stored():
        assert Digest.of_bytes(blobs.read(found.digest)) == found.digest, "half a blob"


@pytest.mark.parametrize("size", [3_000, 40 << 20], ids=["small", "in parts"])
def test_a_killed_putter_leaves_no_half_blob(s3: S3Server, tmp_path: Path, size: int) -> None:
    rng, digests = random.Random(size), []
    for turn in range(2):
        store = {"ONBEAT_STORE": str(tmp_path / "writer")}
        with writer(_PUT, str(size), **s3.environment, **store) as process:
            assert process.stdout is not None
            digests.append(process.stdout.readline().strip())
            time.sleep(rng.uniform(0.0, 0.4))
            digests += acknowledged(process)
        assert_all_read(s3, tmp_path / f"cache{turn}", digests)


def test_a_killed_s3_server_has_all_that_it_acknowledged(s3: S3Server, tmp_path: Path) -> None:
    store = {"ONBEAT_STORE": str(tmp_path / "writer")}
    with writer(_PUT, "200000", **s3.environment, **store) as process:
        assert process.stdout is not None
        digests = [process.stdout.readline().strip() for _ in range(5)]
        s3.kill()
        out, errors = process.communicate(timeout=60)
    assert "does not answer" in errors
    digests += out.split()
    s3.start()
    assert_all_read(s3, tmp_path / "cache", digests)


def test_a_killed_database_server_has_all_that_it_acknowledged(postgres: PostgresServer) -> None:
    with writer(_COMPLETE, ONBEAT_DATABASE=postgres.url) as process:
        assert process.stdout is not None
        rows = [process.stdout.readline().strip() for _ in range(20)]
        postgres.kill()
        postgres.start()
        rows += [process.stdout.readline().strip() for _ in range(20)]  # it goes on by itself
        rows += acknowledged(process)
    assert_all_done(postgres.url, rows)


def test_a_killed_writer_leaves_a_claim_and_no_half_result(postgres: PostgresServer) -> None:
    with empty_schema(postgres.url) as url:
        open_database(url).dispose()
        with writer(_COMPLETE, ONBEAT_DATABASE=url) as process:
            assert process.stdout is not None
            rows = [process.stdout.readline().strip(), *acknowledged(process)]
        assert_all_done(url, rows)
        database = open_database(url)
        states = database.read("SELECT state, result FROM executions WHERE state <> 'done'")
        assert [tuple(row) for row in states] in ([], [("running", None)], [("queued", None)])
        assert Executions(database).release("me") == sum(row[0] == "running" for row in states)
        database.dispose()


def assert_all_done(url: str, rows: list[str]) -> None:
    database = open_database(url)
    executions = Executions(database)
    for key, digest in (row.split() for row in rows):
        row = executions.find(key)
        assert row is not None
        assert row.state == State.DONE
        assert row.result is not None
        assert str(row.result.digest) == digest
    database.dispose()


def test_a_put_that_failed_was_not_acknowledged(s3: S3Server, tmp_path: Path) -> None:
    blobs = s3.blobs(tmp_path / "cache")
    s3.kill()
    with pytest.raises(Unavailable):
        blobs.put(b"x")
    s3.start()
    assert not blobs.contains(Digest.of_bytes(b"x"))
