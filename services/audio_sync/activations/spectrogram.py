"""What listeners look at: a log spectrogram on a musical scale, and how it rises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.filter_bank import log_filter_bank

Curve = NDArray[np.float32]

_RATE_HZ = 22_050
_UP, _DOWN = 147, 160  # from 24 kHz
_HOP = 441
FRAME_RATE_HZ = _RATE_HZ // _HOP
_WINDOW = 1411
_BANDS_PER_OCTAVE = 24
_LOW_HZ, _HIGH_HZ = 30.0, 17_000.0
NUM_BANDS = 136
NUM_FEATURES = 2 * NUM_BANDS
_CHUNK_FRAMES = 512
# Logarithms of 1 + x change with the level: all music is heard at that of a usual master.
_USUAL_RMS = 0.15
_SILENT_RMS = 1e-5  # -100 dBFS
_AUDIBLE = 0.01  # of the loudest frame's amplitude: pauses do not count for the level


def features_of(signal_24k: Curve) -> Curve:
    """Features [num_frames, NUM_FEATURES] at `FRAME_RATE_HZ` of mono sound at 24 kHz.

    Frame k is centred on second k / FRAME_RATE_HZ. The first half of the columns is
    log10(1 + magnitude) per band, from low to high; the second its growth since the frame before.
    The sound's own level does not matter; silence gives zeros.
    """
    from scipy.signal import resample_poly

    signal = np.asarray(resample_poly(signal_24k, _UP, _DOWN), dtype=np.float32)
    num_frames = -(-len(signal) // _HOP)
    level = _rms(signal)
    if level < _SILENT_RMS:
        return np.zeros((num_frames, NUM_FEATURES), np.float32)
    signal *= np.float32(_USUAL_RMS / level)
    features = np.empty((num_frames, NUM_FEATURES), np.float32)
    levels, growth = features[:, :NUM_BANDS], features[:, NUM_BANDS:]
    np.log10(1.0 + _magnitudes(signal, num_frames), out=levels)
    growth[:1] = 0.0
    np.maximum(np.diff(levels, axis=0), 0.0, out=growth[1:])
    return features


def _rms(signal: Curve) -> float:
    """Root mean square of the audible frames."""
    whole = len(signal) // _HOP * _HOP
    if not whole:
        return 0.0
    squares = signal[:whole].reshape(-1, _HOP).astype(np.float64) ** 2
    powers: NDArray[np.float64] = np.asarray(squares.mean(axis=1))
    return float(np.sqrt(powers[powers >= _AUDIBLE**2 * powers.max()].mean()))


def _magnitudes(signal: Curve, num_frames: int) -> Curve:
    half = _WINDOW // 2
    padded = np.pad(signal, (half, half + _HOP + 1))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:num_frames]
    bank = log_filter_bank(half, _RATE_HZ, _BANDS_PER_OCTAVE, _LOW_HZ, _HIGH_HZ)
    window = np.hanning(_WINDOW).astype(np.float32)
    bands = np.empty((num_frames, NUM_BANDS), np.float32)
    for start in range(0, num_frames, _CHUNK_FRAMES):  # bounded memory for long songs
        chunk = slice(start, start + _CHUNK_FRAMES)
        spectrum = np.abs(np.fft.rfft(frames[chunk] * window, axis=1))
        bands[chunk] = spectrum[:, :half].astype(np.float32) @ bank
    return bands
