from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from shared.brief import Size
from shared.media.master import write_rgb_master
from shared.media.retiming import retiming_of, with_retiming
from shared.media.video import VideoReader
from shared.retime import Retiming

TOLD = Retiming(3, 4, 1, 0.015625, 0.25)


def test_a_clip_tells_and_shows_what_it_did(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 256, (64, 96, 3), np.uint8) for _ in range(5)]
    plain, told = tmp_path / "plain.mp4", tmp_path / "told.mp4"
    write_rgb_master(plain, pictures, Size(96, 64), Fraction(30000, 1001))
    with_retiming(told, plain, TOLD)
    assert (retiming_of(plain), retiming_of(told)) == (None, TOLD)
    with VideoReader(plain) as one, VideoReader(told) as other:
        assert one.frame_rate == other.frame_rate
        for was, is_now in zip(one.frames(), other.frames(), strict=True):
            assert was.seconds == is_now.seconds
            assert np.array_equal(was.planes().y, is_now.planes().y)
    again = tmp_path / "again.mp4"
    with_retiming(again, plain, TOLD)
    assert again.read_bytes() == told.read_bytes()
