"""The timecode and reel that a file states."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from shared.media.timecode_tags import SourceTags, read_source_tags


def write(path: Path, **tags: str) -> Path:
    with av.open(str(path), "w") as container:
        for name, value in tags.items():
            container.metadata[name] = value
        stream = container.add_stream("mpeg4", rate=Fraction(25))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(3):
            picture = np.zeros((64, 64, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_a_timecode_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "tape.mov", timecode="10:20:30:05")
    assert read_source_tags(path).timecode == "10:20:30:05"


def test_nothing_stated_is_nothing(tmp_path: Path) -> None:
    assert read_source_tags(write(tmp_path / "plain.mp4")) == SourceTags(None, None)
    text = tmp_path / "text.mp4"
    text.write_text("no film")
    assert read_source_tags(text) == SourceTags(None, None)
