"""Log-spaced triangular filters on the bins of a spectrum, and the features made with them.

The bank is that of Böck, Krebs and Schedl ("Evaluating the online capabilities of onset detection
methods", ISMIR 2012): centres on a musical scale tuned to A4, snapped to bins, each bin a centre
at most once, triangles of unit area.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_A4_HZ = 440.0


def log_filter_bank(
    num_bins: int, rate_hz: int, bands_per_octave: int, low_hz: float, high_hz: float
) -> NDArray[np.float32]:
    """Filters [num_bins, num_bands] for bins that are spaced evenly from 0 to half the rate."""
    centres = _snapped(_scale_hz(bands_per_octave, low_hz, high_hz), num_bins, rate_hz)
    bands = []
    for start, middle, end in zip(centres[:-2], centres[1:-1], centres[2:], strict=True):
        band = np.zeros(num_bins, np.float32)
        # Where bins are wider than the scale, a band is one bin.
        centre, stop = (start, start + 1) if end - start < 2 else (middle, end)
        band[start:centre] = np.linspace(0.0, 1.0, centre - start, endpoint=False)
        band[centre:stop] = np.linspace(1.0, 0.0, stop - centre, endpoint=False)
        bands.append(band / band.sum())
    return np.stack(bands, axis=1)


def _scale_hz(bands_per_octave: int, low_hz: float, high_hz: float) -> Array:
    first = np.floor(np.log2(low_hz / _A4_HZ) * bands_per_octave)
    last = np.ceil(np.log2(high_hz / _A4_HZ) * bands_per_octave)
    scale = _A4_HZ * 2.0 ** (np.arange(first, last) / bands_per_octave)
    return scale[(scale >= low_hz) & (scale <= high_hz)]


def _snapped(scale_hz: Array, num_bins: int, rate_hz: int) -> NDArray[np.intp]:
    bins_hz = np.arange(num_bins) * (rate_hz / 2.0 / num_bins)
    right = np.clip(np.searchsorted(bins_hz, scale_hz), 1, num_bins - 1)
    is_left = scale_hz - bins_hz[right - 1] < bins_hz[right] - scale_hz
    return np.unique(right - is_left)
