"""What each bar sounds like: harmony, timbre, rhythm, loudness, drums."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.bar_grid import BarGrid
from services.audio_sync.spectra import HIT_RATE_HZ, TONE_RATE_HZ, Spectra
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ

Array = NDArray[np.float64]

_SLOTS_PER_BEAT = 4
_NUM_CEPSTRA = 14
_AUDIBLE_STROKE = 0.15  # of a hard one


@dataclass(frozen=True, slots=True, eq=False)
class BarFeatures:
    """One row for each bar.

    `harmony` [bars, beats * 12] unit length; `timbre` [bars, 27]: cepstra 1 to 13 and their
    spread; `rhythm` [bars, beats * 4, 5]: growth in dB of each band in each sixteenth;
    `energy` [bars] 0..1; `punch` [bars, 5]: how hard the band is struck, mean of the beats, 1.0
    in the song's hard bars;
    `climb` [bars * 2, 3]: energy, brightness and strokes for each beat of every half bar.
    """

    harmony: Array
    timbre: Array
    rhythm: Array
    energy: Array
    punch: Array
    climb: Array


def bar_features(spectra: Spectra, bars: BarGrid, energy: Array) -> BarFeatures:
    """Features of each bar of `bars`; `energy` is the curve at `ENERGY_RATE_HZ`."""
    from scipy.fft import dct

    beats = _subdivide(bars, bars.beats_per_bar)
    slots = _subdivide(bars, bars.beats_per_bar * _SLOTS_PER_BEAT)
    chroma = _means(spectra.chroma, beats, TONE_RATE_HZ).reshape(bars.num_bars, -1, 12)
    tilt = chroma.reshape(-1, 12).mean(axis=0)
    harmony = (chroma - 0.7 * tilt).reshape(bars.num_bars, -1)
    norms = np.linalg.norm(harmony, axis=1, keepdims=True)
    harmony = harmony / np.maximum(norms, 1e-9)
    cepstra = dct(spectra.mel_db.astype(np.float64), axis=1, norm="ortho")[:, :_NUM_CEPSTRA]
    means = _means(cepstra, bars.edges, TONE_RATE_HZ)
    squares = _means(cepstra[:, 1:] ** 2, bars.edges, TONE_RATE_HZ)
    spread = np.sqrt(np.maximum(squares - means[:, 1:] ** 2, 0.0))
    mel_power = 10.0 ** (spectra.mel_db / 20.0) - 1.0
    half_bars = _subdivide(bars, 2)
    mel = _means(mel_power, half_bars, TONE_RATE_HZ) + 1e-9
    bright = (mel * np.arange(mel.shape[1])).sum(axis=1) / mel.sum(axis=1)
    halves = _means(energy[:, None], half_bars, ENERGY_RATE_HZ)
    rhythm = _maxima(_growth(spectra.hits_db), slots, HIT_RATE_HZ)
    punch, density = _strokes(spectra.hits_db, slots, bars)
    return BarFeatures(
        harmony=harmony,
        timbre=np.concatenate([means, spread], axis=1),
        rhythm=rhythm.reshape(bars.num_bars, -1, rhythm.shape[1]),
        energy=_means(energy[:, None], bars.edges, ENERGY_RATE_HZ)[:, 0],
        punch=punch,
        climb=np.stack([halves[:, 0], bright, density], axis=1),
    )


def _strokes(hits_db: NDArray[np.float32], slots: Array, bars: BarGrid) -> tuple[Array, Array]:
    """How hard the bands are struck in each bar [bars, bands], and strokes a beat [half bars]."""
    growth = _growth(10.0 ** (hits_db / 20.0) - 1.0)
    by_slot = _maxima(growth, slots, HIT_RATE_HZ)
    by_beat = by_slot.reshape(bars.num_bars, bars.beats_per_bar, _SLOTS_PER_BEAT, -1)
    punch = by_beat.max(axis=2).mean(axis=1)
    punch /= np.maximum(np.percentile(punch, 85, axis=0), 1e-9)
    noisy = (growth[:, 3:] / np.maximum(np.percentile(by_slot[:, 3:], 95, axis=0), 1e-9)).sum(
        axis=1
    )
    struck = _maxima(noisy[:, None], slots, HIT_RATE_HZ).reshape(bars.num_bars, -1)
    counts = (struck > _AUDIBLE_STROKE).reshape(2 * bars.num_bars, -1).sum(axis=1)
    return punch, counts / (bars.beats_per_bar / 2)


def _growth(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Growth over two frames, centred, never negative; as long as `levels`."""
    growth = np.maximum(levels[2:] - levels[:-2], 0.0)
    return np.asarray(np.pad(growth, ((1, len(levels) - len(growth) - 1), (0, 0))))


def _subdivide(bars: BarGrid, parts: int) -> Array:
    """Samples of the edges of `parts` equal parts of every bar, [num_bars * parts + 1]."""
    index = np.arange(bars.num_bars * parts + 1) / parts
    return np.asarray(np.interp(index, np.arange(len(bars.edges)), bars.edges))


def _frames(edges: NDArray[np.generic], rate_hz: float, num_frames: int, shift: float) -> Array:
    frames = np.floor(np.asarray(edges, dtype=np.float64) / SAMPLE_RATE_HZ * rate_hz + shift)
    return np.clip(frames, 0, max(num_frames - 1, 0)).astype(np.int64)


def _means(values: NDArray[np.generic], edges: NDArray[np.generic], rate_hz: float) -> Array:
    """Mean over each stretch between edges, [num_stretches, columns]."""
    frames = _frames(edges, rate_hz, len(values), 0.5)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=float)])
    starts, ends = frames[:-1], np.maximum(frames[1:], frames[:-1] + 1)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts)[:, None])


def _maxima(values: NDArray[np.generic], edges: NDArray[np.generic], rate_hz: float) -> Array:
    """Maximum of each stretch around its start, [num_stretches, columns].

    A stretch begins a quarter before its edge: what is played a little early belongs to it.
    """
    places = np.asarray(edges, dtype=np.float64)
    early = places - 0.3 * float(np.median(np.diff(places)))
    frames = _frames(early, rate_hz, len(values), 0.0)
    return np.stack(
        [
            np.max(values[start : max(end, start + 1)], axis=0)
            for start, end in pairwise(frames.tolist())
        ]
    ).astype(np.float64)
