"""Blobs in an S3 bucket, read through a cache in a folder of this machine.

    <prefix>cas/<first two digits>/<sha256>   the blob
    <prefix>touched/<sha256>                  empty; when it was touched last, if after it was put
    <prefix>deleting/<sha256>                 empty; somebody is about to delete it
    <prefix>incoming/<name>                   an upload that nobody has verified yet

An object appears whole or not at all. Bytes are hashed before they are sent and after they were
fetched, so an object that was damaged counts as missing and is removed.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from shared.blob_store import TOUCH_LAG_SECONDS, StoredBlob, may_go, missing
from shared.cache import BlobCache
from shared.digest import Digest
from shared.errors import MissingBlob, NotFound, Unavailable
from shared.s3 import Bucket

# Deleting takes two short requests; a mark that is older was left behind by a killed process.
_DELETING_SECONDS = 60.0
_POLL_SECONDS = 0.1
_CLOCK_SECONDS = 1.0  # S3 tells times in whole seconds
_KEEP_TOUCHES = 100_000


class S3Blobs:
    """Blobs in a bucket, with verified copies of those that were used in a cache."""

    def __init__(
        self, bucket: Bucket, cache: BlobCache, touch_lag_seconds: float = TOUCH_LAG_SECONDS
    ) -> None:
        self._bucket = bucket
        self._cache = cache
        self._touch_lag_seconds = touch_lag_seconds
        self._touched: dict[Digest, float] = {}  # by this process's monotonic clock

    def put(self, data: bytes) -> Digest:
        return self._put_stream(BytesIO(data))

    def put_file(self, path: Path) -> Digest:
        with path.open("rb") as stream:
            return self._put_stream(stream)

    def contains(self, digest: Digest) -> bool:
        found = self._bucket.stat(_name(digest))
        return found is not None and found.size_bytes == digest.size_bytes

    def touch(self, digest: Digest) -> bool:
        found = self._bucket.stat(_name(digest))
        if found is None or found.size_bytes != digest.size_bytes:
            return False
        if time.time() - found.modified_at < self._touch_lag_seconds or self._is_fresh(digest):
            return True
        # First the touch, then the look: who deletes does it the other way round, so that one of
        # the two notices the other.
        self._bucket.put_empty(f"touched/{digest.sha256}")
        self._wait_for_deletion(digest)
        if not self.contains(digest):
            return False
        if len(self._touched) >= _KEEP_TOUCHES:
            self._touched.clear()
        self._touched[digest] = time.monotonic()
        return True

    def read(self, digest: Digest) -> bytes:
        for _ in range(2):
            with self.open(digest) as stream:
                data = stream.read()
            if Digest.of_bytes(data) == digest:
                return data
            self._cache.discard(digest)
        raise Unavailable(f"the copies of blob {digest.short} in {self._cache.folder} are damaged")

    def open(self, digest: Digest) -> BinaryIO:
        found = self._cache.open(digest)
        return found if found is not None else self._fetch(digest)

    @contextlib.contextmanager
    def local_path(self, digest: Digest) -> Iterator[Path]:
        with self.open(digest):  # open, it is not evicted
            yield self._cache.path_of(digest)

    def stored(self) -> Iterator[StoredBlob]:
        touched = {found.name[-64:]: found.modified_at for found in self._bucket.list("touched/")}
        for found in self._bucket.list("cas/"):
            with contextlib.suppress(ValueError):  # what is no blob is none of ours
                digest = Digest(found.name[-64:], found.size_bytes)
                touched_at = max(found.modified_at, touched.get(digest.sha256, 0.0))
                yield StoredBlob(digest, found.size_bytes, touched_at)

    def delete(self, digest: Digest, untouched_since: float | None = None) -> bool:
        mark = f"deleting/{digest.sha256}"
        self._bucket.put_empty(mark)
        try:
            found = self._bucket.stat(_name(digest))
            touched = self._bucket.stat(f"touched/{digest.sha256}")
            if found is None:
                return False
            touched_at = max(found.modified_at, touched.modified_at if touched else 0.0)
            if not may_go(touched_at + _CLOCK_SECONDS, untouched_since):
                return False
            self._touched.pop(digest, None)
            self._cache.discard(digest)
            self._bucket.remove(_name(digest))
            if touched is not None:
                self._bucket.remove(f"touched/{digest.sha256}")
            return True
        finally:
            self._bucket.remove(mark)

    def download_url(self, digest: Digest, seconds: float) -> str:
        """An address from which anybody may GET the blob for so long."""
        return self._bucket.url("GET", _name(digest), seconds)

    def upload_form(self, name: str, size_bytes: int, seconds: float) -> tuple[str, dict[str, str]]:
        """Where anybody may POST one file of exactly that size for so long, and the form's fields.

        It does not go straight under a digest, because nobody has verified it yet: `accept(name)`
        makes it a blob.
        """
        return self._bucket.form(f"incoming/{name}", size_bytes, seconds)

    def accept(self, name: str) -> Digest:
        """Make a blob of what was uploaded under that name; raises `NotFound`.

        It is read once, to hash it and into the cache, and copied inside the bucket. The upload
        stays until `forget_upload`, so this may be done again.
        """
        with tempfile.TemporaryFile(dir=self._cache.folder) as stream:
            try:
                etag = self._bucket.get(f"incoming/{name}", stream)
                stream.seek(0)
                digest, copy = self._cache.add(stream)
                with copy:
                    if not self.touch(digest):
                        self._bucket.copy(f"incoming/{name}", _name(digest), etag)
            except FileNotFoundError:
                raise NotFound(f"upload {name!r} has not arrived") from None
        return digest

    def forget_upload(self, name: str) -> None:
        """Remove what was uploaded under that name, if anything was."""
        self._bucket.remove(f"incoming/{name}")

    def _put_stream(self, stream: BinaryIO) -> Digest:
        # By way of the cache: then what is sent cannot change under us, and is here to be read.
        digest, copy = self._cache.add(stream)
        with copy:
            if not self.touch(digest):
                self._bucket.put(_name(digest), copy, digest.size_bytes)
        return digest

    def _fetch(self, digest: Digest) -> BinaryIO:
        etag = ""

        def fetch(target: BinaryIO) -> None:
            nonlocal etag
            etag = self._bucket.get(_name(digest), target)

        try:
            return self._cache.fill(digest, fetch)
        except FileNotFoundError:
            raise missing(digest, "is not in the store") from None
        except MissingBlob:
            # Somebody may have put a good one since.
            found = self._bucket.stat(_name(digest))
            if found is not None and found.etag == etag:
                self._bucket.remove(_name(digest))
            raise missing(digest, "was damaged in the store and has been removed") from None

    def _is_fresh(self, digest: Digest) -> bool:
        touched = self._touched.get(digest)
        return touched is not None and time.monotonic() - touched < self._touch_lag_seconds

    def _wait_for_deletion(self, digest: Digest) -> None:
        mark, began, now = f"deleting/{digest.sha256}", time.monotonic(), 0.0
        while (found := self._bucket.stat(mark)) is not None:
            if not now:
                # By the bucket's clock, which has just dated our touch: by one of ours that is
                # ahead, a deletion that goes on would be a leftover.
                ours = self._bucket.stat(f"touched/{digest.sha256}")
                now = max(found.modified_at, ours.modified_at if ours is not None else 0.0)
            if now + time.monotonic() - began - found.modified_at > _DELETING_SECONDS:
                self._bucket.remove(mark)
                return
            time.sleep(_POLL_SECONDS)


def _name(digest: Digest) -> str:
    return f"cas/{digest.sha256[:2]}/{digest.sha256}"
