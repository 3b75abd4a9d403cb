from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xxhash

from shared.errors import InvalidInput
from shared.media.color import Planes
from shared.media.decode import decode_segment, frame_hash
from tests.shared.media.painting import numbered_segment, read_number


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_every_frame_comes_out_in_order(count: int) -> None:
    frames = decode_segment(numbered_segment(count))
    assert [read_number(planes.y) for planes in frames] == list(range(count))


def test_hash_is_over_the_samples_alone() -> None:
    y = np.arange(64, dtype=np.uint8).reshape(8, 8)
    u = np.arange(16, dtype=np.uint8).reshape(4, 4)
    packed = Planes(y, u, u + 1)
    wide = np.zeros((8, 20), np.uint8)
    wide[:, :8] = y
    strided = Planes(wide[:, :8], u, u + 1)
    expected = xxhash.xxh3_64(y.tobytes() + u.tobytes() + (u + 1).tobytes()).hexdigest()
    assert frame_hash(packed) == frame_hash(strided) == expected
    assert frame_hash(Planes(y, u + 1, u)) != expected


def test_segments_that_do_not_decode_whole_are_refused() -> None:
    segment = numbered_segment(10)
    late = replace(segment.packets[-1], pts=77)
    with pytest.raises(InvalidInput, match="has time"):
        list(decode_segment(replace(segment, packets=(*segment.packets[:-1], late))))
    noise = replace(segment.packets[3], data=b"\xff" * 40)
    with pytest.raises(InvalidInput):
        list(decode_segment(replace(segment, packets=(*segment.packets[:3], noise))))
    with pytest.raises(InvalidInput, match="holds no pictures"):
        list(decode_segment(replace(segment, codec="aac")))
