"""Blobs as files: damage is found and removed, puts that fail leave nothing.

What every store promises is in tests/contract/test_blob_stores.py.
"""

from __future__ import annotations

import os
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest

from shared.blobs import BlobStore, FileBlobs
from shared.digest import Digest
from shared.errors import MissingBlob

DATA = b"a blob, or what is left of it"
ABSENT = Digest.of_bytes(b"never stored")


def _files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


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


def test_a_touch_does_not_make_its_process_hash_again(
    file_blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = file_blobs.put(DATA)
    os.utime(file_blobs.path_of(digest), (0, 0))
    with file_blobs.open(digest):
        pass
    assert file_blobs.touch(digest)
    assert time.time() - file_blobs.path_of(digest).stat().st_mtime < 60
    monkeypatch.setattr(Digest, "of_file", lambda path: pytest.fail("hashed again"))
    with file_blobs.local_path(digest) as path:
        assert path.read_bytes() == DATA


def test_what_is_no_blob_is_not_listed(file_blobs: FileBlobs) -> None:
    digest = file_blobs.put(DATA)
    (file_blobs.path_of(digest).parent / "notes.txt").write_text("mine")
    assert [found.digest for found in file_blobs.stored()] == [digest]


def test_a_damaged_blob_is_listed_with_the_size_it_has_and_can_be_deleted(
    file_blobs: FileBlobs,
) -> None:
    digest = file_blobs.put(DATA)
    file_blobs.path_of(digest).chmod(0o644)
    _truncate(file_blobs.path_of(digest))
    (found,) = file_blobs.stored()
    assert found.digest == Digest(digest.sha256, 5)
    assert file_blobs.delete(found.digest)
    assert not list(file_blobs.stored())


def test_who_puts_what_is_being_deleted_waits_and_puts_it_again(
    file_blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector has looked, and is about to delete; somebody puts the same at this moment."""
    digest = file_blobs.put(DATA)
    path = file_blobs.path_of(digest)
    os.utime(path, (0, 0))
    looked, go_on = threading.Event(), threading.Event()
    unlink = Path.unlink

    def unlink_late(self: Path, missing_ok: bool = False) -> None:
        if self == path:
            looked.set()
            assert go_on.wait(20)
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink_late)
    collector = threading.Thread(target=file_blobs.delete, args=(digest, time.time()))
    collector.start()
    assert looked.wait(20)
    putter = threading.Thread(target=FileBlobs(path.parents[1]).put, args=(DATA,))
    putter.start()
    putter.join(0.5)
    assert putter.is_alive(), "a put that returned now would be undone"
    go_on.set()
    collector.join()
    putter.join()
    assert file_blobs.read(digest) == DATA
