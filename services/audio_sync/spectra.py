"""Short-time spectra reduced to what form needs: chroma, mel bands, sudden growth by band.

Computed in chunks: the whole spectrogram of ten minutes is never held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ

Floats = NDArray[np.float32]

RATE_HZ = SAMPLE_RATE_HZ // 2
_TONE_WINDOW, _TONE_HOP = 4096, 1024
TONE_RATE_HZ = RATE_HZ / _TONE_HOP
_NUM_MELS = 40
_HIT_WINDOW, _HIT_HOP = 512, 120
HIT_RATE_HZ = RATE_HZ // _HIT_HOP
# Lower edges of the bands in Hz; the last ends at half the rate. Named by what is loudest there.
HIT_BANDS_HZ = (30.0, 130.0, 400.0, 2000.0, 6000.0, 12000.0)
_CHUNK_FRAMES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Three views of a sound; frames are centred on their time.

    `chroma` [frames, 12] and `mel_db` [frames, 40] at `TONE_RATE_HZ`; `hits_db` [frames, 5], the
    level of each of `HIT_BANDS_HZ`, at `HIT_RATE_HZ`. Levels are in dB over the floor.
    """

    chroma: Floats
    mel_db: Floats
    hits_db: Floats


def spectra(signal_24k: Floats) -> Spectra:
    """Spectra of mono sound at 24 kHz, [num_samples]."""
    import librosa

    chroma_weights = librosa.filters.chroma(
        sr=RATE_HZ, n_fft=_TONE_WINDOW, octwidth=2.0, ctroct=4.5
    ).astype(np.float32)
    mel_weights = librosa.filters.mel(
        sr=RATE_HZ, n_fft=_TONE_WINDOW, n_mels=_NUM_MELS, fmin=40.0
    ).astype(np.float32)
    chroma, mels = [], []
    for power in _powers(signal_24k, _TONE_WINDOW, _TONE_HOP):
        chroma.append(np.sqrt(power) @ chroma_weights.T)
        mels.append(power @ mel_weights.T)
    edges = np.searchsorted(np.fft.rfftfreq(_HIT_WINDOW, 1.0 / RATE_HZ), HIT_BANDS_HZ)
    hits = [
        np.add.reduceat(power, edges[:-1], axis=1)
        for power in _powers(signal_24k, _HIT_WINDOW, _HIT_HOP)
    ]
    return Spectra(
        np.concatenate(chroma), _to_db(np.concatenate(mels)), _to_db(np.concatenate(hits))
    )


def _powers(signal: Floats, window_size: int, hop: int) -> Iterator[Floats]:
    """Power spectra [frames, window_size // 2 + 1] in chunks; full-scale sine peaks at 1."""
    window = np.hanning(window_size + 1)[:-1].astype(np.float32)
    window *= 2.0 / window.sum()
    padded = np.pad(signal, (window_size // 2, window_size // 2 + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window_size)[::hop]
    frames = frames[: len(signal) // hop + 1]
    for start in range(0, len(frames), _CHUNK_FRAMES):
        spectrum = np.fft.rfft(frames[start : start + _CHUNK_FRAMES] * window, axis=1)
        yield (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


def _to_db(power: Floats, range_db: float = 70.0) -> Floats:
    """Decibels relative to the largest value, `range_db` deep, above that floor."""
    loudest = float(power.max(initial=0.0))
    if loudest <= 0.0:
        return np.zeros_like(power)
    floor = loudest * 10.0 ** (-range_db / 10.0)
    return np.asarray(10.0 * np.log10(power / floor + 1.0), dtype=np.float32)
