"""How far single windows of a take lie from where they should be, to parts of a sample.

GCC-PHAT (Knapp and Carter, 1976): only phases count, so neither microphone nor room decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Values = NDArray[np.float64]

_LOW_HZ = 100.0
# Frequencies whose power is this far below the window's mean say little but noise.
_FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class Line:
    """The song at a take's second t is at `offset_s + t * (1 + drift)` seconds."""

    offset_s: float
    drift: float

    def at(self, seconds: Values | float) -> Values:
        """Song seconds at seconds of the take."""
        return np.asarray(self.offset_s + np.asarray(seconds) * (1 + self.drift))


@dataclass(frozen=True, slots=True, eq=False)
class Lags:
    """What windows say: their middles in the take, song seconds less the line's, and clarity.

    All float64 [windows]; `clarity` is the peak over the correlation's standard deviation.
    """

    at_s: Values
    lag_s: Values
    clarity: Values


def window_lags(
    take: FloatArray,
    song: FloatArray,
    sample_rate_hz: int,
    line: Line,
    starts_s: Values,
    window_s: float,
    reach_s: float,
    high_hz: float,
) -> Lags:
    """Lags of windows of the take against the song along a line, within `reach_s` either way.

    Windows that are silent or not wholly beside the song are left out. Clarity of noise against
    noise is about 4.
    """
    size, reach = int(window_s * sample_rate_hz), int(reach_s * sample_rate_hz)
    taper = np.hanning(size).astype(np.float32)
    found: list[tuple[float, float, float]] = []
    for start_s in starts_s:
        first = int(start_s * sample_rate_hz)
        needle = take[first : first + size]
        hay = _along(song, sample_rate_hz, line, first - reach, size + 2 * reach)
        if len(needle) < size or hay is None or not needle.any() or not hay.any():
            continue
        lag, clarity = _peak(needle * taper, hay, reach, sample_rate_hz, high_hz)
        found.append(((first + size / 2) / sample_rate_hz, lag / sample_rate_hz, clarity))
    columns = np.array(found, np.float64).reshape(-1, 3).T
    return Lags(*columns)


def _along(
    song: FloatArray, sample_rate_hz: int, line: Line, first: int, count: int
) -> FloatArray | None:
    """The song on the take's clock, as the line has it, from the take's sample `first` on."""
    at = line.offset_s * sample_rate_hz + np.arange(first, first + count) * (1 + line.drift)
    low, high = int(np.floor(at[0])), int(np.ceil(at[-1])) + 1
    edge = count // 4
    if low < -edge or high > len(song) + edge:
        return None
    inside = song[max(0, low) : max(0, min(len(song), high))]
    if not len(inside):
        return None
    places = np.arange(max(0, low), max(0, low) + len(inside))
    return np.asarray(np.interp(at, places, inside, left=0.0, right=0.0), np.float32)


def _peak(
    needle: FloatArray, hay: FloatArray, reach: int, sample_rate_hz: int, high_hz: float
) -> tuple[float, float]:
    """Lag of the highest correlation in samples, -reach .. reach, and its clarity."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(len(hay) + len(needle), real=True)
    cross = rfft(hay, size) * np.conj(rfft(needle, size))
    power = np.abs(cross)
    hertz = np.arange(len(cross)) * sample_rate_hz / size
    band = (hertz >= _LOW_HZ) & (hertz <= high_hz)
    floor = _FLOOR * float(power[band].mean()) if band.any() else 0.0
    white = np.where(band, cross / np.maximum(power, floor + 1e-20), 0)
    heard = np.asarray(irfft(white, size)[: 2 * reach + 1], np.float64)
    spread = float(np.std(heard))
    best = int(np.argmax(heard))
    if not spread:
        return 0.0, 0.0
    return best + _between(heard, best) - reach, float(heard[best]) / spread


def _between(heard: Values, best: int) -> float:
    """Where between samples a peak lies: the tip of the parabola through it."""
    if not 0 < best < len(heard) - 1:
        return 0.0
    left, top, right = heard[best - 1 : best + 2]
    bend = left - 2 * top + right
    return float(0.5 * (left - right) / bend) if bend < 0 else 0.0
