"""A bounded folder of verified copies of blobs that live elsewhere, shared by processes.

A copy in use is pinned by a shared lock on its open file, which the kernel drops when the stream
is closed or its process dies; only what can be locked exclusively is evicted, longest unused
first. Nothing here is durable or needed: the folder may be deleted whenever nobody uses it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from shared.blob_store import missing, remember, store_errors
from shared.digest import Digest
from shared.errors import Unavailable

_CHUNK_BYTES = 1 << 20
_LEFTOVER_SECONDS = 3600
_TRIES = 10


class BlobCache:
    """Copies of blobs, at most `max_bytes` of them but for those in use.

    A process looks at the sum when it has added a 32nd of the bound, so several that fill at once
    may pass it by that share each.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._added: int | None = None  # since we last looked; None: not looked yet
        self._verified: dict[Digest, tuple[int, int]] = {}
        with store_errors():
            folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, digest: Digest) -> Path:
        """Where the copy is or would be."""
        return self.folder / digest.sha256[:2] / digest.sha256

    def open(self, digest: Digest) -> BinaryIO | None:
        """The verified copy, which stays while the stream is open; None if there is none."""
        path = self.path_of(digest)
        while True:
            try:
                with store_errors():
                    stream = path.open("rb")
            except FileNotFoundError:
                return None
            fcntl.flock(stream, fcntl.LOCK_SH)
            if os.fstat(stream.fileno()).st_nlink:
                break
            stream.close()  # evicted before we had the lock
        if self._is_intact(stream, digest):
            status = os.fstat(stream.fileno())
            with contextlib.suppress(FileNotFoundError):  # When it was used last:
                os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))
            return stream
        stream.close()
        self.discard(digest)
        return None

    def discard(self, digest: Digest) -> None:
        """Forget a copy, damaged or not; who has it open can go on reading it."""
        self._verified.pop(digest, None)
        self.path_of(digest).unlink(missing_ok=True)

    def fill(self, digest: Digest, fetch: Callable[[BinaryIO], None]) -> BinaryIO:
        """The copy, made by `fetch` (which writes the blob) if it is not there yet.

        Who asks for what another process or thread is fetching waits for that one. Raises
        `MissingBlob` if `fetch` wrote other bytes, and whatever `fetch` raises.
        """
        for _ in range(_TRIES):
            with self._writing(self.folder / f".get-{digest.sha256}") as (temporary, target):
                if (found := self.open(digest)) is not None:
                    return found
                fetch(target)
                target.flush()
                target.seek(0)
                if Digest.of_stream(target) != digest:
                    raise missing(digest, "was damaged in the store")
                self._adopt(temporary, target, digest)
            if (found := self.open(digest)) is not None:
                self._trim_sometimes(digest.size_bytes)
                return found
        raise Unavailable(f"the cache {self.folder} is being emptied as fast as it is filled")

    def add(self, source: BinaryIO) -> tuple[Digest, BinaryIO]:
        """Copy everything that is left in a stream; its digest, and the copy, open."""
        for _ in range(_TRIES):
            start = source.tell()
            with self._writing(self.folder / f".add-{uuid.uuid4().hex}") as (temporary, target):
                while chunk := source.read(_CHUNK_BYTES):
                    with store_errors():
                        target.write(chunk)
                target.flush()
                target.seek(0)
                digest = Digest.of_stream(target)
                self._adopt(temporary, target, digest)
            if (found := self.open(digest)) is not None:
                self._trim_sometimes(digest.size_bytes)
                return digest, found
            source.seek(start)
        raise Unavailable(f"the cache {self.folder} is being emptied as fast as it is filled")

    @contextlib.contextmanager
    def _writing(self, temporary: Path) -> Iterator[tuple[Path, BinaryIO]]:
        # One writer has the file at a time. It goes when he is done, renamed or not: who waited
        # for it notices, by its links, and begins anew.
        while True:
            with store_errors():
                handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            stream = os.fdopen(handle, "r+b")
            fcntl.flock(stream, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), temporary.stat()):
                    break
            stream.close()
        with stream:
            try:
                stream.truncate(0)
                yield temporary, stream
            finally:
                temporary.unlink(missing_ok=True)

    def _adopt(self, temporary: Path, stream: BinaryIO, digest: Digest) -> None:
        path = self.path_of(digest)
        with store_errors():
            os.fchmod(stream.fileno(), 0o444)
            path.parent.mkdir(exist_ok=True)
            os.replace(temporary, path)
        remember(self._verified, digest, _identity(stream))

    def _is_intact(self, stream: BinaryIO, digest: Digest) -> bool:
        # As in a folder of blobs: what has not changed since is hashed once per process.
        identity = _identity(stream)
        if os.fstat(stream.fileno()).st_size != digest.size_bytes:
            return False
        if self._verified.get(digest) == identity:
            return True
        with store_errors():
            found = Digest.of_stream(stream)
        stream.seek(0)
        if found == digest:
            remember(self._verified, digest, identity)
        return found == digest

    def _trim_sometimes(self, added: int) -> None:
        if self._added is None or self._added + added > self._max_bytes // 32:
            self._added = 0
            self.trim()
        else:
            self._added += added

    def trim(self) -> None:
        """Evict what was not used for the longest time until the rest is within the bound."""
        found = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_atime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes:
                break
            if _evict(path):
                total -= size
        for path in self.folder.glob(".[ag]*-*"):  # left behind by killed processes
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                    _evict(path)


def _evict(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (FileNotFoundError, BlockingIOError):
        return False
    return True


def _identity(stream: BinaryIO) -> tuple[int, int]:
    status = os.fstat(stream.fileno())
    return status.st_ino, status.st_mtime_ns
