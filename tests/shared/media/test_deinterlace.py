"""Interlaced footage, woven by the test from moments it knows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shared.media.video import VideoReader

WIDTH, HEIGHT, FRAMES = 128, 96, 12


def _moment(field: int) -> np.ndarray:
    """A bright bar that moves three pixels a field."""
    picture = np.full((HEIGHT, WIDTH), 40, np.uint8)
    left = 10 + 3 * field
    picture[:, left : left + 16] = 200
    return picture


def _write(path: Path, *, interlaced: bool) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"qp": "0", "bf": "0"}
        if interlaced:
            stream.options = {**stream.options, "flags": "+ildct+ilme"}
        for index in range(FRAMES):
            luma = _moment(2 * index)
            if interlaced:
                luma = luma.copy()  # libx264 says that the lower field is the first
                luma[0::2] = _moment(2 * index + 1)[0::2]
            planes = np.vstack([luma, np.full((HEIGHT // 2, WIDTH), 128, np.uint8)])
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _combing(luma: np.ndarray) -> float:
    """How much neighbouring lines differ, against lines of the same field."""
    rows = luma.astype(np.float64)
    return float(np.abs(rows[1:-1:2] - (rows[:-2:2] + rows[2::2]) / 2).mean())


@pytest.fixture
def interlaced(tmp_path: Path) -> Path:
    path = tmp_path / "interlaced.mp4"
    _write(path, interlaced=True)
    return path


def test_interlaced_frames_come_out_as_the_moment_of_their_first_field(interlaced: Path) -> None:
    with VideoReader(interlaced) as woven, VideoReader(interlaced, for_show=True) as plain:
        before = [frame.planes().y for frame in woven.frames()]
        after = [frame.planes().y for frame in plain.frames()]
    assert len(before) == len(after) == FRAMES
    for index in range(1, FRAMES - 1):
        assert _combing(before[index]) > 5
        assert _combing(after[index]) < 1
        assert np.abs(after[index].astype(int) - _moment(2 * index)).mean() < 3


def test_times_stay_and_any_moment_can_be_shown(interlaced: Path) -> None:
    times = [Fraction(5, 25), Fraction(7, 25)]
    with VideoReader(interlaced, for_show=True) as reader:
        shown = [(frame.seconds, frame.planes().y) for frame in reader.frames_at(times)]
    assert [seconds for seconds, _ in shown] == times
    for number, (_, luma) in zip((5, 7), shown, strict=True):
        assert np.abs(luma.astype(int) - _moment(2 * number)).mean() < 3


def test_progressive_footage_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "progressive.mp4"
    _write(path, interlaced=False)
    with VideoReader(path) as one, VideoReader(path, for_show=True) as other:
        for before, after in zip(one.frames(), other.frames(), strict=True):
            assert np.array_equal(before.planes().y, after.planes().y)
