"""From roughly tracked beats to a grid on the attacks: refine, smooth, extend."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.rises import RiseCurve

Array = NDArray[np.float64]

_REACH_S = 0.040  # how far an attack may be from the tracked beat to be its own
_NEIGHBOURS = 8  # beats on each side that agree on the local tempo
# An attack this far off the local tempo pulls its beat 1/e as much: people play loosely by a few
# milliseconds, but an attack 30 ms early is another note.
_PULL_S = 0.012
_ROBUST_ROUNDS = 3
_WEAK_WEIGHT = 0.02
_TRUSTED_CLARITY = 0.3
_EDGE_TOLERANCE_S = 0.03
# Where no attack is clear for longer than this, the tracker only guessed: beats are laid anew.
_LONGEST_GUESS_BEATS = 4.0
_TEMPO_BEATS = 32  # clear beats on one side of a gap that its tempo is taken from


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


def fit_grid(tracked_s: Array, curve: RiseCurve, start_s: float, end_s: float) -> Grid:
    """Fit tracked beats (at least 2, seconds) to the attacks and fill `start_s` to `end_s`."""
    attacks, clarity = _attacks(tracked_s, curve)
    smooth, _ = _smooth(attacks, clarity)
    is_sure = (clarity >= _TRUSTED_CLARITY) & (np.abs(attacks - smooth) <= 2.0 * _PULL_S)
    filled = _fill(smooth, is_sure, start_s, end_s)
    attacks, clarity = _attacks(filled, curve)
    smooth, looseness = _smooth(attacks, clarity)
    off = attacks - smooth
    seconds = smooth + clarity * np.exp(-((off / _PULL_S) ** 2)) * off
    return Grid(seconds, clarity, looseness)


def _attacks(beats_s: Array, curve: RiseCurve) -> tuple[Array, Array]:
    peaks = np.array([curve.peak_near(second, _REACH_S) for second in beats_s])
    seconds, heights = peaks[:, 0], peaks[:, 1]
    strong = float(np.percentile(heights, 90))
    return seconds, np.clip(heights / strong, 0.0, 1.0) if strong > 0.0 else np.zeros(len(heights))


def _smooth(attacks_s: Array, clarity: Array) -> tuple[Array, float | None]:
    """Local straight lines through the attacks, robust against those that are off."""
    weights = np.maximum(clarity, _WEAK_WEIGHT)
    smooth = _local_lines(attacks_s, weights)
    for _ in range(_ROBUST_ROUNDS):
        off = attacks_s - smooth
        robust = weights * np.exp(-((off / (2.0 * _PULL_S)) ** 2)) + 1e-6
        smooth = _local_lines(attacks_s, robust)
        # Lines cut the corner where the tempo changes; what is left over in common is that.
        smooth = smooth + _local_lines(attacks_s - smooth, robust)
    clear = clarity >= _TRUSTED_CLARITY
    if clear.sum() < 4:
        return smooth, None
    return smooth, float(np.sqrt(np.mean((attacks_s - smooth)[clear] ** 2)))


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


def _fill(beats_s: Array, is_sure: NDArray[np.bool_], start_s: float, end_s: float) -> Array:
    """Lay beats at the tempo of their surroundings where none is sure, out to both ends."""
    sure = np.flatnonzero(is_sure)
    if len(sure) < 2:
        return beats_s[(beats_s >= start_s - _EDGE_TOLERANCE_S) & (beats_s <= end_s)]
    pieces = [_lead_in(beats_s[sure], _step(beats_s, sure[:_TEMPO_BEATS]), start_s)]
    for position, (left, right) in enumerate(pairwise(sure)):
        known = sure[max(0, position - _TEMPO_BEATS // 2) : position + _TEMPO_BEATS // 2]
        pieces.append(_between(beats_s[left : right + 1], _step(beats_s, known)))
    pieces.append(_lead_out(beats_s[sure], _step(beats_s, sure[-_TEMPO_BEATS:]), end_s))
    return np.concatenate(pieces)


def _step(beats_s: Array, sure: NDArray[np.intp]) -> float:
    """Seconds per beat among sure beats, from those that follow each other closely."""
    counts = np.diff(sure)
    is_close = counts <= _LONGEST_GUESS_BEATS
    if not is_close.any():
        return float(np.median(np.diff(beats_s)))
    return float(np.sum(np.diff(beats_s[sure])[is_close]) / np.sum(counts[is_close]))


def _between(beats_s: Array, step_s: float) -> Array:
    """Beats from one sure beat up to, not including, the next; kept if there are few."""
    if len(beats_s) - 1 <= _LONGEST_GUESS_BEATS:
        return beats_s[:-1]
    count = max(1, round(float(beats_s[-1] - beats_s[0]) / step_s))
    return np.linspace(beats_s[0], beats_s[-1], count, endpoint=False)


def _lead_in(sure_s: Array, step_s: float, start_s: float) -> Array:
    count = max(0, int((sure_s[0] - start_s + _EDGE_TOLERANCE_S) / step_s))
    return np.asarray(sure_s[0] - step_s * np.arange(count, 0, -1))


def _lead_out(sure_s: Array, step_s: float, end_s: float) -> Array:
    count = max(0, int((end_s - sure_s[-1]) / step_s))
    return np.asarray(sure_s[-1] + step_s * np.arange(count + 1))
