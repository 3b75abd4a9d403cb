"""Clips with transparency, written by the test."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shared.media.video import VideoReader


def _write(path: Path, codec: str, pixels: str) -> None:
    rgba = np.zeros((64, 96, 4), np.uint8)
    rgba[..., 0] = 240  # red everywhere, hidden in the left third, half seen in the middle
    rgba[:, 32:64, 3], rgba[:, 64:, 3] = 128, 255
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(25))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixels
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(rgba, format="rgba")
            container.mux(stream.encode(frame.reformat(format=pixels)))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [("qtrle", "argb"), ("png", "rgba"), ("prores_ks", "yuva444p10le"), ("ffv1", "yuva420p")],
)
def test_transparent_video_lies_on_black(tmp_path: Path, codec: str, pixels: str) -> None:
    path = tmp_path / ("clip.mkv" if codec == "ffv1" else "clip.mov")
    _write(path, codec, pixels)
    with VideoReader(path, for_show=True) as reader:
        frame = next(reader.frames())
        rgb = frame.rgb(96, 64)
        planes = frame.planes()
    assert rgb[32, 10].max() < 12
    assert 105 < rgb[32, 48, 0] < 135
    assert rgb[32, 86, 0] > 220
    assert planes.y[32, 10] <= 20
    assert planes.y[32, 86] > 50
