"""Frames of media as small grey pictures, and which of them a picture is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float64]
_SIZE = (64, 36)


def frames(path: Path) -> list[Grey]:
    """All frames of a video, 64 x 36, without their mean and contrast."""
    with av.open(str(path)) as container:
        return [
            even(frame.reformat(*_SIZE, format="gray").to_ndarray())
            for frame in container.decode(video=0)
        ]


def even(picture: NDArray[Any]) -> Grey:
    grey = picture.astype(np.float64)
    spread = float(grey.std()) or 1.0
    return np.asarray((grey - grey.mean()) / spread, np.float64)


def nearest(picture: Grey, among: list[Grey]) -> int:
    """The index of the frame that a picture is most like."""
    return int(np.argmin([np.abs(picture - other).mean() for other in among]))


def rate_of(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
    assert rate is not None
    return Fraction(rate)
