"""The films of a batch as one zip that is written while it is sent: no copy of it is kept.

Where each of its bytes is follows from names and sizes alone, so that a part can be sent without
the rest. Only checksums need the files themselves; those of what was sent are remembered.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from shared.blobs import BlobStore
from shared.digest import Digest

_CHUNK_BYTES = 1 << 18
# Sizes and offsets from here on are in ZIP64's fields, as the format wants it.
_ZIP64_FROM = 0xFFFFFFFF
_ZIP64_FROM_ENTRIES = 0xFFFF
_PLAIN_VERSION, _ZIP64_VERSION, _UNIX = 20, 45, 3 << 8
# Sizes and checksum follow the file; names are UTF-8.
_FLAGS = 0x0008 | 0x0800
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01: a zip tells nothing of when it was asked for
_MODE = 0o100644 << 16
_ETAG_SALT = b"onbeat zip 1"  # another number whenever the same films make other bytes
_Pieces = Callable[[int, int], Iterable[bytes]]


class _Checksums:
    """CRC-32 of blobs that were read lately, of all zips; for any thread."""

    def __init__(self, max_blobs: int) -> None:
        self._max_blobs = max_blobs
        self._known: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: Digest) -> int | None:
        with self._lock:
            return self._known.get(digest.sha256)

    def put(self, digest: Digest, checksum: int) -> None:
        with self._lock:
            self._known[digest.sha256] = checksum
            while len(self._known) > self._max_blobs:
                self._known.popitem(last=False)


_CHECKSUMS = _Checksums(50_000)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    content: Digest | bytes

    @property
    def size_bytes(self) -> int:
        content = self.content
        return len(content) if isinstance(content, bytes) else content.size_bytes

    @property
    def is_large(self) -> bool:
        return self.size_bytes >= _ZIP64_FROM


class FilmsZip:
    """A zip with manifest.json and NAME/FILE of every film, stored: media is not compressed again.

    Equal films and manifests make equal bytes; `etag` stands for them.
    """

    def __init__(
        self,
        blobs: BlobStore,
        manifest: Mapping[str, Any],
        films: Sequence[tuple[str, Mapping[str, str]]],
    ) -> None:
        """Lay it out; `films` are names with their files' digests by name. Reads no file."""
        self._blobs = blobs
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        self._entries = [_Entry(b"manifest.json", text.encode())]
        for name, files in films:
            for file, written in sorted(files.items()):
                self._entries.append(_Entry(f"{name}/{file}".encode(), Digest.parse(written)))
        self._offsets: list[int] = []
        at = 0
        for entry in self._entries:
            self._offsets.append(at)
            descriptor = len(_descriptor(entry, 0))
            at += len(_local_header(entry)) + entry.size_bytes + descriptor
        self._tail_at = at
        self.size_bytes = at + len(self._tail([0] * len(self._entries)))
        told = hashlib.sha256(_ETAG_SALT)
        for entry in self._entries:
            content = entry.content
            what = content if isinstance(content, bytes) else str(content).encode()
            told.update(struct.pack("<QQ", len(entry.name), len(what)) + entry.name + what)
        self.etag = told.hexdigest()

    def read(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes from `first` to `last`, both counted; raises `MissingBlob`."""
        for start, length, pieces in self._parts():
            if start > last:
                return
            if start + length > first:
                yield from pieces(max(0, first - start), min(length, last + 1 - start))

    def _parts(self) -> Iterator[tuple[int, int, _Pieces]]:
        for at, entry in zip(self._offsets, self._entries, strict=True):
            header = _local_header(entry)
            yield at, len(header), partial(_cut, partial(bytes, header))
            data_at = at + len(header)
            yield data_at, entry.size_bytes, partial(self._data, entry)
            length = len(_descriptor(entry, 0))
            follows = partial(self._descriptor_of, entry)
            yield data_at + entry.size_bytes, length, partial(_cut, follows)
        yield self._tail_at, self.size_bytes - self._tail_at, partial(_cut, self._whole_tail)

    def _data(self, entry: _Entry, start: int, end: int) -> Iterator[bytes]:
        content = entry.content
        if isinstance(content, bytes):
            yield content[start:end]
            return
        checksum, left = 0, end - start
        with self._blobs.open(content) as source:
            source.seek(start)
            while left and (block := source.read(min(left, _CHUNK_BYTES))):
                checksum = zlib.crc32(block, checksum)
                left -= len(block)
                yield block
        if not left and end - start == entry.size_bytes:
            _CHECKSUMS.put(content, checksum)

    def _checksum(self, entry: _Entry) -> int:
        content = entry.content
        if isinstance(content, bytes):
            return zlib.crc32(content)
        if (known := _CHECKSUMS.get(content)) is not None:
            return known
        checksum = 0
        for block in self._data(entry, 0, entry.size_bytes):
            checksum = zlib.crc32(block, checksum)
        return checksum

    def _descriptor_of(self, entry: _Entry) -> bytes:
        return _descriptor(entry, self._checksum(entry))

    def _whole_tail(self) -> bytes:
        return self._tail([self._checksum(entry) for entry in self._entries])

    def _tail(self, checksums: Sequence[int]) -> bytes:
        """The directory and the end of the zip."""
        directory = b"".join(map(_directory_entry, self._entries, self._offsets, checksums))
        count, size, at = len(self._entries), len(directory), self._tail_at
        end = b""
        if count >= _ZIP64_FROM_ENTRIES or at >= _ZIP64_FROM or size >= _ZIP64_FROM:
            version = _ZIP64_VERSION
            end = struct.pack(
                "<4sQ2H2L4Q", b"PK\6\6", 44, _UNIX | version, version, 0, 0, count, count, size, at
            )
            end += struct.pack("<4sLQL", b"PK\6\7", 0, at + size, 1)
            count, size, at = min(count, 0xFFFF), min(size, 0xFFFFFFFF), 0xFFFFFFFF
        end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, at, 0)
        return directory + end


def _cut(made: Callable[[], bytes], start: int, end: int) -> Iterable[bytes]:
    return (made()[start:end],)


def _local_header(entry: _Entry) -> bytes:
    version, size, extra = _PLAIN_VERSION, 0, b""
    if entry.is_large:
        version, size, extra = _ZIP64_VERSION, 0xFFFFFFFF, struct.pack("<2H2Q", 1, 16, 0, 0)
    fixed = struct.pack(
        "<4s5H3L2H",
        *(b"PK\3\4", version, _FLAGS, 0, _TIME, _DATE),
        *(0, size, size, len(entry.name), len(extra)),
    )
    return fixed + entry.name + extra


def _descriptor(entry: _Entry, checksum: int) -> bytes:
    sizes = "2Q" if entry.is_large else "2L"
    size = entry.size_bytes
    return struct.pack(f"<4sL{sizes}", b"PK\7\x08", checksum, size, size)


def _directory_entry(entry: _Entry, at: int, checksum: int) -> bytes:
    size, large = entry.size_bytes, b""
    if entry.is_large:
        large += struct.pack("<2Q", size, size)
        size = 0xFFFFFFFF
    if at >= _ZIP64_FROM:
        large += struct.pack("<Q", at)
        at = 0xFFFFFFFF
    version = _ZIP64_VERSION if large else _PLAIN_VERSION
    extra = struct.pack("<2H", 1, len(large)) + large if large else b""
    fixed = struct.pack(
        "<4s6H3L5H2L",
        *(b"PK\1\2", _UNIX | version, version, _FLAGS, 0, _TIME, _DATE),
        *(checksum, size, size, len(entry.name), len(extra), 0, 0, 0, _MODE, at),
    )
    return fixed + entry.name + extra
