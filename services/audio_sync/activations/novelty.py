"""Activations without learned weights: where sound grows, in the bass and elsewhere.

A beat is likely where much starts at once; a downbeat where the bass starts and the harmony
changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations, Curve
from services.audio_sync.activations.spectrogram import FRAME_RATE_HZ, NUM_BANDS, features_of

Array = NDArray[np.float64]

_BASS_BANDS = 20  # up to 140 Hz
_HARMONY_BANDS = 90  # up to 1.9 kHz
_BASS_SHARE = 0.6
_NEAR_S = 4.0  # strong means strong among its surroundings
_CHANGE_NEAR_S = 8.0
_CHANGE_S = 0.3  # the harmony before is compared with that after
_STRONG_PERCENTILE = 95
_FAINT = 0.01  # of the sound's strongest: below, nothing is strong among its surroundings
_SURE_BEAT = 0.7
_LEAST_DOWN, _MOST_DOWN = 0.1, 0.6  # share of downbeats among the beats


class NoveltyListener:
    """The classical listener; it needs no weights."""

    def listen(self, signal_24k: Curve) -> Activations:
        return self.of_features(features_of(signal_24k))

    def of_features(self, features: Curve) -> Activations:
        """Activations from `features_of` a sound, [num_frames, NUM_FEATURES]."""
        levels, growth = features[:, :NUM_BANDS], features[:, NUM_BANDS:]
        bass = _relative(growth[:, :_BASS_BANDS].sum(axis=1), _NEAR_S)
        rest = _relative(growth[:, _BASS_BANDS:].sum(axis=1), _NEAR_S)
        onsets = _relative(_BASS_SHARE * bass + (1.0 - _BASS_SHARE) * rest, _NEAR_S) ** 2
        change = _relative(_harmonic_change(levels[:, :_HARMONY_BANDS]), _CHANGE_NEAR_S)
        share = _LEAST_DOWN + (_MOST_DOWN - _LEAST_DOWN) * 0.5 * (bass + change)
        beats = _SURE_BEAT * onsets
        values = np.stack([beats * (1.0 - share), beats * share], axis=1)
        return Activations(FRAME_RATE_HZ, values.astype(np.float32))


def _harmonic_change(levels: Curve) -> Array:
    """How much sounds after each frame that did not before, [num_frames]."""
    reach = round(_CHANGE_S * FRAME_RATE_HZ)
    sums = np.pad(np.cumsum(levels, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    index = np.arange(len(levels))
    after = sums[np.minimum(index + reach, len(levels))] - sums[index]
    before = sums[index] - sums[np.maximum(index - reach, 0)]
    return np.asarray(np.maximum(after - before, 0.0).sum(axis=1) / reach)


def _relative(values: NDArray[np.floating], near_s: float) -> Array:
    """Values relative to the strong ones (95th percentile) near them, clipped to 0..1."""
    from scipy.ndimage import percentile_filter

    if not len(values) or values.max() <= 0.0:
        return np.zeros(len(values))
    size = round(near_s * FRAME_RATE_HZ)
    strong = percentile_filter(values.astype(np.float64), _STRONG_PERCENTILE, size=size)
    floor = _FAINT * float(values.max())
    return np.asarray(np.clip(values / np.maximum(strong, floor), 0.0, 1.0))
