"""How sure beats are, from the activations they were decoded from and from attacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.grid import Grid
from services.audio_sync.tracker import DECODING_RATE_HZ, Track

Array = NDArray[np.float64]

_ON_BEAT_FRAMES = 3  # 30 ms
_DIVISIONS = (1, 2, 3)  # music is on its beats, their halves or their thirds
_MOST_ON_GRID = 0.9  # of a drum machine
_LOOSE_S = 0.25
# Held chords start so softly that little of the curve is on the beat; beats that stand out (in
# standard deviations) and are even can be believed even so. Speech is as prominent, never as even.
_PROMINENT, _VERY_PROMINENT = 1.2, 2.5
_UNEVEN = 0.06
_MIN_EVEN_BEATS = 16
# At these, attacks alone are as sure as the least sure beats that are believed: see `beats`.
_ON_ATTACK_S = 0.03
_FEWEST_ONSETS = 16
_SURE_SHARE, _SURE_SCATTER = 0.9, 6.9


def beat_confidence(activations: Activations, track: Track, grid: Grid) -> float:
    """0..1: the share of all activation that lies on the beats or their divisions, beyond chance.

    Syllables and noise lie on no grid: about 0.3 and 0.0.
    """
    num_frames = round(len(activations.values) * DECODING_RATE_HZ / activations.rate_hz)
    curve = activations.resampled(DECODING_RATE_HZ, num_frames).values.sum(axis=1)
    on_grid = max(_explained(curve, track.seconds, division) for division in _DIVISIONS)
    tight = 1.0 - min(1.0, (grid.looseness_s or 0.0) / _LOOSE_S)
    sure = max(on_grid / _MOST_ON_GRID * tight, _evenly_prominent(curve, track))
    return round(float(np.clip(sure, 0.0, 1.0)), 4)


def _explained(curve: NDArray[np.float32], beats_s: Array, division: int) -> float:
    index = np.arange(len(beats_s))
    places = np.interp(np.arange(0, len(beats_s) - 1 + 1e-9, 1.0 / division), index, beats_s)
    frames = np.round(places * DECODING_RATE_HZ).astype(int)
    is_on = np.zeros(len(curve), bool)
    for shift in range(-_ON_BEAT_FRAMES, _ON_BEAT_FRAMES + 1):
        is_on[np.clip(frames + shift, 0, len(curve) - 1)] = True
    span = slice(max(0, frames[0] - _ON_BEAT_FRAMES), frames[-1] + _ON_BEAT_FRAMES + 1)
    total = float(curve[span].sum())
    if total <= 0.0:
        return 0.0
    share = float(curve[span][is_on[span]].sum()) / total
    chance = float(is_on[span].mean())
    return (share - chance) / max(1.0 - chance, 1e-9)


def _evenly_prominent(curve: NDArray[np.float32], track: Track) -> float:
    if len(track.seconds) < _MIN_EVEN_BEATS or not curve.std() > 0.0:
        return 0.0
    near = np.maximum(np.maximum(np.roll(curve, 2), np.roll(curve, -2)), curve)
    frames = np.clip(np.round(track.seconds * DECODING_RATE_HZ).astype(int), 0, len(curve) - 1)
    standing_out = float((near[frames].mean() - near.mean()) / max(float(near.std()), 1e-6))
    prominence = (standing_out - _PROMINENT) / (_VERY_PROMINENT - _PROMINENT)
    uneven = float(np.sqrt(np.mean(np.diff(np.log(np.diff(track.seconds))) ** 2)))
    return float(np.clip(prominence, 0.0, 1.0) * np.exp(-((uneven / _UNEVEN) ** 2)))


def onset_confidence(beats_s: Array, onsets_s: Array, strengths: Array) -> float:
    """0..1: the same of clear attacks, however unclear the listeners were; 0.0 of a few.

    Random attacks under the best-fitting beats reach a share of 0.3, and 2.3 times what scatter
    explains; broken chords over a pad 0.4 and 2.9.
    """
    inside = (onsets_s > beats_s[0] - _ON_ATTACK_S) & (onsets_s < beats_s[-1] + _ON_ATTACK_S)
    onsets_s, strengths = onsets_s[inside], strengths[inside]
    if len(onsets_s) < _FEWEST_ONSETS or not strengths.sum() > 0.0:
        return 0.0
    share = max(_attacks_on(beats_s, onsets_s, strengths, division) for division in _DIVISIONS)
    sure = min(share / _SURE_SHARE, share * len(onsets_s) ** 0.5 / _SURE_SCATTER)
    return round(float(np.clip(sure, 0.0, 1.0)), 4)


def _attacks_on(beats_s: Array, onsets_s: Array, strengths: Array, division: int) -> float:
    index = np.arange(len(beats_s))
    places = np.interp(np.arange(0, len(beats_s) - 1 + 1e-9, 1.0 / division), index, beats_s)
    right = np.clip(np.searchsorted(places, onsets_s), 1, len(places) - 1)
    off = np.minimum(np.abs(onsets_s - places[right - 1]), np.abs(onsets_s - places[right]))
    share = float(strengths[off <= _ON_ATTACK_S].sum() / strengths.sum())
    chance = min(0.95, 2.0 * _ON_ATTACK_S * len(places) / float(places[-1] - places[0]))
    return (share - chance) / (1.0 - chance)
