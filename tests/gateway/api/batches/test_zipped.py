"""A zip that is written while it is sent, and parts of it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

import pytest

from services.gateway.api.batches import zipped
from services.gateway.api.batches.zipped import FilmsZip
from shared.blobs import BlobStore, MemoryBlobs
from shared.digest import Digest
from shared.errors import MissingBlob

LARGE = bytes(range(256)) * 4096
Films = list[tuple[str, Mapping[str, str]]]


def _films(blobs: BlobStore) -> Films:
    film = {
        "film.mp4": str(blobs.put(LARGE)),
        "report.json": str(blobs.put(b"{}")),
        "none.srt": str(blobs.put(b"")),
    }
    return [("One", film), ("Zw\u00f6lf", {"film.mp4": str(blobs.put(b"other"))})]


def _whole(found: FilmsZip) -> bytes:
    return b"".join(found.read(0, found.size_bytes - 1))


def _check(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert file.namelist() == [
            "manifest.json",
            *("One/film.mp4", "One/none.srt", "One/report.json", "Zw\u00f6lf/film.mp4"),
        ]
        assert file.read("One/film.mp4") == LARGE
        assert file.read("One/none.srt") == b""
        assert file.getinfo("One/film.mp4").date_time == (1980, 1, 1, 0, 0, 0)
        assert file.getinfo("One/film.mp4").external_attr >> 16 == 0o100644


def test_the_pieces_are_a_whole_zip_and_always_the_same(memory_blobs: MemoryBlobs) -> None:
    found = FilmsZip(memory_blobs, {"rows": 1}, _films(memory_blobs))
    pieces = list(found.read(0, found.size_bytes - 1))
    assert len(pieces) > 10
    assert max(map(len, pieces)) < len(LARGE)
    data = b"".join(pieces)
    assert len(data) == found.size_bytes
    _check(data)
    again = FilmsZip(memory_blobs, {"rows": 1}, _films(memory_blobs))
    assert _whole(again) == data
    assert again.etag == found.etag


def test_every_part_is_that_of_the_whole(
    memory_blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = FilmsZip(memory_blobs, {"rows": 1}, _films(memory_blobs))
    data, size = _whole(found), found.size_bytes
    chance = random.Random(5)
    spans = [(0, 0), (size - 1, size - 1), (0, size - 1), (size - 30, size - 1)]
    for _ in range(200):
        first = chance.choice((chance.randrange(size), chance.randrange(500), size - 600))
        spans.append((first, min(size - 1, first + chance.choice((0, 1, 40, 5000, size)))))
    for first, last in spans:
        # Also where nothing is remembered of what was read.
        monkeypatch.setattr(zipped, "_CHECKSUMS", zipped._Checksums(chance.choice((0, 10))))
        assert b"".join(found.read(first, last)) == data[first : last + 1], (first, last)


def test_a_part_reads_no_more_files_than_it_needs(
    memory_blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped, "_CHECKSUMS", zipped._Checksums(10))
    films = _films(memory_blobs)
    found = FilmsZip(memory_blobs, {}, films)
    opened: list[Digest] = []
    really = memory_blobs.open

    def opening(digest: Digest) -> BinaryIO:
        opened.append(digest)
        return really(digest)

    monkeypatch.setattr(memory_blobs, "open", opening)
    assert b"".join(found.read(1000, 1999)) == _pattern(found, memory_blobs, 1000, 1999)
    assert opened == [Digest.parse(films[0][1]["film.mp4"])]
    _whole(found)
    opened.clear()
    # The end has the checksums of all, which are known by now.
    assert b"".join(found.read(found.size_bytes - 22, found.size_bytes - 1))[:4] == b"PK\5\6"
    assert not opened


def _pattern(found: FilmsZip, blobs: MemoryBlobs, first: int, last: int) -> bytes:
    at = next(o for o, e in zip(found._offsets, found._entries, strict=True) if b"mp4" in e.name)
    header = 30 + len(b"One/film.mp4")
    return LARGE[first - at - header : last + 1 - at - header]


def test_sizes_and_offsets_beyond_4_gib_are_in_zip64(
    memory_blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same fields at a limit that a test can reach; zipfile reads what it finds in them.
    monkeypatch.setattr(zipped, "_ZIP64_FROM", 4)
    found = FilmsZip(memory_blobs, {"rows": 1}, _films(memory_blobs))
    data = _whole(found)
    assert len(data) == found.size_bytes
    assert data[-22 - 20 : -22 - 16] == b"PK\6\7"
    _check(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.getinfo("One/film.mp4").extract_version == 45
    first = found.size_bytes // 3
    assert b"".join(found.read(first, first + 99)) == data[first : first + 100]


def test_the_tag_stands_for_every_byte(memory_blobs: MemoryBlobs) -> None:
    films = _films(memory_blobs)
    other = str(memory_blobs.put(b"another"))
    tags = {
        FilmsZip(memory_blobs, {"rows": 1}, films).etag,
        FilmsZip(memory_blobs, {"rows": 2}, films).etag,
        FilmsZip(memory_blobs, {"rows": 1}, films[:1]).etag,
        FilmsZip(memory_blobs, {"rows": 1}, [("One", {"film.mp4": other}), films[1]]).etag,
        FilmsZip(memory_blobs, {"rows": 1}, [("Two", films[0][1]), films[1]]).etag,
    }
    assert len(tags) == 5


def test_a_file_that_is_gone_ends_it(memory_blobs: MemoryBlobs) -> None:
    gone = Digest.of_bytes(b"never put")
    found = FilmsZip(memory_blobs, {}, [("One", {"film.mp4": str(gone)})])
    with pytest.raises(MissingBlob):
        _whole(found)
