"""Which drum an onset is, by how hard it strikes the bass, the body and the top of the spectrum.

Every band is measured against the song's own hard strokes there. Music that has no strokes in
the bass or at the top has no drums: its onsets keep band None.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.spectra import HIT_RATE_HZ
from shared.sync_map import SAMPLE_RATE_HZ, Band, Onset

Array = NDArray[np.float64]

_FRAME_SAMPLES = SAMPLE_RATE_HZ // HIT_RATE_HZ
_BEFORE_FRAMES, _AFTER_FRAMES = 5, 6
_HARD_PERCENTILE = 95
# Hard strokes of music with drums lie at -5 dB (bass) and -16 to -26 dB (top) of the loudest
# level; of a piano at -15 and -49, of strings at -19 and -40, of a harpsichord at -25 and -17.
_MIN_BASS_DB, _MIN_TOP_DB = -11.0, -33.0
_RANGE_DB = 70.0
_BASS, _BODY, _MIDDLE, _PRESENCE, _TOP = range(5)
_SNARE_BODY, _SNARE_TOP, _SNARE_PRESENCE = 0.42, 0.42, 0.35
_KICK_BASS, _KICK_CLICK, _DULL_KICK_BASS, _DULL_KICK_TOP = 0.45, 0.3, 0.8, 0.35
_FULL_PRESENCE, _FULL_BODY = 0.6, 0.7
_HAT_TOP, _HAT_OVER_PRESENCE = 0.05, 0.6
_MIN_ADDED_TOP, _ADDED_STRENGTH = 0.06, 0.24
_MIN_GAP_FRAMES = 8


def with_bands(
    onsets: Sequence[Onset], hits_db: NDArray[np.float32], num_samples: int
) -> tuple[Onset, ...]:
    """The onsets, each with the band of its drum, and quiet hats that were not among them.

    `hits_db` is `Spectra.hits_db`; hats that are added have a strength below 0.25.
    """
    if not onsets or not len(hits_db):
        return tuple(onsets)
    levels = 10.0 ** (hits_db.astype(np.float64) / 20.0) - 1.0
    frames = np.array([round(onset.sample / _FRAME_SAMPLES) for onset in onsets])
    strokes = strokes_at(levels, frames)
    hard = np.percentile(strokes, _HARD_PERCENTILE, axis=0)
    if _db(hard[_BASS]) < _MIN_BASS_DB or _db(hard[_TOP]) < _MIN_TOP_DB:
        return tuple(onsets)
    strokes /= np.maximum(hard, 1e-9)
    named = [
        Onset(onset.sample, onset.strength, band_of(stroke))
        for onset, stroke in zip(onsets, strokes, strict=True)
    ]
    return tuple(sorted([*named, *_quiet_hats(levels, hard, frames, num_samples)], key=_sample))


def strokes_at(levels: Array, frames: NDArray[np.int64]) -> Array:
    """Growth of each band's amplitude around each frame, [num_frames, bands]."""
    padded = np.pad(levels, ((_BEFORE_FRAMES, _AFTER_FRAMES), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, _BEFORE_FRAMES + _AFTER_FRAMES + 1, axis=0
    )[np.clip(frames, 0, len(levels) - 1)]
    before = windows[:, :, :_BEFORE_FRAMES].min(axis=2)
    after = windows[:, :, _BEFORE_FRAMES - 1 : -1].max(axis=2)
    return np.asarray(np.maximum(after - before, 0.0))


def band_of(stroke: Array) -> Band | None:
    """The drum of a stroke [bands], 1.0 is a hard one in that band; None if it is no drum."""
    bass, body, _, presence, top = (float(value) for value in stroke)
    is_noisy = body >= _SNARE_BODY and top >= _SNARE_TOP and presence >= _SNARE_PRESENCE
    if is_noisy and (body + top) / 2 > bass:
        return Band.SNARE
    if (bass >= _KICK_BASS and presence >= _KICK_CLICK) or (
        bass >= _DULL_KICK_BASS and top <= _DULL_KICK_TOP
    ):
        return Band.KICK
    if presence >= _FULL_PRESENCE and bass + body >= _FULL_BODY:
        return Band.KICK if bass >= body else Band.SNARE  # struck together, each half as clear
    if top >= _HAT_TOP and top >= _HAT_OVER_PRESENCE * presence:
        return Band.HAT
    return None


def _quiet_hats(
    levels: Array, hard: Array, frames: NDArray[np.int64], num_samples: int
) -> list[Onset]:
    """Strokes of the top band alone that lie 40 ms from every onset."""
    from scipy.signal import find_peaks

    top = levels[:, _TOP]
    growth = np.pad(np.maximum(top[2:] - top[:-2], 0.0), (1, max(0, len(top) - len(top[2:]) - 1)))
    least = _MIN_ADDED_TOP * float(hard[_TOP])
    peaks, _ = find_peaks(growth, height=least / 2, prominence=least / 2, distance=_MIN_GAP_FRAMES)
    if not len(peaks):
        return []
    right = np.clip(np.searchsorted(frames, peaks), 0, len(frames) - 1)
    left = np.maximum(right - 1, 0)
    apart = np.minimum(np.abs(frames[right] - peaks), np.abs(frames[left] - peaks))
    peaks = peaks[apart >= _MIN_GAP_FRAMES]
    found = []
    for frame, stroke in zip(peaks, strokes_at(levels, peaks) / hard, strict=True):
        sample = int(frame) * _FRAME_SAMPLES
        if stroke[_TOP] >= _MIN_ADDED_TOP and band_of(stroke) is Band.HAT and sample < num_samples:
            strength = _ADDED_STRENGTH * min(1.0, float(stroke[_TOP]) * 2)
            found.append(Onset(sample, round(strength, 4), Band.HAT))
    return found


def _db(level: float) -> float:
    """Of the song's loudest level."""
    return float(20.0 * np.log10(max(level, 1e-9)) - _RANGE_DB)


def _sample(onset: Onset) -> int:
    return onset.sample
