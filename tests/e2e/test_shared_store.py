"""A film made on S3 and PostgreSQL, by two processes that share nothing else, is the same film."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.settings import Settings
from tests.contract.stores import empty_schema, postgres_url, s3_server
from tests.e2e.sources import Sources

ROOT = Path(__file__).parents[2]
_ROWS = "SELECT key, state, attempt, result, outputs FROM executions ORDER BY key"


@pytest.fixture
def places() -> Iterator[dict[str, str]]:
    """The environment of a process that has its blobs and its database on servers."""
    with s3_server() as s3, postgres_url() as server, empty_schema(server) as url:
        yield {**s3.environment, "ONBEAT_DATABASE": url}


def start(sources: Sources, out: Path, store: Path, places: dict[str, str]) -> Any:
    words = ["--song", str(sources.song), "--ref", str(sources.clips[0])]
    words += ["--ref", str(sources.photos[0]), "--size", "128x72", "--fps", "24"]
    words += ["--pacing", "steady", "--duration", "4", "--quiet", "-o", str(out)]
    return subprocess.Popen(
        [sys.executable, "-m", "services.gateway.cli", "make", *words],
        cwd=ROOT,
        env={**os.environ, "ONBEAT_WORKERS": "1", "ONBEAT_STORE": str(store), **places},
        stderr=subprocess.PIPE,
        text=True,
    )


def opened(store: Path, places: dict[str, str]) -> tuple[BlobStore, list[tuple[Any, ...]]]:
    settings = Settings.from_environment({"ONBEAT_STORE": str(store), **places})
    database = settings.open_database()
    rows = [tuple(row) for row in database.read(_ROWS)]
    database.dispose()
    return settings.open_blobs(), rows


def test_two_processes_make_the_embedded_film_and_each_action_once(
    sources: Sources, places: dict[str, str], tmp_path: Path
) -> None:
    alone = start(sources, tmp_path / "alone", tmp_path / "embedded", {})
    assert (alone.communicate()[1], alone.returncode) == ("", 0)
    names = ("one", "other")
    both = [start(sources, tmp_path / name, tmp_path / f"{name}-store", places) for name in names]
    for process in both:
        errors = process.communicate()[1]
        assert process.returncode == 0, errors

    blobs, rows = opened(tmp_path / "fresh", places)
    _, expected = opened(tmp_path / "embedded", {})
    assert len(expected) > 10
    assert rows == expected, "the same keys, each performed once, with the same digests"
    assert {(state, attempt) for _, state, attempt, _, _ in rows} == {("done", 1)}
    for _, _, _, result, _ in rows:
        digest = Digest.parse(result)
        assert Digest.of_bytes(blobs.read(digest)) == digest
    films = [Digest.of_file(tmp_path / name / "film.mp4") for name in ("alone", *names)]
    assert len(set(films)) == 1
    for name in names:
        assert not (tmp_path / f"{name}-store" / "blobs").exists()
        assert not (tmp_path / f"{name}-store" / "onbeat.sqlite3").exists()
