"""One contract for every store of blobs: whole or not there, verified, durable."""

from __future__ import annotations

import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.blobs import BlobStore, FileBlobs, MemoryBlobs
from shared.digest import Digest
from shared.errors import MissingBlob

DATA = b"a blob, or what is left of it"
ABSENT = Digest.of_bytes(b"never stored")
MIB = 1 << 20


@pytest.fixture(params=["memory", "files"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MemoryBlobs() if request.param == "memory" else FileBlobs(tmp_path / "blobs")


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


# From here on: files only, because memory is not damaged.


def _flip(path: Path) -> None:
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


def _truncate(path: Path) -> None:
    os.truncate(path, 5)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


@pytest.fixture(params=[_flip, _truncate, _empty, _grow], ids=lambda damage: damage.__name__[1:])
def damaged(request: pytest.FixtureRequest, file_blobs: FileBlobs) -> Digest:
    """A blob whose bytes were changed on disk after they had been put and verified."""
    digest = file_blobs.put(DATA)
    with file_blobs.open(digest):
        pass
    path = file_blobs.path_of(digest)
    path.chmod(0o644)
    request.param(path)
    return digest


def _use(blobs: BlobStore, way: str, digest: Digest) -> None:
    if way == "local_path":
        with blobs.local_path(digest):
            return
    getattr(blobs, way)(digest)


@pytest.mark.parametrize("way", ["read", "open", "local_path"])
def test_damage_is_noticed_and_removed(file_blobs: FileBlobs, damaged: Digest, way: str) -> None:
    with pytest.raises(MissingBlob, match="damaged"):
        _use(file_blobs, way, damaged)
    assert not file_blobs.contains(damaged)
    assert not _files(file_blobs.path_of(damaged).parent)


def test_damaged_bytes_are_replaced_by_a_put(file_blobs: FileBlobs, damaged: Digest) -> None:
    assert file_blobs.put(DATA) == damaged
    assert file_blobs.read(damaged) == DATA


def test_another_process_notices_damage_too(file_blobs: FileBlobs, damaged: Digest) -> None:
    fresh = FileBlobs(file_blobs.path_of(damaged).parents[1])
    with pytest.raises(MissingBlob, match="damaged"):
        fresh.open(damaged)


def test_a_good_copy_put_meanwhile_survives_the_removal_of_a_damaged_one(
    file_blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = file_blobs.put(DATA)
    path = file_blobs.path_of(digest)
    path.chmod(0o644)
    _flip(path)
    read_bytes = Path.read_bytes

    def read_then_be_overtaken(self: Path) -> bytes:
        data = read_bytes(self)
        if self == path:
            FileBlobs(path.parents[1]).put(DATA)
        return data

    monkeypatch.setattr(Path, "read_bytes", read_then_be_overtaken)
    with pytest.raises(MissingBlob):
        file_blobs.read(digest)
    monkeypatch.undo()
    assert file_blobs.read(digest) == DATA


def test_only_blobs_remain(file_blobs: FileBlobs) -> None:
    digests = {file_blobs.put(DATA), file_blobs.put(DATA), file_blobs.put(b"")}
    root = file_blobs.path_of(ABSENT).parents[1]
    assert _files(root) == sorted(digest.sha256 for digest in digests)


def test_blobs_are_read_only(file_blobs: FileBlobs) -> None:
    assert file_blobs.path_of(file_blobs.put(DATA)).stat().st_mode & 0o777 == 0o444


class _Broken(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError("the disk went away")
        return super().read(4)


def test_a_put_that_fails_leaves_nothing(file_blobs: FileBlobs) -> None:
    with pytest.raises(OSError, match="went away"):
        file_blobs._put_stream(_Broken(DATA))
    assert not _files(file_blobs.path_of(ABSENT).parents[1])


def test_leftovers_of_killed_writers_are_swept_when_they_are_old(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".put-old", tmp_path / ".put-fresh"
    old.touch()
    fresh.touch()
    os.utime(old, (0, time.time() - 25 * 3600))
    FileBlobs(tmp_path)
    assert _files(tmp_path) == [".put-fresh"]
