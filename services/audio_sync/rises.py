"""The rise curve: how suddenly sound grows, at 500 Hz; where an attack is, to a few milliseconds.

Knows nothing about beats. The curve is the mean over mel bands of the growth in dB across 8 ms.
Levels more than 40 dB below the loudest band count as silence: what nobody hears cannot jump.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ

Curve = NDArray[np.float32]

ANALYSIS_RATE_HZ = SAMPLE_RATE_HZ // 2
RISE_RATE_HZ = 500
_HOP = ANALYSIS_RATE_HZ // RISE_RATE_HZ
_WINDOW = 256  # 10.7 ms
_LAG_FRAMES = 4
_NUM_BANDS = 20
_LOWEST_HZ, _BASS_HZ = 30.0, 160.0
_FLOOR_DB = 40.0
_CHUNK_FRAMES = 5_000
# The window feels an attack before its centre reaches it. Peaks of the curve, against known
# attacks (`python -m benchmarks.beat_offset`): clicks -3.8, kicks -3.5, drum loops -2.1 and
# chords with a 6 ms attack +1.0 ms. The constant lies in the middle of them.
RISE_LATENESS_S = -0.0020


@dataclass(frozen=True, slots=True)
class RiseCurve:
    """Curves at `RISE_RATE_HZ`, [num_frames]; frame k speaks of second k / RISE_RATE_HZ.

    `rise_db` is the mean growth across bands in dB; `strike` is the growth of amplitude (full
    band and bass, 1.0 is full scale): how hard it hits, not how suddenly.
    """

    rise_db: Curve
    strike: Curve

    def peak_near(self, second: float, reach_s: float) -> tuple[float, float]:
        """Time in seconds and height in dB of the curve's peak within `reach_s` of a moment.

        Peaks near the moment are preferred over equal ones far from it. Height 0.0 if flat.
        """
        first = max(0, int(np.ceil((second - reach_s) * RISE_RATE_HZ)))
        last = min(len(self.rise_db), int((second + reach_s) * RISE_RATE_HZ) + 1)
        if first >= last:
            return second, 0.0
        distances = np.arange(first, last) / RISE_RATE_HZ - second
        preferred = self.rise_db[first:last] * np.exp(-0.5 * (distances / (0.6 * reach_s)) ** 2)
        index = first + int(np.argmax(preferred))
        height = float(self.rise_db[index])
        return (self.time_of(index), height) if height > 0.0 else (second, 0.0)

    def time_of(self, index: int) -> float:
        """Second of a peak at a frame, between frames by a parabola; lateness removed."""
        shift = 0.0
        if 0 < index < len(self.rise_db) - 1:
            before, here, after = (float(value) for value in self.rise_db[index - 1 : index + 2])
            curvature = before - 2.0 * here + after
            if curvature < 0.0:
                shift = float(np.clip(0.5 * (before - after) / curvature, -0.5, 0.5))
        return (index + shift) / RISE_RATE_HZ - RISE_LATENESS_S


def to_analysis_rate(mono: Curve) -> Curve:
    """Mono at 48 kHz to mono at `ANALYSIS_RATE_HZ`, float32."""
    from scipy import signal

    return np.asarray(signal.resample_poly(mono, 1, 2), dtype=np.float32)


def rise_curve(signal_24k: Curve) -> RiseCurve:
    """Rise curve of mono sound at `ANALYSIS_RATE_HZ`, [num_samples]; silence gives zeros.

    Before its first sample the sound counts as silent: what starts at sample 0 is an attack.
    """
    num_frames = len(signal_24k) // _HOP + 1
    bands = _band_powers(signal_24k, num_frames)
    loudest = float(bands.max(initial=0.0))
    if loudest <= 0.0:
        empty = np.zeros(num_frames, np.float32)
        return RiseCurve(empty, empty)
    floor = loudest * 10.0 ** (-_FLOOR_DB / 10.0)
    levels_db = 10.0 * np.log10(bands + floor)
    growth = np.maximum(levels_db[_LAG_FRAMES:] - levels_db[:-_LAG_FRAMES], 0.0).mean(axis=1)
    amplitude = np.sqrt(bands.sum(axis=1))
    bass = np.sqrt(bands[:, : _num_bass_bands()].sum(axis=1))
    return RiseCurve(
        growth[:num_frames], _strike(amplitude, num_frames) + _strike(bass, num_frames)
    )


def _strike(amplitude: Curve, num_frames: int) -> Curve:
    growth = np.maximum(amplitude[_LAG_FRAMES:] - amplitude[:-_LAG_FRAMES], 0.0)
    return np.asarray(growth[:num_frames], dtype=np.float32)


def _band_powers(signal_24k: Curve, num_frames: int) -> Curve:
    """Mel powers [num_frames + lag, bands]; frame k is centred half a lag before frame k."""
    from scipy.signal import get_window

    ahead = _WINDOW // 2 + (_LAG_FRAMES // 2) * _HOP
    padded = np.pad(signal_24k, (ahead, ahead + _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    frames = frames[: num_frames + _LAG_FRAMES]
    window = get_window("hann", _WINDOW).astype(np.float32)
    weights = _mel_weights()
    chunks = []
    for start in range(0, len(frames), _CHUNK_FRAMES):  # a song's spectrum would be 300 MB
        spectrum = np.fft.rfft(frames[start : start + _CHUNK_FRAMES] * window, axis=1)
        chunks.append((np.abs(spectrum) ** 2).astype(np.float32) @ weights.T)
    scale = np.float32((2.0 / float(window.sum())) ** 2)
    return np.asarray(np.concatenate(chunks) * scale, dtype=np.float32)


def _mel_weights() -> Curve:
    import librosa

    # Not librosa.filters.mel: it warns of bands that are narrower than a bin of the short window;
    # here they are dropped.
    centres = librosa.mel_frequencies(_NUM_BANDS + 2, fmin=_LOWEST_HZ, fmax=ANALYSIS_RATE_HZ / 2)
    bins = np.fft.rfftfreq(_WINDOW, 1.0 / ANALYSIS_RATE_HZ)
    rising = (bins - centres[:-2, None]) / np.diff(centres)[:-1, None]
    falling = (centres[2:, None] - bins) / np.diff(centres)[1:, None]
    weights = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(weights[weights.sum(axis=1) > 0.0], dtype=np.float32)


def _num_bass_bands() -> int:
    bins = np.fft.rfftfreq(_WINDOW, 1.0 / ANALYSIS_RATE_HZ)
    peaks = bins[np.argmax(_mel_weights(), axis=1)]
    return max(1, int(np.sum(peaks <= _BASS_HZ)))
