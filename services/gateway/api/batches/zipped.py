"""The films of a batch as one zip that is written while it is sent: no copy of it is kept."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.blobs import BlobStore
from shared.digest import Digest

_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 1 << 18


class _Pipe:
    """What a zip is written into, and taken out of again piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """All bytes since the last time."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zip_of(
    blobs: BlobStore,
    manifest: Mapping[str, Any],
    films: Sequence[tuple[str, Mapping[str, str]]],
) -> Iterator[bytes]:
    """Pieces of a zip with manifest.json and NAME/FILE of every film; not compressed again.

    `films` are names with their files' digests by name. Raises `MissingBlob` for a file that is
    gone; the zip then has no end.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        archive.writestr(zipfile.ZipInfo("manifest.json", _DATE), text)
        for name, files in films:
            for file, written in sorted(files.items()):
                digest = Digest.parse(written)
                entry = zipfile.ZipInfo(f"{name}/{file}", _DATE)
                entry.external_attr = 0o644 << 16
                entry.file_size = digest.size_bytes
                with blobs.open(digest) as source, archive.open(entry, "w") as target:
                    while block := source.read(_CHUNK_BYTES):
                        target.write(block)
                        yield pipe.take()
    yield pipe.take()
