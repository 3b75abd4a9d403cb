"""How much a sound is music, by what speech and noise lack.

Partials that stay where they are (a note is held, a voice glides, noise has none), or a pulse
that repeats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

VOICE_RATE_HZ = 16_000

_FFT_SAMPLES, _HOP_SAMPLES = 2048, 256  # at 16 kHz: 128 ms every 16 ms
_FRAMES_PER_SECOND = VOICE_RATE_HZ / _HOP_SAMPLES
_LOW_HZ, _HIGH_HZ = 80.0, 4000.0
_HELD_FRAMES = 10  # 160 ms: shorter than most notes, longer than a vowel stands still
_BLUR_BINS = 12  # 94 Hz to either side: what rises above is a partial
_PIECE_FRAMES = 2000
_PULSE_SECONDS = 6.0
_PERIODS_SECONDS = (0.25, 1.2)
# Between these a score goes from 0 to 1; set on the catalogue of benchmarks/encode_sounds.py.
_HELD_RANGE, _PULSE_RANGE = (0.32, 0.52), (0.30, 0.60)


def music_likelihood(mono: Floats, num_seconds: int) -> Floats:
    """How much of each second is music, 0..1: float32 [num_seconds]; `mono` at 16 kHz."""
    held, onsets = _curves(mono)
    by_notes = _ramp(per_second(held, num_seconds), *_HELD_RANGE)
    by_pulse = _ramp(_pulse(onsets, num_seconds), *_PULSE_RANGE)
    return np.asarray(_smooth(np.maximum(by_notes, by_pulse)), np.float32)


def _curves(mono: Floats) -> tuple[Floats, Floats]:
    """How held and how new each frame of 16 ms is: float32 [T] twice."""
    padded = np.pad(mono, (_FFT_SAMPLES // 2, _FFT_SAMPLES + _HELD_FRAMES * _HOP_SAMPLES))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FFT_SAMPLES)[::_HOP_SAMPLES]
    num_frames = len(mono) // _HOP_SAMPLES + 1
    held, onsets = np.empty(num_frames, np.float32), np.empty(num_frames, np.float32)
    # In pieces, so that half an hour of spectra need not fit in memory.
    for start in range(0, num_frames, _PIECE_FRAMES):
        end = min(start + _PIECE_FRAMES, num_frames)
        spectra = _log_spectra(windows[max(0, start - 1) : end + _HELD_FRAMES])
        before = spectra[:1] if start == 0 else spectra[:0]
        rises = np.maximum(np.diff(np.concatenate([before, spectra]), axis=0), 0)
        onsets[start:end] = rises[: end - start].mean(axis=1)
        held[start:end] = _heldness(spectra[min(start, 1) :])[: end - start]
    return held, onsets


def _log_spectra(windows: Floats) -> Floats:
    """Log magnitudes float32 [T, F] between 80 and 4000 Hz of windows [T, 2048]."""
    bins = np.fft.rfftfreq(_FFT_SAMPLES, 1 / VOICE_RATE_HZ)
    chosen = (bins >= _LOW_HZ) & (bins < _HIGH_HZ)
    shape = np.hanning(_FFT_SAMPLES).astype(np.float32)
    magnitudes = np.abs(np.fft.rfft(windows * shape, axis=1))[:, chosen]
    return np.asarray(np.log(magnitudes.astype(np.float32) + 1e-3))


def _heldness(spectra: Floats) -> Floats:
    """Correlation of each frame's peaks with those of 160 ms later: float32 [T - 10]."""
    fine = np.maximum(spectra - _blurred(spectra, _BLUR_BINS), 0)  # between peaks is noise
    fine -= fine.mean(axis=1, keepdims=True)
    fine /= np.linalg.norm(fine, axis=1, keepdims=True) + 1e-6
    return np.asarray((fine[:-_HELD_FRAMES] * fine[_HELD_FRAMES:]).sum(axis=1), np.float32)


def _blurred(spectra: Floats, reach: int) -> Floats:
    sums = np.cumsum(np.pad(spectra, ((0, 0), (reach + 1, reach)), mode="edge"), axis=1)
    return np.asarray((sums[:, 2 * reach + 1 :] - sums[:, : -2 * reach - 1]) / (2 * reach + 1))


def _pulse(onsets: Floats, num_seconds: int) -> Floats:
    """How strongly onsets repeat around each second: 0..1, float32 [num_seconds]."""
    half = int(_PULSE_SECONDS / 2 * _FRAMES_PER_SECOND)
    low, high = (int(seconds * _FRAMES_PER_SECOND) for seconds in _PERIODS_SECONDS)
    found = np.zeros(num_seconds, np.float32)
    for second in range(num_seconds):
        middle = int((second + 0.5) * _FRAMES_PER_SECOND)
        part = onsets[max(0, middle - half) : middle + half]
        if len(part) < 2 * high:
            continue
        part = part - part.mean()
        power = float(part @ part)
        if power > 0:
            lags = [float(part[lag:] @ part[:-lag]) for lag in range(low, high)]
            # Shorter overlaps have smaller sums.
            scale = len(part) / (len(part) - np.arange(low, high))
            found[second] = float((np.array(lags) * scale).max()) / power
    return found


def per_second(values: Floats, num_seconds: int) -> Floats:
    """Means over equal stretches of about a second: float32 [num_seconds]."""
    edges = np.linspace(0, len(values), num_seconds + 1).astype(np.int64)
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray((sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(np.diff(edges), 1))


def _smooth(values: Floats) -> Floats:
    padded = np.pad(values, 1, mode="edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3, np.float32)


def _ramp(values: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.clip((values - low) / (high - low), 0, 1), np.float32)
