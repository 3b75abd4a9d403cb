"""Pictures and videos of which everything is known: textures, their motion, and their joins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import rgb_to_planes
from tests.shared.media.painting import av_frame, write_video

Rgb = NDArray[np.uint8]
_TEXTURE_SIDE = 1200


class Recorder:
    """A progress line that remembers, and may be told to raise after some calls."""

    def __init__(self, error: Exception | None = None, after: int = 0) -> None:
        self.fractions: list[float] = []
        self._error, self._after = error, after

    def __call__(self, fraction: float) -> None:
        self.fractions.append(fraction)
        if self._error is not None and len(self.fractions) > self._after:
            raise self._error


def texture(seed: int, contrast: float = 9.0) -> Rgb:
    """Cloudy noise with detail at every scale: uint8 [1200, 1200, 3]."""
    rng = np.random.default_rng(seed)
    side, total = _TEXTURE_SIDE, np.zeros((_TEXTURE_SIDE, _TEXTURE_SIDE, 3), np.float32)
    for scale in (2, 4, 8, 16, 32):
        noise = rng.normal(0, 1, (side // scale, side // scale, 3)).astype(np.float32)
        total += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC) * scale**0.5
    return np.asarray(np.clip(128 + contrast * total, 0, 255), np.uint8)


def pan(
    image: Rgb,
    num_frames: int,
    pixels_per_frame: float,
    degrees: float = 0.0,
    size: tuple[int, int] = (320, 180),
    at: tuple[float, float] = (600.0, 600.0),
) -> list[Rgb]:
    """Shots in which the picture's content moves (0 degrees is right, 90 down), around `at`."""
    step_x = math.cos(math.radians(degrees)) * pixels_per_frame
    step_y = math.sin(math.radians(degrees)) * pixels_per_frame
    frames = []
    for index in range(num_frames):
        way = index - num_frames / 2
        x = size[0] / 2 - at[0] + step_x * way
        y = size[1] / 2 - at[1] + step_y * way
        move = np.array([[1, 0, x], [0, 1, y]], np.float32)
        moved = cv2.warpAffine(image, move, size, borderMode=cv2.BORDER_REFLECT)
        frames.append(np.asarray(moved, np.uint8))
    return frames


def flashed(frames: Sequence[Rgb], first: int, num_frames: int) -> list[Rgb]:
    """The same frames, some of them nearly white."""
    lit = list(frames)
    for index in range(first, first + num_frames):
        lit[index] = (lit[index] * 0.25 + 190).astype(np.uint8)
    return lit


def write_frames(
    path: Path, frames: Sequence[Rgb], rate: Fraction = Fraction(30), **how: Any
) -> Path:
    """A video of these pictures; `how` as for `write_video`."""

    def pictures() -> Iterator[Any]:
        for rgb in frames:
            planes = rgb_to_planes(rgb)
            yield av_frame((planes.y, planes.u, planes.v))

    return write_video(path, pictures(), rate, **how)
