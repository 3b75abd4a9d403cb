"""The cache: verified, bounded, shared by processes; what is in use stays."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from shared.cache import BlobCache
from shared.digest import Digest
from shared.errors import MissingBlob, Unavailable

ROOT = Path(__file__).parents[2]
KIB = 1 << 10
_HOLD = """
import sys
from pathlib import Path
from shared.cache import BlobCache
from shared.digest import Digest
stream = BlobCache(Path(sys.argv[1]), 1 << 20).open(Digest.parse(sys.argv[2]))
print("ready", flush=True)
input()
print(Digest.of_stream(stream))
"""


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    return BlobCache(tmp_path / "cache", 64 * KIB)


def add(cache: BlobCache, data: bytes) -> Digest:
    digest, stream = cache.add(BytesIO(data))
    stream.close()
    return digest


def size_of(cache: BlobCache) -> int:
    return sum(path.stat().st_size for path in cache.folder.rglob("*") if path.is_file())


def is_there(cache: BlobCache, digest: Digest) -> bool:
    return cache.path_of(digest).exists()


def test_what_was_added_is_there_and_nothing_else(cache: BlobCache) -> None:
    digest = add(cache, b"a copy")
    stream = cache.open(digest)
    assert stream is not None
    with stream:
        assert stream.read() == b"a copy"
    assert cache.open(Digest.of_bytes(b"another")) is None
    assert size_of(cache) == 6
    cache.discard(digest)
    cache.discard(digest)
    assert cache.open(digest) is None


def test_it_is_fetched_once_by_many_threads(cache: BlobCache) -> None:
    data = os.urandom(10 * KIB)
    fetches: list[int] = []
    found: list[bytes] = []

    def fetch(target: BinaryIO) -> None:
        fetches.append(1)
        time.sleep(0.2)
        target.write(data)

    def use() -> None:
        with cache.fill(Digest.of_bytes(data), fetch) as stream:
            found.append(stream.read())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [data] * 8
    assert len(fetches) == 1


def _writes(data: bytes) -> Callable[[BinaryIO], None]:
    def fetch(target: BinaryIO) -> None:
        target.write(data)

    return fetch


def test_other_bytes_are_refused_and_leave_nothing(cache: BlobCache) -> None:
    digest = Digest.of_bytes(b"right")
    with pytest.raises(MissingBlob):
        cache.fill(digest, _writes(b"wrong"))
    assert size_of(cache) == 0
    with cache.fill(digest, _writes(b"right")) as stream:
        assert stream.read() == b"right"


def test_a_fetch_that_fails_says_so_and_leaves_nothing(cache: BlobCache) -> None:
    def fail(target: BinaryIO) -> None:
        target.write(b"half")
        raise Unavailable("the server went away")

    with pytest.raises(Unavailable, match="went away"):
        cache.fill(Digest.of_bytes(b"x"), fail)
    assert not [path for path in cache.folder.rglob("*") if path.is_file()]


def test_the_longest_unused_goes_first(cache: BlobCache) -> None:
    digests = [add(cache, os.urandom(20 * KIB)) for _ in range(3)]
    for age, digest in zip((30, 10, 20), digests, strict=True):
        path = cache.path_of(digest)
        os.utime(path, (time.time() - age, path.stat().st_mtime))
    last = add(cache, os.urandom(20 * KIB))
    assert [is_there(cache, digest) for digest in (*digests, last)] == [False, True, True, True]
    assert size_of(cache) <= 64 * KIB


def test_using_it_counts(cache: BlobCache) -> None:
    digests = [add(cache, os.urandom(20 * KIB)) for _ in range(3)]
    for digest in digests:
        os.utime(cache.path_of(digest), (0, cache.path_of(digest).stat().st_mtime))
    stream = cache.open(digests[0])
    assert stream is not None
    stream.close()
    add(cache, os.urandom(20 * KIB))
    assert is_there(cache, digests[0])


def test_what_is_open_is_not_evicted_by_another_process(cache: BlobCache, tmp_path: Path) -> None:
    held = add(cache, os.urandom(40 * KIB))
    command = [sys.executable, "-c", _HOLD, str(cache.folder), str(held)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    others = [add(cache, os.urandom(40 * KIB)) for _ in range(4)]
    assert is_there(cache, held)
    assert not any(is_there(cache, digest) for digest in others[:-1])
    assert process.communicate("\n")[0].strip() == str(held)
    add(cache, os.urandom(40 * KIB))
    assert not is_there(cache, held)


def test_the_holds_of_a_killed_process_end_with_it(cache: BlobCache) -> None:
    held = add(cache, os.urandom(40 * KIB))
    command = [sys.executable, "-c", _HOLD, str(cache.folder), str(held)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    add(cache, os.urandom(40 * KIB))
    assert not is_there(cache, held)


@pytest.mark.parametrize("size", [0, 5, 7])
def test_damage_is_noticed(cache: BlobCache, size: int) -> None:
    digest = add(cache, b"a copy")
    path = cache.path_of(digest)
    path.chmod(0o644)
    path.write_bytes(b"?" * size)
    assert cache.open(digest) is None
    assert not path.exists()


def test_another_process_verifies_for_itself(cache: BlobCache) -> None:
    digest = add(cache, b"a copy")
    path = cache.path_of(digest)
    path.chmod(0o644)
    path.write_bytes(b"A COPY")
    assert BlobCache(cache.folder, KIB).open(digest) is None


def test_more_than_fits_may_be_used_one_after_another(cache: BlobCache) -> None:
    for _ in range(3):
        digest, stream = cache.add(BytesIO(os.urandom(100 * KIB)))
        with stream:
            assert is_there(cache, digest)
    cache.trim()
    assert size_of(cache) <= 64 * KIB


def test_leftovers_of_killed_processes_go_when_they_are_old(cache: BlobCache) -> None:
    old, fresh = cache.folder / f".get-{'a' * 64}", cache.folder / ".add-fresh"
    old.touch()
    fresh.touch()
    os.utime(old, (0, 0))
    cache.trim()
    assert not old.exists()
    assert fresh.exists()


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"):
        BlobCache(tmp_path / "file" / "cache", KIB)
