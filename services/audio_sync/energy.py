"""How loud it is from moment to moment, as the ear hears it (K-weighting of ITU-R BS.1770)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import ENERGY_RANGE_DB, ENERGY_RATE_HZ, SAMPLE_RATE_HZ

# Second-order sections at 48 kHz, BS.1770-4 tables 1 and 2: the head's shelf, then the high-pass.
_K_WEIGHTING = (
    (
        1.53512485958697,
        -2.69169618940638,
        1.19839281085285,
        1.0,
        -1.69065929318241,
        0.73248077421585,
    ),
    (1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621),
)
_HOP = SAMPLE_RATE_HZ // ENERGY_RATE_HZ
_SMOOTHING_HOPS = 5  # 50 ms: about what the ear adds up
_CHUNK_HOPS = 3000
_MOMENT_HOPS = 40
_LUFS_OFFSET = -0.691
SILENCE_LUFS = -70.0
_SILENT_DB = -80.0  # of full scale; below, the loudest moment is not worth a curve


def energy_curve(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Loudness of [num_samples, channels] at 48 kHz, one value 0..1 for each 10 ms.

    1.0 is the loudest moment, 0.0 is `ENERGY_RANGE_DB` below it or less, linear in dB between.
    Silence gives zeros. The last, incomplete 10 ms count as a full value.
    """
    return energy_of(weighted_powers(samples))


def weighted_powers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """K-weighted mean square, channels added up, of [num_samples, channels] for each 10 ms."""
    num_values = -(-len(samples) // _HOP)
    powers = np.zeros(num_values)
    for channel in samples.T:
        powers += _weighted_powers(np.asarray(channel, dtype=np.float32), num_values)
    return powers


def loudness_of(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Momentary loudness in LUFS (BS.1770: 400 ms) around each 10 ms, never below -70."""
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    places = np.arange(len(powers))
    starts = np.maximum(places - _MOMENT_HOPS // 2, 0)
    ends = np.minimum(places + _MOMENT_HOPS // 2, len(powers))
    means = (sums[ends] - sums[starts]) / np.maximum(ends - starts, 1)
    return np.asarray(np.maximum(_LUFS_OFFSET + 10.0 * np.log10(means + 1e-12), SILENCE_LUFS))


def energy_of(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The energy curve of `weighted_powers`."""
    num_values = len(powers)
    kernel = np.hanning(_SMOOTHING_HOPS + 2)[1:-1]
    smooth = np.convolve(powers, kernel / kernel.sum(), mode="full")
    edge = _SMOOTHING_HOPS // 2
    smooth = np.maximum(smooth[edge : edge + num_values], 0.0)
    loudest = float(smooth.max(initial=0.0))
    if loudest < 10.0 ** (_SILENT_DB / 10.0):
        return np.zeros(num_values)
    relative_db = 10.0 * np.log10(np.maximum(smooth / loudest, 1e-12))
    return np.asarray(np.clip(1.0 + relative_db / ENERGY_RANGE_DB, 0.0, 1.0))


def _weighted_powers(channel: NDArray[np.float32], num_values: int) -> NDArray[np.float64]:
    from scipy.signal import sosfilt

    sections = np.array(_K_WEIGHTING)
    state = np.zeros((len(sections), 2))
    powers = np.zeros(num_values)
    for first in range(0, num_values, _CHUNK_HOPS):  # a song in float64 would be 230 MB a channel
        last = min(first + _CHUNK_HOPS, num_values)
        chunk = channel[first * _HOP : last * _HOP].astype(np.float64)
        filtered, state = sosfilt(sections, chunk, zi=state)
        padded = np.pad(filtered, (0, (last - first) * _HOP - len(filtered)))
        powers[first:last] = np.mean(padded.reshape(-1, _HOP) ** 2, axis=1)
    return powers
