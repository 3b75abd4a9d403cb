"""Roughly where in a song a take could be: rises of many bands, correlated over the whole song.

Room, noise and loudness change the rises of sound less than the sound itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

FRAME_RATE_HZ = 100
_NUM_BANDS = 24
_LOW_HZ, _HIGH_HZ = 120.0, 6000.0
_WINDOW_S = 0.032
_BLOCK_FRAMES = 6000
_SMOOTH_FRAMES = 100  # loudness over a second is taken out
_PIECE_S = 20.0  # pieces of the take that are placed for themselves, so that clocks may drift
_MAX_DRIFT = 300e-6
_LEAST_OVERLAP_S = 2.0
_APART_S = 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """The take's first sample is at `offset_s` of the song; `score` is in standard deviations."""

    offset_s: float
    score: float


def places(take: FloatArray, song: FloatArray, sample_rate_hz: int, count: int) -> list[Place]:
    """The `count` best places, the best first; fewer where the take or song is too short.

    Both are float32 [num_samples].
    """
    needle, hay = _rises(take, sample_rate_hz), _rises(song, sample_rate_hz)
    if min(len(needle), len(hay)) < _LEAST_OVERLAP_S * FRAME_RATE_HZ:
        return []
    scores, first = _scores(needle, hay)
    spread = float(np.std(scores))
    if not spread:
        return []
    scores = (scores - float(np.median(scores))) / spread
    found: list[Place] = []
    apart = int(_APART_S * FRAME_RATE_HZ)
    for _ in range(count):
        best = int(np.argmax(scores))
        if scores[best] <= 0:
            break
        found.append(Place((best + first) / FRAME_RATE_HZ, float(scores[best])))
        scores[max(0, best - apart) : best + apart + 1] = 0
    return found


def _rises(sound: FloatArray, sample_rate_hz: int) -> FloatArray:
    """How much louder each band gets, float32 [frames, bands], each band even over time."""
    hop, size = sample_rate_hz // FRAME_RATE_HZ, int(_WINDOW_S * sample_rate_hz)
    count = max(0, (len(sound) - size) // hop + 1)
    taper = np.hanning(size).astype(np.float32)
    edges = np.geomspace(_LOW_HZ, _HIGH_HZ, _NUM_BANDS + 1) * size / sample_rate_hz
    starts = np.unique(np.round(edges).astype(int))
    levels = np.empty((count, len(starts) - 1), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::hop] if count else sound
    for first in range(0, count, _BLOCK_FRAMES):
        block = np.abs(np.fft.rfft(frames[first : first + _BLOCK_FRAMES] * taper, axis=1)) ** 2
        powers = np.add.reduceat(block[:, : starts[-1]], starts[:-1], axis=1)
        levels[first : first + len(block)] = np.log(powers + 1e-7)
    rises = np.maximum(0, np.diff(levels, axis=0, prepend=levels[:1]))
    return _evened(rises.astype(np.float32))


def _evened(rises: FloatArray) -> FloatArray:
    """Without the local mean, and as strong everywhere, so that no single blow decides."""
    from scipy.ndimage import uniform_filter1d

    centred = rises - uniform_filter1d(rises, _SMOOTH_FRAMES, axis=0)
    power = uniform_filter1d(centred**2, 4 * _SMOOTH_FRAMES, axis=0)
    return np.asarray(centred / np.sqrt(power + 0.01), np.float32)


def _scores(needle: FloatArray, hay: FloatArray) -> tuple[FloatArray, int]:
    """Agreement at each offset (in frames, the first returned); pieces may drift apart."""
    from scipy.fft import irfft, next_fast_len, rfft
    from scipy.ndimage import maximum_filter1d

    piece = int(_PIECE_S * FRAME_RATE_HZ)
    size = next_fast_len(len(hay) + piece, real=True)
    spectra = rfft(hay, size, axis=0)
    first = -len(needle) + int(_LEAST_OVERLAP_S * FRAME_RATE_HZ)
    total = np.zeros(len(hay) - int(_LEAST_OVERLAP_S * FRAME_RATE_HZ) - first, np.float32)
    middle = len(needle) / 2
    for start in range(0, len(needle), piece):
        part = needle[start : start + piece]
        cross = (spectra * np.conj(rfft(part, size, axis=0))).sum(axis=1)
        agreement = np.asarray(irfft(cross, size), np.float32)
        # Lags from -len(part) on, in order.
        agreement = np.concatenate([agreement[-len(part) :], agreement[: len(hay)]])
        reach = int(abs(start + len(part) / 2 - middle) * _MAX_DRIFT) + 1
        agreement = maximum_filter1d(agreement, 2 * reach + 1)
        # An offset of the take is the lag of its piece less where the piece begins.
        at = np.arange(len(total)) + first + start + len(part)
        inside = (at >= 0) & (at < len(agreement))
        total[inside] += agreement[at[inside]]
    overlap = np.minimum(np.arange(len(total)) + first + len(needle), len(hay))
    overlap -= np.maximum(0, np.arange(len(total)) + first)
    return np.asarray(total / np.sqrt(np.maximum(overlap, 1)), np.float32), first
