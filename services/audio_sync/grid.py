"""From decoded beats to beats on the attacks, by their local tempo only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.rises import RiseCurve

Array = NDArray[np.float64]

_REACH_S = 0.040  # how far an attack may be from the decoded beat to be its own
_NEIGHBOURS = 6  # beats on each side that agree on the local tempo
# An attack this far off the local tempo pulls its beat 1/e as much: people play loosely by a few
# milliseconds, but an attack 30 ms early is another note.
_PULL_S = 0.012
_ROBUST_ROUNDS = 3
_FURTHEST_S = 0.035
_WEAK_WEIGHT = 0.02
_TRUSTED_CLARITY = 0.3
_SUPPORTED = 0.3
# Plucks and drums rise by 7 dB and more. Where all is bowed or sung the curve's peaks are about
# other things than where beats begin, and the decoder, which has heard such music, knows better.
_CLEAR_DB = 8.0
# A step this much longer or shorter than its neighbours begins a new stretch: a jump, a pause.
_NEW_TEMPO = 0.12


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats on a local tempo: `seconds` and `clarity` (0..1, is there an attack), [num_beats].

    `looseness_s` is how far clear attacks lie from the local tempo (root mean square); None if
    fewer than 4 attacks are clear.
    """

    seconds: Array
    clarity: Array
    looseness_s: float | None

    @property
    def period_s(self) -> float:
        """Seconds per beat, the median over the grid of the local slope."""
        return float(np.median(np.diff(self.seconds)))


def fit_grid(decoded_s: Array, support: Array, curve: RiseCurve) -> Grid:
    """Move decoded beats (at least 2, increasing seconds) onto the attacks; as many, in order.

    `support` is the decoder's own evidence of each beat, 0..1. A beat without an attack keeps its
    place among its neighbours; where there is no evidence at all, beats are spaced evenly.
    """
    _, clarity = _attacks(decoded_s, curve)
    is_guess = (clarity < _TRUSTED_CLARITY) & (support < _SUPPORTED)
    decoded_s = _evenly(decoded_s, is_guess)
    attacks, clarity = _attacks(decoded_s, curve)
    # Where no attack is clear the decoder's beat stands, moved as its surroundings are.
    sure = clarity >= _TRUSTED_CLARITY
    shift = np.zeros(len(decoded_s))
    if sure.any():
        index = np.arange(len(decoded_s))
        shift = np.interp(index, index[sure], (attacks - decoded_s)[sure])
    places = decoded_s + shift
    smooth = np.concatenate([_smooth(places[run], clarity[run]) for run in _stretches(decoded_s)])
    # Further off, it is not that the beat was played loosely but that the line does not fit.
    smooth = np.where(np.abs(smooth - places) <= _FURTHEST_S, smooth, places)
    off = attacks - smooth
    looseness = float(np.sqrt(np.mean(off[sure] ** 2))) if sure.sum() >= 4 else None
    seconds = smooth + clarity * np.exp(-((off / _PULL_S) ** 2)) * off
    return Grid(np.maximum.accumulate(seconds), clarity, looseness)


def _evenly(beats_s: Array, is_guess: NDArray[np.bool_]) -> Array:
    """Beats with every run of guesses spaced evenly between the beats around it."""
    known = np.flatnonzero(~is_guess)
    if len(known) < 2:
        return beats_s
    spaced = np.interp(np.arange(len(beats_s)), known, beats_s[known])
    within = (np.arange(len(beats_s)) > known[0]) & (np.arange(len(beats_s)) < known[-1])
    return np.where(within & is_guess, spaced, beats_s)


def _attacks(beats_s: Array, curve: RiseCurve) -> tuple[Array, Array]:
    peaks = np.array([curve.peak_near(second, _REACH_S) for second in beats_s])
    seconds, heights = peaks[:, 0], peaks[:, 1]
    strong = max(_CLEAR_DB, float(np.percentile(heights, 90)))
    return seconds, np.clip(heights / strong, 0.0, 1.0)


def _stretches(beats_s: Array) -> list[slice]:
    """Runs of beats without a jump in tempo; they tile the beats."""
    steps = np.diff(beats_s)
    changes = np.zeros(len(steps))
    for k in range(1, len(steps)):
        before, after = steps[max(0, k - 4) : k].mean(), steps[k : k + 4].mean()
        changes[k] = abs(np.log(after / before))
    # Several steps around a jump differ; it is at the largest difference.
    is_jump = [
        change > _NEW_TEMPO and change >= changes[max(0, k - 2) : k + 3].max()
        for k, change in enumerate(changes)
    ]
    starts = [0, *np.flatnonzero(is_jump)]
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], len(beats_s)], strict=True) if b > a]


def _smooth(attacks_s: Array, clarity: Array) -> Array:
    """Local straight lines through the attacks, robust against those that are off."""
    weights = np.maximum(clarity, _WEAK_WEIGHT)
    smooth = _local_lines(attacks_s, weights)
    for _ in range(_ROBUST_ROUNDS):
        off = attacks_s - smooth
        robust = weights * np.exp(-((off / (2.0 * _PULL_S)) ** 2)) + 1e-6
        smooth = _local_lines(attacks_s, robust)
        # Lines cut the corner where the tempo changes; what is left over in common is that.
        smooth = smooth + _local_lines(attacks_s - smooth, robust)
    return smooth


def _local_lines(seconds: Array, weights: Array) -> Array:
    """Weighted least-squares line through each beat's neighbours, evaluated at the beat."""
    offsets = np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1, dtype=np.float64)
    bell = (1.0 - (np.abs(offsets) / (_NEIGHBOURS + 1)) ** 3) ** 3
    padding = (_NEIGHBOURS, _NEIGHBOURS)
    window = len(offsets)
    views = np.lib.stride_tricks.sliding_window_view
    w = views(np.pad(weights, padding), window) * bell
    # Times relative to the beat keep the sums well conditioned late in a song.
    y = views(np.pad(seconds, padding), window) - seconds[:, None]
    s0, s1, s2 = w.sum(axis=1), w @ offsets, w @ offsets**2
    t0, t1 = (w * y).sum(axis=1), (w * y) @ offsets
    determinant = s0 * s2 - s1**2
    is_line = determinant > 1e-9 * s0 * s0
    safe = np.where(is_line, determinant, 1.0)
    shift = np.where(is_line, (s2 * t0 - s1 * t1) / safe, t0 / s0)
    return np.asarray(seconds + shift)
