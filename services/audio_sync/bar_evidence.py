"""How much each beat sounds like the first of its bar.

Four things tell of a first beat: what the listeners took for one, a new harmony, a stroke in the
bass, and less than elsewhere in the octave above it, where snares and toms have their body. Each
is heard relative to the other beats of the same song.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.spectra import HIT_RATE_HZ, TONE_RATE_HZ, Spectra

Array = NDArray[np.float64]

# By logistic regression on the rendered pieces of `benchmarks.music` that are for tuning, and on
# others of the same styles; a style left out of the learning loses about 0.01 of downbeat F.
_LISTENERS, _HARMONY, _HARMONY_OF_TWO, _BASS, _BODY = 2.2, 0.7, 0.7, 1.1, -0.5
_BIAS = -2.4
_BASS_BAND, _BODY_BAND = 0, 1  # of `HIT_BANDS_HZ`
_STROKE_FRAMES = 6  # 30 ms
_GROWTH_FRAMES = 2
_FAINT = 1e-3
# Beats that differ less than this, as a standard deviation, tell nothing by the difference.
_LEAST_ODDS, _LEAST_CHANGE, _LEAST_STROKE = 0.2, 0.1, 0.2
_TINY = 1e-6


def downbeat_evidence(activations: Activations, beats_s: Array, heard: Spectra) -> Array:
    """Log odds that each beat begins a bar, [num_beats]; `beats_s` are at least 2, increasing."""
    steps = np.diff(beats_s, append=beats_s[-1] + np.median(np.diff(beats_s)))
    bass, body = _strokes(beats_s, heard)
    views = (
        (_LISTENERS, _listeners(activations, beats_s), _LEAST_ODDS),
        (_HARMONY, _new_harmony(heard.chroma, beats_s, steps), _LEAST_CHANGE),
        (_HARMONY_OF_TWO, _new_harmony(heard.chroma, beats_s, 2.0 * steps), _LEAST_CHANGE),
        (_BASS, bass, _LEAST_STROKE * float(bass.mean())),
        (_BODY, body, _LEAST_STROKE * float(body.mean())),
    )
    return np.asarray(
        _BIAS + sum(weight * _standard(values, least) for weight, values, least in views)
    )


def _standard(values: Array, least_spread: float) -> Array:
    spread = max(float(values.std()), least_spread, _TINY)
    return np.asarray((values - values.mean()) / spread)


def _near(values: NDArray[np.generic], rate_hz: float, beats_s: Array, reach: int) -> Array:
    """Largest values within `reach` frames of each beat, [num_beats, ...]."""
    frames = np.round(beats_s * rate_hz).astype(int)
    last = len(values) - 1
    shifts = range(-reach, reach + 1)
    return np.asarray(
        np.max([values[np.clip(frames + shift, 0, last)] for shift in shifts], axis=0), np.float64
    )


def _listeners(activations: Activations, beats_s: Array) -> Array:
    """Log odds of a downbeat against another beat where each beat is."""
    other, down = _near(activations.values, activations.rate_hz, beats_s, 1).T
    return np.asarray(np.log(down + _FAINT) - np.log(other + _FAINT))


def _new_harmony(chroma: NDArray[np.float32], beats_s: Array, spans_s: Array) -> Array:
    """How the harmony of the span from each beat differs from that of the span before it, 0..1."""
    sums = np.concatenate([np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)])

    def mean(starts_s: Array, ends_s: Array) -> Array:
        starts = np.clip(np.round(starts_s * TONE_RATE_HZ + 0.5).astype(int), 0, len(chroma) - 1)
        ends = np.round(ends_s * TONE_RATE_HZ + 0.5).astype(int)
        ends = np.maximum(np.minimum(ends, len(chroma)), starts + 1)
        total = sums[ends] - sums[starts]
        return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))

    alike = np.sum(mean(beats_s, beats_s + spans_s) * mean(beats_s - spans_s, beats_s), axis=1)
    return np.asarray(np.sqrt(np.clip(1.0 - alike, 0.0, 1.0)))


def _strokes(beats_s: Array, heard: Spectra) -> tuple[Array, Array]:
    """How hard the bass and the octaves above it are struck at each beat."""
    bands = (_BASS_BAND, _BODY_BAND)
    levels = 10.0 ** (heard.hits_db[:, bands].astype(np.float64) / 20.0) - 1.0
    reach = 2 * _GROWTH_FRAMES
    growth = np.maximum(levels[reach:] - levels[:-reach], 0.0)
    growth = np.pad(growth, ((_GROWTH_FRAMES, len(levels) - len(growth) - _GROWTH_FRAMES), (0, 0)))
    struck = np.sqrt(_near(growth, HIT_RATE_HZ, beats_s, _STROKE_FRAMES))
    return struck[:, 0], struck[:, 1]
