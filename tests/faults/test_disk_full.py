"""A full disk: one line, exit code 1, no film folder, nothing damaged; with room it goes on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.builds import ROOT, assert_same_film, environment_of, make, words_of
from tests.faults.conftest import Calm
from tests.faults.store import assert_intact

# From "not even the uploads fit" to "all but the end fits"; the whole store takes about 3.3 MB.
SIZES = [
    "200k",
    "900k",
    *(
        pytest.param(size, marks=pytest.mark.faults_all)
        for size in ("64k", "400k", "1200k", "1600k", "2000k", "2400k", "2800k", "3000k")
    ),
]
FULL = re.compile("No space left|disk is full|full")
TOO_LARGE = re.compile("File too large|full|disk I/O error")
_LIMIT = """
import resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
import os
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def mount(folder: Path, options: str) -> subprocess.CompletedProcess[str]:
    command = ["mount", "-t", "tmpfs", "-o", options, "onbeat-test", str(folder)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    if problem := mount(folder, f"size={request.param}").stderr:
        pytest.skip(f"mounting a small disk is not permitted here: {problem.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def refused(calm: Calm, out: Path, store: Path, *before: str) -> str:
    """Run a build that must fail cleanly; returns the one line it says."""
    command = [sys.executable, *before, "-m", "services.gateway.cli", "make"]
    done = subprocess.run(
        [*command, *words_of(calm.sources, out), "--quiet"],
        cwd=ROOT,
        env=environment_of(store),
        capture_output=True,
        text=True,
        timeout=240,
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 1, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("onbeat: ")
    assert not out.exists()
    assert not list(out.parent.glob(f".{out.name}*"))
    return lines[0]


@pytest.mark.parametrize("small_disk", SIZES, indirect=True)
def test_a_store_on_a_full_disk(calm: Calm, small_disk: Path, tmp_path: Path) -> None:
    store, film = small_disk / "store", tmp_path / "film"
    line = refused(calm, film, store)
    assert FULL.search(line), line
    assert_intact(store)
    mount(small_disk, "remount,size=64m")
    make(calm.sources, film, store)
    assert_same_film(film, calm.film)


@pytest.mark.parametrize("small_disk", ["100k"], indirect=True)
def test_an_output_folder_on_a_full_disk(calm: Calm, small_disk: Path, tmp_path: Path) -> None:
    store, film = calm.copy_store(tmp_path / "store"), small_disk / "film"
    line = refused(calm, film, store)
    assert FULL.search(line), line
    assert str(film) in line
    mount(small_disk, "remount,size=64m")
    make(calm.sources, film, store)
    assert_same_film(film, calm.film)


@pytest.mark.parametrize("limit", [150_000, pytest.param(600_000, marks=pytest.mark.faults_all)])
def test_files_may_not_grow(calm: Calm, tmp_path: Path, limit: int) -> None:
    """The same where nothing can be mounted: a bound on the size of every file."""
    store, film = tmp_path / "store", tmp_path / "film"
    line = refused(calm, film, store, "-c", _LIMIT, str(limit))
    assert TOO_LARGE.search(line), line
    assert_intact(store)
    make(calm.sources, film, store)
    assert_same_film(film, calm.film)
