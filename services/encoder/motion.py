"""How a picture moves from one frame to the next: dense inverse search flow, summed up.

Kroeger et al., "Fast Optical Flow using Dense Inverse Search" (2016), at a longest side of 320
pixels. Knows nothing about time: everything it returns is per step from frame to frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

FLOW_SIDE_PIXELS = 320
NUM_DIRECTIONS = 8

_STRIDE = 4  # DIS itself works on a grid of 4 pixels and interpolates the rest
_MIN_SIDE_PIXELS = 32
_BLOCK_PIXELS = 16
# Variance (levels of 255, squared) under which a block says nothing: it is flat but for noise.
_FLAT_VARIANCE = 8.0

# What moves against the picture must do so by this much more than most of it, and by a quarter of
# a pixel (in frame widths).
_DEVIATIONS, _LEAST_MOTION = 2.0, 0.25 / FLOW_SIDE_PIXELS


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Motion of one frame against the frame before, in frame widths.

    `mean` float32 [2] (x right, y down); `magnitude` mean length of the vectors; `directions`
    float32 [8] shares the magnitude among directions, bin 0 centred on +x, turning towards +y; a
    vector between two centres goes to both in proportion. `subject_directions` float32 [8] is the
    same of what moves against the picture as a whole: a hand, but neither the camera nor noise.
    `mismatch` 0..1 is how little the motion explains: 0.5 and more is no motion at all.
    """

    mean: NDArray[np.float32] = field(default_factory=lambda: np.zeros(2, np.float32))
    magnitude: float = 0.0
    directions: NDArray[np.float32] = field(
        default_factory=lambda: np.zeros(NUM_DIRECTIONS, np.float32)
    )
    mismatch: float = 0.0
    subject_directions: NDArray[np.float32] = field(
        default_factory=lambda: np.zeros(NUM_DIRECTIONS, np.float32)
    )


class FlowMeter:
    """Measures the motion between frames that are shown to it one after the other."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: NDArray[np.uint8] | None = None
        self._grid: NDArray[np.float32] | None = None

    def step(self, gray: NDArray[np.uint8]) -> Step:
        """Motion since the frame before (none for the first); `gray` is uint8 [h, w]."""
        before, self._before = self._before, gray
        if before is None:
            return Step()
        flow = self._between(before, gray)
        if self._grid is None:
            self._grid = np.mgrid[0 : gray.shape[0], 0 : gray.shape[1]].astype(np.float32)
        rows, columns = self._grid
        unmoved = cv2.remap(
            gray,
            columns + flow[..., 0],
            rows + flow[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return _summarize(flow, _mismatch(before, np.asarray(unmoved, np.uint8)))

    def _between(self, before: NDArray[np.uint8], gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = gray.shape
        # The coarsest step of the pyramid needs room; a thin strip of a picture gets some.
        below, right = max(0, _MIN_SIDE_PIXELS - height), max(0, _MIN_SIDE_PIXELS - width)
        if below or right:
            before, gray = (
                np.asarray(cv2.copyMakeBorder(p, 0, below, 0, right, cv2.BORDER_REFLECT), np.uint8)
                for p in (before, gray)
            )
        no_guess = np.zeros((*gray.shape, 2), np.float32)
        flow = np.asarray(self._flow.calc(before, gray, no_guess), np.float32)
        return flow[:height, :width]


def _summarize(flow: NDArray[np.float32], mismatch: float) -> Step:
    # Both parts are divided by the width: pixels of a flow picture are square.
    top, left = (min(_STRIDE // 2, (side - 1) // 2) for side in flow.shape[:2])
    vectors = flow[top::_STRIDE, left::_STRIDE].reshape(-1, 2) / flow.shape[1]
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])
    return Step(
        mean=np.asarray(vectors.mean(axis=0), np.float32),
        magnitude=float(lengths.mean()),
        directions=_share_out(vectors, lengths),
        mismatch=mismatch,
        subject_directions=_subject_directions(vectors),
    )


def _subject_directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    against = np.asarray(vectors - np.median(vectors, axis=0), np.float32)
    lengths = np.hypot(against[:, 0], against[:, 1])
    # What most vectors deviate by is noise, or a camera that also turns or zooms.
    usual = _DEVIATIONS * float(np.median(lengths)) + _LEAST_MOTION
    return _share_out(against, np.maximum(lengths - usual, 0))


def _share_out(vectors: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    # Shared between the two bins beside it, a motion that turns a little changes its bins a
    # little; in one bin it would jump, and look like a blow.
    turns = np.arctan2(vectors[:, 1], vectors[:, 0]) * (NUM_DIRECTIONS / (2 * np.pi))
    below = np.floor(turns)
    above_share = turns - below
    bins = below.astype(np.int64) % NUM_DIRECTIONS
    shares = np.bincount(bins, weights=lengths * (1 - above_share), minlength=NUM_DIRECTIONS)
    shares += np.bincount(
        (bins + 1) % NUM_DIRECTIONS, weights=lengths * above_share, minlength=NUM_DIRECTIONS
    )
    return np.asarray(shares / len(lengths), np.float32)


def _mismatch(before: NDArray[np.uint8], unmoved: NDArray[np.uint8]) -> float:
    """1 minus the correlation inside blocks, so that a change of light alone hardly counts."""
    a, b = before.astype(np.float32), unmoved.astype(np.float32)
    mean_a, mean_b = _block_means(a), _block_means(b)
    variance_a = _block_means(cv2.multiply(a, a)) - mean_a * mean_a
    variance_b = _block_means(cv2.multiply(b, b)) - mean_b * mean_b
    covariance = _block_means(cv2.multiply(a, b)) - mean_a * mean_b
    total = variance_a.sum() + variance_b.sum() + _FLAT_VARIANCE * mean_a.size
    matched = 2 * covariance.sum() + _FLAT_VARIANCE * mean_a.size
    return float(np.clip(1 - matched / total, 0, 1))


def _block_means(values: NDArray[np.generic]) -> NDArray[np.float32]:
    height, width = values.shape
    size = (max(1, width // _BLOCK_PIXELS), max(1, height // _BLOCK_PIXELS))
    return np.asarray(cv2.resize(np.asarray(values), size, interpolation=cv2.INTER_AREA))
