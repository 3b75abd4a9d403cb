"""Blobs under fire: many processes at once, and kill -9 in the middle of a put."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.blobs import FileBlobs
from shared.digest import Digest

ROOT = Path(__file__).parents[2]
SIZES = [0, 1, 1 << 16, 3 << 20]
_PUT_FOR_EVER = """
import sys
from pathlib import Path
from shared.blobs import FileBlobs

blobs = FileBlobs(Path(sys.argv[1]))
sizes, rounds = [int(size) for size in sys.argv[3:]], int(sys.argv[2])
print("ready", flush=True)
for number in range(rounds):
    for size in sizes:
        digest = blobs.put((str(number % 5).encode() * size)[:size])
        print(digest, flush=True)
"""


def _start(root: Path, rounds: int, sizes: list[int]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _PUT_FOR_EVER, str(root), str(rounds), *map(str, sizes)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _blob_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and path.parent != root]


def _assert_whole(root: Path) -> None:
    for path in _blob_files(root):
        assert Digest.of_file(path).sha256 == path.name, f"{path.name} is half a blob"


def test_many_processes_put_the_same_blobs_at_once(tmp_path: Path) -> None:
    processes = [_start(tmp_path, 10, SIZES) for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert len(set(outputs)) == 1
    digests = {Digest.parse(line) for line in outputs[0].splitlines()[1:]}
    blobs = FileBlobs(tmp_path)
    assert all(Digest.of_bytes(blobs.read(digest)) == digest for digest in digests)
    assert {path.name for path in _blob_files(tmp_path)} == {digest.sha256 for digest in digests}
    assert not list(tmp_path.glob(".put-*"))


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_put_leaves_no_half_blob_and_loses_no_acknowledged_one(
    tmp_path: Path, seed: int
) -> None:
    process = _start(tmp_path, 10**6, [(seed + 1) * 3_000_017])
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.001, 0.15))
    process.kill()
    acknowledged = process.communicate()[0].splitlines(keepends=True)
    _assert_whole(tmp_path)
    blobs = FileBlobs(tmp_path)
    for line in acknowledged:
        if line.endswith("\n"):
            assert blobs.contains(Digest.parse(line.strip()))


def test_whoever_comes_next_puts_what_was_lost(tmp_path: Path) -> None:
    for seed in range(3):
        process = _start(tmp_path, 10**6, [5 << 20])
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.002 * seed)
        process.kill()
        process.communicate()
    data = b"0" * (5 << 20)
    assert FileBlobs(tmp_path).read(FileBlobs(tmp_path).put(data)) == data
