"""Masters lose nothing: every value and every time comes back."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shared.brief import Size
from shared.errors import ModelFailure
from shared.media.color import Planes
from shared.media.master import write_master, write_rgb_master
from shared.media.video import VideoReader

SIZE = Size(66, 64)


def noise(seed: int) -> Planes:
    rng = np.random.default_rng(seed)
    shapes = ((64, 66), (32, 33), (32, 33))
    return Planes(*(rng.integers(0, 256, shape, np.uint8) for shape in shapes))


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(1000, 7)])
def test_planes_and_times_come_back_exactly(tmp_path: Path, rate: Fraction) -> None:
    frames = [noise(seed) for seed in range(5)]
    assert write_master(tmp_path / "m.mp4", frames, SIZE, rate) == 5
    with VideoReader(tmp_path / "m.mp4") as reader:
        for index, frame in enumerate(reader.frames_at([k / rate for k in range(5)])):
            got = frame.planes()
            for plane in "yuv":
                assert np.array_equal(getattr(got, plane), getattr(frames[index], plane))


def test_rgb_comes_back_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    frames = [rng.integers(0, 256, (64, 66, 3), np.uint8) for _ in range(3)]
    write_rgb_master(tmp_path / "m.mp4", frames, SIZE, Fraction(25))
    with av.open(str(tmp_path / "m.mp4")) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert np.array_equal(shown, frames)


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_master(tmp_path / name, [noise(1), noise(2)], SIZE, Fraction(30))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("write", [write_master, write_rgb_master])
def test_no_picture_or_one_of_another_size_is_an_error(
    tmp_path: Path, write: Callable[..., int]
) -> None:
    with pytest.raises(ModelFailure, match="0 frames"):
        write(tmp_path / "m.mp4", [], SIZE, Fraction(30))
    wrong = noise(1) if write is write_master else np.zeros((64, 66, 3), np.uint8)
    with pytest.raises(ModelFailure, match="66x64 in a master of 64x64"):
        write(tmp_path / "m.mp4", [wrong], Size(64, 64), Fraction(30))
