"""One contract for every store of blobs: whole or not there, verified, durable.

In memory, in a folder, and in S3 on a real server.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.blobs import BlobStore, FileBlobs, MemoryBlobs
from shared.digest import Digest
from shared.errors import MissingBlob
from shared.s3_blobs import S3Blobs
from tests.contract.stores import S3Server, s3_server

DATA = b"a blob, or what is left of it"
ABSENT = Digest.of_bytes(b"never stored")
MIB = 1 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture(params=["memory", "files", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "memory":
        return MemoryBlobs()
    if request.param == "files":
        return FileBlobs(tmp_path / "blobs")
    server: S3Server = request.getfixturevalue("server")
    return server.blobs(tmp_path / "cache")


def _files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, 3 * MIB + 1])
def test_what_was_put_is_read(blobs: BlobStore, size: int) -> None:
    data = os.urandom(size)
    digest = blobs.put(data)
    assert digest == Digest.of_bytes(data)
    assert blobs.contains(digest)
    assert blobs.read(digest) == data
    with blobs.open(digest) as stream:
        assert stream.read() == data
        stream.seek(size // 2)
        assert stream.read() == data[size // 2 :]
    with blobs.local_path(digest) as path:
        assert path.read_bytes() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=64))
def test_any_bytes_can_be_put_twice(blobs: BlobStore, data: bytes) -> None:
    assert blobs.put(data) == blobs.put(data)
    assert blobs.read(Digest.of_bytes(data)) == data


def test_a_file_is_copied(blobs: BlobStore, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(DATA)
    digest = blobs.put_file(path)
    path.write_bytes(b"changed afterwards")
    assert blobs.read(digest) == DATA


def test_a_file_that_is_gone_puts_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.put_file(tmp_path / "gone.mp4")
    assert not list(blobs.stored())
    assert not _files(tmp_path)


def test_putting_does_not_keep_the_callers_buffer(blobs: BlobStore) -> None:
    buffer = bytearray(DATA)
    digest = blobs.put(bytes(buffer))
    buffer[0] = 0
    assert blobs.read(digest) == DATA


def test_what_was_never_put_is_missing(blobs: BlobStore) -> None:
    assert not blobs.contains(ABSENT)
    with pytest.raises(MissingBlob, match=ABSENT.short):
        blobs.read(ABSENT)
    with pytest.raises(MissingBlob):
        blobs.open(ABSENT)
    with pytest.raises(MissingBlob), blobs.local_path(ABSENT):
        pytest.fail("a path to nothing")


def test_the_size_is_part_of_the_digest(blobs: BlobStore) -> None:
    digest = blobs.put(DATA)
    other_size = Digest(digest.sha256, digest.size_bytes + 1)
    assert not blobs.contains(other_size)


def test_what_is_stored_is_listed(blobs: BlobStore) -> None:
    before = time.time() - 1  # some clocks tell whole seconds
    digests = {blobs.put(data) for data in (b"", b"one", b"two" * 1000)}
    listed = list(blobs.stored())
    assert {found.digest for found in listed} == digests
    assert len(listed) == 3
    for found in listed:
        assert found.size_bytes == found.digest.size_bytes
        assert before <= found.touched_at <= time.time()


def test_what_is_deleted_is_gone_and_can_be_put_again(blobs: BlobStore) -> None:
    digest, other = blobs.put(DATA), blobs.put(b"other")
    assert blobs.delete(digest)
    assert not blobs.delete(digest)
    assert not blobs.contains(digest)
    assert not blobs.touch(digest)
    with pytest.raises(MissingBlob):
        blobs.read(digest)
    assert [found.digest for found in blobs.stored()] == [other]
    assert blobs.put(DATA) == digest
    assert blobs.read(digest) == DATA


def test_what_was_touched_since_stays(blobs: BlobStore) -> None:
    digest = blobs.put(DATA)
    (found,) = blobs.stored()
    assert not blobs.delete(digest, untouched_since=found.touched_at)
    assert blobs.read(digest) == DATA
    assert blobs.delete(digest, untouched_since=found.touched_at + 1.01)
    assert not blobs.contains(digest)


@pytest.mark.parametrize("way", ["put", "touch"])
def test_old_blobs_are_touched(blobs: BlobStore, way: str) -> None:
    digest = blobs.put(DATA)
    _age(blobs, digest)
    (before,) = blobs.stored()
    assert blobs.put(DATA) == digest if way == "put" else blobs.touch(digest)
    (after,) = blobs.stored()
    assert after.touched_at > before.touched_at
    assert not blobs.delete(digest, untouched_since=after.touched_at)
    assert blobs.delete(digest)
    assert not list(blobs.stored())


def _age(blobs: BlobStore, digest: Digest) -> None:
    if isinstance(blobs, FileBlobs):
        os.utime(blobs.path_of(digest), (0, time.time() - 3600))
    else:
        time.sleep(1.1 if isinstance(blobs, S3Blobs) else 0.01)  # its clock cannot be turned


def test_a_put_that_has_returned_is_never_undone(blobs: BlobStore) -> None:
    """Somebody deletes all that is old, all the time; whoever puts finds what he has put."""
    stop = threading.Event()
    deleted = 0
    digest = Digest.of_bytes(DATA)

    def collect() -> None:
        nonlocal deleted
        while not stop.is_set():
            deleted += blobs.delete(digest, untouched_since=time.time() - 1.5)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        for _ in range(12):
            blobs.put(DATA)
            assert blobs.contains(digest)
            if isinstance(blobs, FileBlobs):
                _age(blobs, digest)  # at once old enough to go
        if not isinstance(blobs, FileBlobs):
            time.sleep(2.7)
    finally:
        stop.set()
        thread.join()
    assert deleted


def test_touching_nothing_makes_nothing(blobs: BlobStore) -> None:
    assert not blobs.touch(ABSENT)
    assert not blobs.delete(ABSENT)
    assert not list(blobs.stored())
