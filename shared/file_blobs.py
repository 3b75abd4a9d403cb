"""Blobs as files in a folder.

A blob appears whole or not at all, and is verified whenever it is read: damaged bytes count as
missing (and are removed), so that whoever can make them again does.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO

from shared.blob_store import StoredBlob, may_go, missing, remember, store_errors
from shared.digest import Digest
from shared.errors import MissingBlob

_CHUNK_BYTES = 1 << 20
_TEMPORARY_PREFIX = ".put-"
_LEFTOVER_SECONDS = 24 * 3600
# A touch changes what tells other processes that a file is still the one they have verified.
_TOUCH_LAG_SECONDS = 60.0


class FileBlobs:
    """Blobs as files in a folder: `<root>/<first two digits>/<sha256>`, read-only, fsynced.

    A write goes to a temporary file beside its target, is fsynced and renamed, then the folders
    are fsynced: after `put` returns, neither kill -9 nor power loss loses the blob. What a killed
    writer left behind is swept a day later, when a store is opened. A file's time of modification
    is when it was touched.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._verified: dict[Digest, tuple[int, int]] = {}
        root.mkdir(parents=True, exist_ok=True)
        self._sweep_leftovers()

    def path_of(self, digest: Digest) -> Path:
        """Where the blob is or would be."""
        return self._root / digest.sha256[:2] / digest.sha256

    def put(self, data: bytes) -> Digest:
        return self._put_stream(BytesIO(data))

    def put_file(self, path: Path) -> Digest:
        with path.open("rb") as stream:
            return self._put_stream(stream)

    def contains(self, digest: Digest) -> bool:
        try:
            return self.path_of(digest).stat().st_size == digest.size_bytes
        except FileNotFoundError:
            return False

    def touch(self, digest: Digest) -> bool:
        path = self.path_of(digest)
        try:
            with _locked(path.parent, fcntl.LOCK_SH):
                status = path.stat()
                if status.st_size != digest.size_bytes:
                    return False
                if time.time() - status.st_mtime > _TOUCH_LAG_SECONDS:
                    self._renew(digest, status)
        except FileNotFoundError:
            return False
        return True

    def read(self, digest: Digest) -> bytes:
        try:
            with store_errors():
                data = self.path_of(digest).read_bytes()
        except FileNotFoundError:
            raise missing(digest, "is not in the store") from None
        if Digest.of_bytes(data) != digest:
            self._discard(digest)
            raise missing(digest, "was damaged in the store and has been removed")
        return data

    def open(self, digest: Digest) -> BinaryIO:
        self._verify(digest)
        try:
            with store_errors():
                return self.path_of(digest).open("rb")
        except FileNotFoundError:
            raise missing(digest, "is not in the store") from None

    @contextlib.contextmanager
    def local_path(self, digest: Digest) -> Iterator[Path]:
        self._verify(digest)
        yield self.path_of(digest)

    def stored(self) -> Iterator[StoredBlob]:
        for path in self._root.glob("??/*"):
            with contextlib.suppress(FileNotFoundError, ValueError):
                status = path.stat()
                digest = Digest(path.name, status.st_size)
                yield StoredBlob(digest, status.st_size, status.st_mtime)

    def delete(self, digest: Digest, untouched_since: float | None = None) -> bool:
        path = self.path_of(digest)
        try:
            # Nobody puts or touches it between the look at its time and its end.
            with _locked(path.parent, fcntl.LOCK_EX):
                if not may_go(path.stat().st_mtime, untouched_since):
                    return False
                path.unlink()
        except FileNotFoundError:
            return False
        self._verified.pop(digest, None)
        return True

    def _renew(self, digest: Digest, status: os.stat_result) -> None:
        path = self.path_of(digest)
        known = self._verified.get(digest) == _identity(status)
        with store_errors():
            os.utime(path)
        if known:
            remember(self._verified, digest, _identity(path.stat()))

    def _verify(self, digest: Digest) -> None:
        # Hashing costs about 1 s a GB, so a file that has not changed since is hashed only once
        # per process.
        path = self.path_of(digest)
        try:
            status = path.stat()
            identity = _identity(status)
            if self._verified.get(digest) == identity and status.st_size == digest.size_bytes:
                return
            with store_errors():
                found = Digest.of_file(path)
        except FileNotFoundError:
            raise missing(digest, "is not in the store") from None
        if found != digest:
            self._discard(digest)
            raise missing(digest, "was damaged in the store and has been removed")
        remember(self._verified, digest, identity)

    def _discard(self, digest: Digest) -> None:
        # Another process may have replaced the damaged file by a good one since it was read, so
        # the file is first moved aside, and moved back if it is good.
        self._verified.pop(digest, None)
        aside = self._root / f"{_TEMPORARY_PREFIX}{uuid.uuid4().hex}"
        try:
            os.replace(self.path_of(digest), aside)
        except FileNotFoundError:
            return
        if Digest.of_file(aside) == digest:
            os.replace(aside, self.path_of(digest))
        else:
            aside.unlink()

    def _sweep_leftovers(self) -> None:
        oldest = time.time() - _LEFTOVER_SECONDS
        for path in self._root.glob(f"{_TEMPORARY_PREFIX}*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _put_stream(self, stream: BinaryIO) -> Digest:
        with store_errors():
            handle, name = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=self._root)
        temporary = Path(name)
        try:
            # Unbuffered: a full disk is noticed where it is written to, not on closing.
            with os.fdopen(handle, "wb", buffering=0) as target:
                digest = _copy_and_hash(stream, target)
                if not (self._is_intact(digest) and self.touch(digest)):
                    with store_errors():
                        self._publish(target.fileno(), temporary, digest)
            # Also when it was there already: whoever put it may not have come this far.
            with store_errors():
                _fsync_folder(self.path_of(digest).parent)
                _fsync_folder(self._root)
            return digest
        finally:
            temporary.unlink(missing_ok=True)

    def _publish(self, handle: int, temporary: Path, digest: Digest) -> None:
        path = self.path_of(digest)
        os.fchmod(handle, 0o444)
        os.fsync(handle)
        path.parent.mkdir(exist_ok=True)
        with _locked(path.parent, fcntl.LOCK_SH):
            os.utime(temporary)  # its bytes may have taken long to arrive
            os.replace(temporary, path)

    def _is_intact(self, digest: Digest) -> bool:
        # A damaged copy must not keep a good one out, so "already there" means verified.
        try:
            self._verify(digest)
        except MissingBlob:
            return False
        return True


def _identity(status: os.stat_result) -> tuple[int, int]:
    return (status.st_ino, status.st_mtime_ns)


@contextlib.contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Hold a folder's lock: shared to put and touch there, exclusive to delete.

    Raises `FileNotFoundError` if the folder is not there.
    """
    with store_errors():
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with store_errors():
            fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _copy_and_hash(source: BinaryIO, target: RawIOBase) -> Digest:
    state, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        state.update(chunk)
        with store_errors():
            rest = memoryview(chunk)
            while rest:
                rest = rest[target.write(rest) or 0 :]
        size += len(chunk)
    return Digest(state.hexdigest(), size)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
