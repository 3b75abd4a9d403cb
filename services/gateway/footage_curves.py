"""Curves over every frame of all clips, so that means over any windows are two look-ups each.

Frames of all stretches are laid end to end: frame f of stretch s stands at `offsets[s] + f`,
counted from the stretch's own first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.gateway.material import Stretch

# The eight directions of `VideoMotion.flow_directions`, x right, y down.
_ANGLES = np.arange(8) * (np.pi / 4)
_DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class FootageCurves:
    """Motion, sharpness, light, drift and centre of attention of every frame of some stretches.

    `times` float64 [F] in each clip's own seconds; `offsets` int64 [S + 1]; `drift` is where what
    is seen moves, in frame widths a second: the subject's way where it outruns the camera's.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = tuple(stretches)
        spans = [slice(item.first, item.last + 1) for item in stretches]
        pairs = list(zip(stretches, spans, strict=True))
        self.offsets = np.cumsum([0, *(item.last + 1 - item.first for item in stretches)])
        self.times = _joined(
            [item.motion.pts[span] * float(item.motion.time_base) for item, span in pairs]
        )
        self.ends = np.array([float(item.end_seconds) for item in stretches])
        self.steps = np.array([_step(item) for item in stretches])
        motion = _joined([item.motion.flow_magnitude[span] for item, span in pairs])
        sharpness = _joined([item.motion.sharpness[span] for item, span in pairs])
        luma = _joined([item.motion.luma[span] for item, span in pairs])
        flow = _joined([item.motion.flow[span] for item, span in pairs], 2)
        subject = _joined([item.motion.subject_directions[span] for item, span in pairs], 8)
        gaze = _joined([item.motion.saliency_center[span] for item, span in pairs], 2)
        self._sums = {
            "motion": _running(motion),
            "sharpness": _running(sharpness),
            "luma": _running(luma),
            "flow": _running(flow),
            "subject": _running(subject @ _DIRECTIONS),
            "gaze": _running(gaze),
        }

    def mean(self, name: str, first: IntArray, stop: IntArray) -> FloatArray:
        """Mean of a curve over places `first` up to `stop`: float64 [W] or [W, 2]."""
        sums = self._sums[name]
        stop = np.maximum(stop, first + 1)
        lengths = (stop - first).astype(np.float64)
        result: FloatArray = (sums[stop] - sums[first]) / (
            lengths if sums.ndim == 1 else lengths[:, None]
        )
        return result

    def drift(self, first: IntArray, stop: IntArray) -> FloatArray:
        """Where the picture moves in some windows, frame widths a second: float64 [W, 2]."""
        flow, subject = self.mean("flow", first, stop), self.mean("subject", first, stop)
        outruns = np.linalg.norm(subject, axis=1) > np.linalg.norm(flow, axis=1)
        return np.where(outruns[:, None], subject, flow)

    def half_second_means(self, name: str) -> FloatArray:
        """Means of every half second of all stretches: the scale that windows are ranked on."""
        firsts, stops = [], []
        for index, start in enumerate(self.offsets[:-1]):
            stop = int(self.offsets[index + 1])
            parts = max(1, round((stop - start) * self.steps[index] * 2))
            bounds = np.unique(np.linspace(start, stop, parts + 1).round().astype(np.int64))
            firsts.append(bounds[:-1])
            stops.append(bounds[1:])
        if not firsts:
            return np.zeros(0)
        return self.mean(name, np.concatenate(firsts), np.concatenate(stops))


def _step(stretch: Stretch) -> float:
    """Seconds from one frame to the next, on average."""
    frames = stretch.last + 1 - stretch.first
    return max(1e-6, float(stretch.end_seconds - stretch.start_seconds) / frames)


def _joined(parts: list[NDArray[np.generic]], columns: int = 0) -> FloatArray:
    if not parts:
        return np.zeros((0, columns) if columns else 0)
    return np.concatenate([part.astype(np.float64) for part in parts])


def _running(curve: FloatArray) -> FloatArray:
    return np.concatenate([np.zeros((1, *curve.shape[1:])), np.cumsum(curve, axis=0)])
