"""How alike bars are: one matrix for what is heard in them, one for what they repeat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.bar_features import BarFeatures

Array = NDArray[np.float64]

_RUN_BARS = 4  # a repetition is a run of bars that are alike, not one
_NEIGHBOURS = 0.12  # share of the bars that count as a bar's repetitions
_LOUDNESS_SCALE = 0.06  # 2.4 dB of energy
_TIMBRE_WIDTH = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Symmetric [bars, bars], 1 on the diagonal: `sound` (timbre, drums, loudness), `harmony`.

    `repetition` is how alike two bars are in which other bars they repeat.
    """

    sound: Array
    harmony: Array
    repetition: Array


def likeness(features: BarFeatures) -> Likeness:
    """Compare every bar with every other."""
    timbre = _gaussian(_scaled(features.timbre))
    rhythm = _cosine(features.rhythm.reshape(len(features.rhythm), -1))
    loudness = np.exp(-np.abs(features.energy[:, None] - features.energy[None]) / _LOUDNESS_SCALE)
    sound = 0.5 * timbre + 0.3 * rhythm + 0.2 * loudness
    harmony = np.clip(features.harmony @ features.harmony.T, 0.0, 1.0)
    return Likeness(sound, harmony, _repetition(0.5 * sound + 0.5 * harmony))


def _scaled(values: Array) -> Array:
    """Columns less their mean; the spread stays: a cepstrum's size is in decibels."""
    return np.asarray(values - values.mean(axis=0))


def _gaussian(values: Array) -> Array:
    squared = np.maximum(
        (values**2).sum(axis=1)[:, None] + (values**2).sum(axis=1)[None] - 2.0 * values @ values.T,
        0.0,
    )
    upper = squared[np.triu_indices(len(squared), 1)]
    typical = float(np.median(upper)) if len(upper) else 0.0
    if typical <= 1e-12:
        return np.ones_like(squared)
    return np.asarray(np.exp(-squared / (2.0 * _TIMBRE_WIDTH**2 * typical)))


def _cosine(values: Array) -> Array:
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    unit = values / np.maximum(norms, 1e-9)
    found = np.clip(unit @ unit.T, 0.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _repetition(alike: Array) -> Array:
    """Structure features (Serrà et al., 2014): likeness of the rows of the time-lag matrix."""
    from scipy.ndimage import gaussian_filter

    num = len(alike)
    runs = runs_along_diagonals(alike, _RUN_BARS)
    count = max(2, round(_NEIGHBOURS * num))
    off = np.abs(np.subtract.outer(np.arange(num), np.arange(num))) < _RUN_BARS
    ranked = np.where(off, -np.inf, runs)
    thresholds = np.sort(ranked, axis=1)[:, -min(count, num)]
    near = (ranked >= thresholds[:, None]) & (ranked > 0.0)
    lagged = np.stack([np.roll((near & near.T)[row], -row) for row in range(num)]).astype(float)
    smooth = gaussian_filter(lagged, sigma=(1.0, 0.8), mode=("nearest", "wrap"))
    return _cosine(smooth)


def runs_along_diagonals(alike: Array, length: int) -> Array:
    """Mean of `alike` over runs of `length` bars that both bars are in the middle of."""
    num = len(alike)
    total, count = np.zeros_like(alike), np.zeros_like(alike)
    for shift in range(-(length // 2), length - length // 2):
        low, high = max(0, -shift), min(num, num - shift)
        inner, outer = slice(low, high), slice(low + shift, high + shift)
        total[inner, inner] += alike[outer, outer]
        count[inner, inner] += 1.0
    return np.asarray(total / count)
