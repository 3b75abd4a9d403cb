from __future__ import annotations

import sys

import pytest

from services.audio_sync.words.heap import give_back


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be told")
def test_freed_memory_goes_back() -> None:
    # Blocks too small to be mapped one by one, and a last one that keeps the heap from shrinking.
    blocks = [bytearray(100_000) for _ in range(500)]
    last = bytearray(100_000)
    del blocks
    assert give_back()
    assert len(last) == 100_000
