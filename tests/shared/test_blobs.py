"""Blobs in memory; what every store promises is in tests/contract/test_blob_stores.py."""

from __future__ import annotations

import time

from shared.blobs import MemoryBlobs


def test_a_blob_is_listed_with_the_time_it_was_put() -> None:
    blobs = MemoryBlobs()
    before = time.time()
    digest = blobs.put(b"a")
    (found,) = blobs.stored()
    assert before <= found.touched_at <= time.time()
    blobs.put(b"a")
    (again,) = blobs.stored()
    assert again.digest == digest
    assert again.touched_at >= found.touched_at


def test_what_is_deleted_while_it_is_listed_does_no_harm() -> None:
    blobs = MemoryBlobs()
    digests = {blobs.put(bytes([number])) for number in range(3)}
    seen = set()
    for found in blobs.stored():
        seen.add(found.digest)
        blobs.delete(found.digest)
    assert seen == digests
    assert not list(blobs.stored())
