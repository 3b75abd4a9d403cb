"""Bars to reason about: from beats and downbeats that may have gaps and mistakes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_USUAL_BEATS_PER_BAR = range(2, 8)
_LONGEST_GAP_BEATS = 16  # a longer pause is not counted through
_JUMP_COST = 4.0  # downbeats that must be wrong before the count of beats starts anew
_MIN_AGREEMENT = 0.5  # share of the downbeats that must lie on the bars found
_OVER_CHANCE = 1.6  # times the one beat in `size` that is a downbeat by chance
_MIN_REGULAR = 0.7  # share of the bars that have the usual length
MIN_BARS = 4


@dataclass(frozen=True, slots=True, eq=False)
class BarGrid:
    """`edges` are samples [num_bars + 1]: bar k lies between edges k and k + 1.

    `agreement` is the share of the downbeats given that are edges.
    """

    edges: NDArray[np.int64]
    beats_per_bar: int
    agreement: float

    @property
    def num_bars(self) -> int:
        """How many bars there are."""
        return len(self.edges) - 1

    @property
    def beat_samples(self) -> float:
        """Median length of a beat in samples."""
        return float(np.median(np.diff(self.edges))) / self.beats_per_bar


def find_bars(
    beats: Sequence[int], downbeats: Sequence[int], duration_samples: int
) -> BarGrid | None:
    """Bars that explain the most downbeats; both inputs are samples in increasing order.

    A downbeat that was missed is put in, single false ones are passed over. None if there are
    fewer than four bars, or if half of the downbeats contradict each other.
    """
    if len(beats) < MIN_BARS * 2 or len(downbeats) < 2:
        return None
    filled = _without_gaps(np.asarray(beats, dtype=np.int64))
    is_down = _marks(filled, downbeats)
    size = _beats_per_bar(is_down)
    if size is None:
        return None
    firsts = np.flatnonzero(_count(is_down, size) == 0)
    if len(firsts) < MIN_BARS:
        return None
    period = float(np.median(np.diff(filled)))
    edges = filled[firsts]
    end = min(int(edges[-1] + round(size * period)), duration_samples)
    if end > edges[-1] + period / 2:
        edges = np.append(edges, end)
    agreement = float(is_down[firsts].sum()) / max(1, len(downbeats))
    is_regular = np.diff(firsts) == size
    if (
        agreement < max(_MIN_AGREEMENT, _OVER_CHANCE / size)
        or float(np.mean(is_regular)) < _MIN_REGULAR
        or len(edges) <= MIN_BARS
    ):
        return None
    return BarGrid(edges, size, agreement)


def _without_gaps(beats: NDArray[np.int64]) -> NDArray[np.int64]:
    """Beats with even ones put in where the count pauses."""
    gaps = np.diff(beats)
    period = float(np.median(gaps))
    parts = [beats[:1]]
    for start, gap in zip(beats, gaps, strict=False):
        steps = max(1, round(float(gap) / period))
        steps = steps if steps <= _LONGEST_GAP_BEATS else 1
        parts.append(start + np.round(np.arange(1, steps + 1) * (gap / steps)).astype(np.int64))
    return np.concatenate(parts)


def _marks(beats: NDArray[np.int64], downbeats: Sequence[int]) -> NDArray[np.bool_]:
    """Which beats are downbeats; a downbeat counts for the nearest beat within half a beat."""
    marks = np.zeros(len(beats), dtype=bool)
    reach = float(np.median(np.diff(beats))) / 2
    for downbeat in downbeats:
        right = min(bisect_left(beats, downbeat), len(beats) - 1)
        best = min((max(right - 1, 0), right), key=lambda i: abs(int(beats[i]) - downbeat))
        if abs(int(beats[best]) - downbeat) <= reach:
            marks[best] = True
    return marks


def _beats_per_bar(is_down: NDArray[np.bool_]) -> int | None:
    """The length of bar that explains the most pairs of downbeats; multiples count for less."""
    gaps = Counter(int(b - a) for a, b in pairwise(np.flatnonzero(is_down)))
    scores = {
        size: gaps[size] + sum(0.5 * gaps[multiple * size] for multiple in (2, 3, 4))
        for size in _USUAL_BEATS_PER_BAR
        if gaps[size]
    }
    return max(scores, key=lambda size: (scores[size], -abs(size - 4)), default=None)


def _count(is_down: NDArray[np.bool_], size: int) -> NDArray[np.int64]:
    """Position in the bar of each beat: the best count (Viterbi), jumps cost `_JUMP_COST`."""
    num = len(is_down)
    reward = np.where(np.arange(size) == 0, 1.0, -1.0)
    best, came = np.zeros(size), np.zeros((num, size), dtype=np.int64)
    best = reward * is_down[0]
    for index in range(1, num):
        step = np.roll(best, 1)
        jump = int(np.argmax(best))
        is_jump = step < best[jump] - _JUMP_COST
        came[index] = np.where(is_jump, jump, np.roll(np.arange(size), 1))
        best = np.where(is_jump, best[jump] - _JUMP_COST, step) + reward * is_down[index]
    positions = np.zeros(num, dtype=np.int64)
    positions[-1] = int(np.argmax(best))
    for index in range(num - 1, 0, -1):
        positions[index - 1] = came[index][positions[index]]
    return positions
