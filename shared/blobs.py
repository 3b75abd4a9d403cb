"""Blobs: immutable bytes under their digest, in memory or in a folder (in S3: `shared/s3.py`)."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from shared.blob_store import BlobStore, StoredBlob, may_go, missing
from shared.digest import Digest
from shared.file_blobs import FileBlobs

__all__ = ["BlobStore", "FileBlobs", "MemoryBlobs", "StoredBlob"]


class MemoryBlobs:
    """Blobs in a dictionary, for tests and for one process."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, bytes] = {}
        self._touched: dict[Digest, float] = {}
        self._lock = threading.Lock()

    def put(self, data: bytes) -> Digest:
        digest = Digest.of_bytes(data)
        with self._lock:
            self._blobs[digest] = bytes(data)
            self._touched[digest] = time.time()
        return digest

    def put_file(self, path: Path) -> Digest:
        return self.put(path.read_bytes())

    def contains(self, digest: Digest) -> bool:
        return digest in self._blobs

    def touch(self, digest: Digest) -> bool:
        with self._lock:
            if digest in self._blobs:
                self._touched[digest] = time.time()
            return digest in self._blobs

    def read(self, digest: Digest) -> bytes:
        try:
            return self._blobs[digest]
        except KeyError:
            raise missing(digest, "is not in the store") from None

    def open(self, digest: Digest) -> BinaryIO:
        return BytesIO(self.read(digest))

    @contextlib.contextmanager
    def local_path(self, digest: Digest) -> Iterator[Path]:
        data = self.read(digest)
        with tempfile.TemporaryDirectory(prefix="onbeat-blob-") as folder:
            path = Path(folder) / digest.sha256
            path.write_bytes(data)
            yield path

    def stored(self) -> Iterator[StoredBlob]:
        with self._lock:
            touched = list(self._touched.items())
        for digest, touched_at in touched:
            yield StoredBlob(digest, digest.size_bytes, touched_at)

    def delete(self, digest: Digest, untouched_since: float | None = None) -> bool:
        with self._lock:
            touched_at = self._touched.get(digest)
            if touched_at is None or not may_go(touched_at, untouched_since):
                return False
            del self._blobs[digest], self._touched[digest]
            return True
