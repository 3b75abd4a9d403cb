"""Blobs: immutable bytes under their digest, in memory or in a folder.

A blob appears whole or not at all, and is verified whenever it is read: damaged bytes count as
missing (and are removed), so that whoever can make them again does.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, Protocol

from shared.digest import Digest
from shared.errors import MissingBlob, Unavailable

_CHUNK_BYTES = 1 << 20
_TEMPORARY_PREFIX = ".put-"
_LEFTOVER_SECONDS = 24 * 3600


class BlobStore(Protocol):
    """Where blobs live. All methods may be called from any thread and process."""

    def put(self, data: bytes) -> Digest:
        """Store bytes and return their digest; storing what is there already changes nothing."""

    def put_file(self, path: Path) -> Digest:
        """Store a copy of a file, read in pieces."""

    def contains(self, digest: Digest) -> bool:
        """Whether the blob is there with the right size (its bytes are verified on reading)."""

    def read(self, digest: Digest) -> bytes:
        """The whole blob, verified; raises `MissingBlob`."""

    def open(self, digest: Digest) -> BinaryIO:
        """A seekable stream of the verified blob; raises `MissingBlob`."""

    def local_path(self, digest: Digest) -> contextlib.AbstractContextManager[Path]:
        """A verified file with the blob's bytes, to read while the context is open."""


def _missing(digest: Digest, why: str) -> MissingBlob:
    error = MissingBlob(f"blob {digest.short} ({digest.size_bytes} bytes) {why}")
    error.digest = str(digest)
    return error


@contextlib.contextmanager
def _store_errors() -> Iterator[None]:
    """What goes wrong with the store's own files is not the fault of what is put there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unavailable(f"the store cannot be used: {error.strerror or error}") from error


class MemoryBlobs:
    """Blobs in a dictionary, for tests and for one process."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, bytes] = {}

    def put(self, data: bytes) -> Digest:
        digest = Digest.of_bytes(data)
        self._blobs[digest] = bytes(data)
        return digest

    def put_file(self, path: Path) -> Digest:
        return self.put(path.read_bytes())

    def contains(self, digest: Digest) -> bool:
        return digest in self._blobs

    def read(self, digest: Digest) -> bytes:
        try:
            return self._blobs[digest]
        except KeyError:
            raise _missing(digest, "is not in the store") from None

    def open(self, digest: Digest) -> BinaryIO:
        return BytesIO(self.read(digest))

    @contextlib.contextmanager
    def local_path(self, digest: Digest) -> Iterator[Path]:
        data = self.read(digest)
        with tempfile.TemporaryDirectory(prefix="onbeat-blob-") as folder:
            path = Path(folder) / digest.sha256
            path.write_bytes(data)
            yield path


class FileBlobs:
    """Blobs as files in a folder: `<root>/<first two digits>/<sha256>`, read-only, fsynced.

    A write goes to a temporary file beside its target, is fsynced and renamed, then the folders
    are fsynced: after `put` returns, neither kill -9 nor power loss loses the blob. What a killed
    writer left behind is swept a day later, when a store is opened.
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

    def read(self, digest: Digest) -> bytes:
        try:
            with _store_errors():
                data = self.path_of(digest).read_bytes()
        except FileNotFoundError:
            raise _missing(digest, "is not in the store") from None
        if Digest.of_bytes(data) != digest:
            self._discard(digest)
            raise _missing(digest, "was damaged in the store and has been removed")
        return data

    def open(self, digest: Digest) -> BinaryIO:
        self._verify(digest)
        try:
            with _store_errors():
                return self.path_of(digest).open("rb")
        except FileNotFoundError:
            raise _missing(digest, "is not in the store") from None

    @contextlib.contextmanager
    def local_path(self, digest: Digest) -> Iterator[Path]:
        self._verify(digest)
        yield self.path_of(digest)

    def _verify(self, digest: Digest) -> None:
        # Hashing costs about 1 s a GB, so a file that has not changed since is hashed only once
        # per process.
        path = self.path_of(digest)
        try:
            status = path.stat()
            identity = (status.st_ino, status.st_mtime_ns)
            if self._verified.get(digest) == identity and status.st_size == digest.size_bytes:
                return
            with _store_errors():
                found = Digest.of_file(path)
        except FileNotFoundError:
            raise _missing(digest, "is not in the store") from None
        if found != digest:
            self._discard(digest)
            raise _missing(digest, "was damaged in the store and has been removed")
        self._verified[digest] = identity

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
        with _store_errors():
            handle, name = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=self._root)
        temporary = Path(name)
        try:
            # Unbuffered: a full disk is noticed where it is written to, not on closing.
            with os.fdopen(handle, "wb", buffering=0) as target:
                digest = _copy_and_hash(stream, target)
                if not self._is_intact(digest):
                    with _store_errors():
                        self._publish(target.fileno(), temporary, digest)
            # Also when it was there already: whoever put it may not have come this far.
            with _store_errors():
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
        os.replace(temporary, path)

    def _is_intact(self, digest: Digest) -> bool:
        # A damaged copy must not keep a good one out, so "already there" means verified.
        try:
            self._verify(digest)
        except MissingBlob:
            return False
        return True


def _copy_and_hash(source: BinaryIO, target: RawIOBase) -> Digest:
    state, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        state.update(chunk)
        with _store_errors():
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
