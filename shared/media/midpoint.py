"""Where a dissolve is half done, observed from its decoded pictures."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import Uint8Array

# Cells so large that what moves a little stays in its cell, so many that most do not move at all.
_WIDTH, _HEIGHT = 32, 18
_MIN_CONTRAST = 4.0  # mean luma levels by which the two pictures must differ
_MIN_CELL_CONTRAST = 2.0  # a cell that hardly changes says nothing
_MIN_CORRELATION = 0.9  # of the mixtures with time; below it this is no dissolve

_Cells = NDArray[np.float64]


def fit_midpoint(first: Uint8Array, frames: Iterable[Uint8Array], last: Uint8Array) -> float | None:
    """When the picture is half the one and half the other, by a line fitted to all frames.

    Pictures are luma, uint8 [H, W], of one aspect: `first` is the last frame before the
    transition, `frames` are its own, `last` is the first frame after it. The answer is in frames
    from the start of the first of `frames`: frame k is on screen from k to k + 1 and its mixture
    belongs to k + 0.5, so a dissolve of n frames is half done at n / 2. With both shots in motion
    it is found within one frame. None when the two pictures are too alike to tell, or when the
    one does not steadily become the other.
    """
    start = _cells(first)
    change = _cells(last) - start
    if np.abs(change).mean() < _MIN_CONTRAST:
        return None
    tells = np.abs(change) >= _MIN_CELL_CONTRAST
    shares = [
        _weighted_median((_cells(frame) - start)[tells] / change[tells], np.abs(change[tells]))
        for frame in frames
    ]
    return _crossing(np.array(shares))


def _cells(luma: Uint8Array) -> _Cells:
    small = cv2.resize(luma, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def _weighted_median(values: _Cells, weights: _Cells) -> float:
    # The mixture with the least absolute error: what moves through a part of the picture does not
    # pull it, as it would the least squares.
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _crossing(shares: _Cells) -> float | None:
    if len(shares) < 2 or np.ptp(shares) == 0:
        return None
    times = np.arange(len(shares)) + 0.5
    if np.corrcoef(times, shares)[0, 1] < _MIN_CORRELATION:
        return None
    slope, level = np.polyfit(times, shares, 1)
    return float((0.5 - level) / slope)
