"""Where between two beats the off-beat falls: 0.5 straight, 0.67 triplets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shared.sync_map import Onset

_EARLIEST, _LATEST = 0.40, 0.73
_WIDTH, _NEAR = 0.015, 0.045
_MIN_COUNT, _MIN_SHARE_OF_BEATS = 12, 0.12
_MIN_AGREEMENT = 0.55
_STRAIGHT_REACH = 0.03  # nearer to the middle than players and trackers are sure
_MIN_WEIGHT = 0.05


def find_swing(onsets: Sequence[Onset], beats: Sequence[int]) -> float | None:
    """The share of a beat at which its off-beat falls; None if too few agree.

    `beats` are samples in increasing order.
    """
    if len(beats) < 2 or not onsets:
        return None
    samples = np.array([onset.sample for onset in onsets])
    weights = np.array([max(onset.strength, _MIN_WEIGHT) for onset in onsets])
    index = np.searchsorted(beats, samples, side="right") - 1
    inside = (index >= 0) & (index < len(beats) - 1)
    starts = np.asarray(beats)[index[inside]]
    lengths = np.asarray(beats)[index[inside] + 1] - starts
    usual = float(np.median(np.diff(beats)))
    places = (samples[inside] - starts) / lengths
    taken = (places > _EARLIEST) & (places < _LATEST) & (np.abs(lengths / usual - 1.0) < 0.3)
    places, weights = places[taken], weights[inside][taken]
    if len(places) < max(_MIN_COUNT, _MIN_SHARE_OF_BEATS * len(beats)):
        return None
    grid = np.linspace(_EARLIEST, _LATEST, 166)
    density = np.exp(-0.5 * ((grid[:, None] - places) / _WIDTH) ** 2) @ weights
    near = np.abs(places - grid[int(np.argmax(density))]) <= _NEAR
    if weights[near].sum() < _MIN_AGREEMENT * weights.sum():
        return None
    found = float(np.average(places[near], weights=weights[near]))
    return 0.5 if abs(found - 0.5) <= _STRAIGHT_REACH else round(found, 3)
