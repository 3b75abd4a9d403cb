"""The encoders "image.look" and "video.look": what the colours of a picture are like as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.views import Views
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.look.statistics import measure_look
from shared.media.photo import load_photo
from shared.media.probe import probe
from shared.media.video import VideoReader

_SIDE_PIXELS = 128
_STEP_SECONDS = Fraction(1, 2)
_MAX_LOOKS = 240  # of a long clip, spread over it

Encoded = tuple[dict[str, Scalar], Tensors]
_Look = tuple[float, NDArray[np.uint8]]


def encode_image_look(path: Path, progress: Callable[[float], None]) -> Encoded:
    """Values and tensors of `LookStatistics` for a photo; raises `InvalidInput` if it is none."""
    progress(0.0)
    rgb = load_photo(path, max_side=2 * _SIDE_PIXELS)
    return {}, _tensors([(0.0, _small(rgb))])


def encode_video_look(path: Path, progress: Callable[[float], None]) -> Encoded:
    """Values and tensors of `LookStatistics` for a clip; raises `InvalidInput` if it is none."""
    cv2.setNumThreads(1)  # The pool runs a process per core.
    info = probe(path)
    if info.kind is not MediaKind.VIDEO or info.duration_seconds is None:
        raise InvalidInput(f"found {info.kind} ({info.format}); expected a video")
    return {}, _tensors(list(_looks(path, info.duration_seconds, progress)))


def _looks(path: Path, seconds: float, progress: Callable[[float], None]) -> Iterator[_Look]:
    step = max(_STEP_SECONDS, Fraction(seconds).limit_denominator(1000) / _MAX_LOOKS)
    times = [number * step for number in range(max(1, int(seconds / float(step)) + 1))]
    with VideoReader(path) as reader:
        for time, frame in zip(times, reader.frames_at(times), strict=True):
            progress(min(1.0, float(time) / max(seconds, 1e-3)))
            if time and frame.end_seconds < time:
                return
            yield float(time), Views(frame.planes()).rgb()


def _small(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = min(1.0, _SIDE_PIXELS / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _tensors(looks: list[_Look]) -> Tensors:
    measured = [measure_look(rgb) for _, rgb in looks]
    return {
        "seconds": np.array([seconds for seconds, _ in looks], np.float32),
        "lightness": np.array([item[0] for item in measured], np.float32),
        "zones": np.array([item[1] for item in measured], np.float32),
        "spread": np.array([item[2] for item in measured], np.float32),
    }
