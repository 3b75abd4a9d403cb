"""The tempo of beats: one number for a song that keeps it, a curve for every song."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ, TempoPoint

Array = NDArray[np.float64]

_STEADY = 0.25  # of a beat: no beat of a steady song is further from a straight line
_NEAR_STEPS = 2  # on each side, that a moment's tempo is the median of
_SAME_TEMPO = 0.01


def tempo_bpm(beats_s: Array) -> float:
    """Slope of a straight line through at least 2 beats if they keep time, else their median."""
    steps = np.diff(beats_s)
    index = np.arange(len(beats_s), dtype=np.float64)
    slope, intercept = np.polyfit(index, beats_s, 1)
    keeps_time = np.max(np.abs(beats_s - (slope * index + intercept))) < _STEADY * slope
    return round(60.0 / float(slope if keeps_time else np.median(steps)), 3)


def tempo_curve(beats_s: Array) -> tuple[TempoPoint, ...]:
    """The tempo at beats, thinned to where it changes by a hundredth; ends where beats end."""
    steps = np.diff(beats_s)
    if not len(steps):
        return ()
    around = np.pad(steps, _NEAR_STEPS, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * _NEAR_STEPS + 1)
    local = 60.0 / np.median(windows, axis=1)
    local = np.append(local, local[-1])
    kept = [0]
    for index in range(1, len(local)):
        if abs(local[index] / local[kept[-1]] - 1.0) >= _SAME_TEMPO:
            if index - 1 > kept[-1]:
                kept.append(index - 1)  # up to here it was as before
            kept.append(index)
    if kept[-1] != len(local) - 1:
        kept.append(len(local) - 1)
    samples = np.round(beats_s * SAMPLE_RATE_HZ).astype(int)
    return tuple(
        TempoPoint(max(0, int(samples[index])), round(float(local[index]), 3)) for index in kept
    )
