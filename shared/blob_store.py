"""What every store of blobs promises, and what a store says when it cannot."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from shared.digest import Digest
from shared.errors import MissingBlob, Unavailable

# Touching costs a write, so one that follows another within this time may be left out: whoever
# deletes what was not touched lately must mean by "lately" more than this.
TOUCH_LAG_SECONDS = 3600.0
# Of how many files a process remembers that it has verified them: about 8 MB of memory.
KEEP_VERIFIED = 20_000


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """One blob as the store lists it, unverified: a damaged one has the size that it has now.

    `size_bytes` is what it takes up. `touched_at` is when it was last put or touched, in seconds
    since 1970 by the store's clock; up to `TOUCH_LAG_SECONDS` earlier than it really was.
    """

    digest: Digest
    size_bytes: int
    touched_at: float


class BlobStore(Protocol):
    """Where blobs live. All methods may be called from any thread and process.

    Any of them raises `Unavailable` when the store does not answer.
    """

    def put(self, data: bytes) -> Digest:
        """Store bytes and return their digest; of what is there already, only the touch is new."""

    def put_file(self, path: Path) -> Digest:
        """Store a copy of a file, read in pieces."""

    def contains(self, digest: Digest) -> bool:
        """Whether the blob is there with the right size (its bytes are verified on reading)."""

    def touch(self, digest: Digest) -> bool:
        """The same, and if it is there, it counts as put just now."""

    def read(self, digest: Digest) -> bytes:
        """The whole blob, verified; raises `MissingBlob`."""

    def open(self, digest: Digest) -> BinaryIO:
        """A seekable stream of the verified blob; raises `MissingBlob`."""

    def local_path(self, digest: Digest) -> contextlib.AbstractContextManager[Path]:
        """A verified file with the blob's bytes, to read while the context is open."""

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob of the store, in no order; one put or deleted meanwhile may be missed."""

    def delete(self, digest: Digest, untouched_since: float | None = None) -> bool:
        """Remove a blob, whatever its size; returns whether this removed it.

        With a time (seconds since 1970), one touched then or later stays: also when that happens
        at this very moment, so a put that has returned is never undone.
        """


@runtime_checkable
class DirectUploads(Protocol):
    """A store of blobs to which strangers can send a file without passing through us (S3)."""

    def upload_form(self, name: str, size_bytes: int, seconds: float) -> tuple[str, dict[str, str]]:
        """Where anybody may POST one file of that size for so long, and the form's fields."""

    def accept(self, name: str) -> Digest:
        """Make a blob of what was sent under that name; raises `NotFound`."""

    def forget_upload(self, name: str) -> None:
        """Remove what was sent under that name, if anything was."""


def missing(digest: Digest, why: str) -> MissingBlob:
    """The error for a blob that is not there: `why` is "is not in the store" or the like."""
    error = MissingBlob(f"blob {digest.short} ({digest.size_bytes} bytes) {why}")
    error.digest = str(digest)
    return error


def remember(
    verified: dict[Digest, tuple[int, int]], digest: Digest, file: tuple[int, int]
) -> None:
    """Note that a file (inode, time of change) has a blob's bytes; all is forgotten when full."""
    if len(verified) >= KEEP_VERIFIED and digest not in verified:
        verified.clear()
    verified[digest] = file


def may_go(touched_at: float, untouched_since: float | None) -> bool:
    """Whether a blob touched at a time may be deleted (see `BlobStore.delete`)."""
    return untouched_since is None or touched_at < untouched_since


@contextlib.contextmanager
def store_errors() -> Iterator[None]:
    """What goes wrong with the store's own files is not the fault of what is put there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unavailable(f"the store cannot be used: {error.strerror or error}") from error
