"""Musical phrases of 4, 8 or 16 bars: how long a section's harmony takes to come round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_USUAL_BARS = 4
_LENGTHS = (4, 8, 16)
_COMES_ROUND = 0.6  # share of full likeness from which a lag counts as a repetition
_SHORTEST_REST_BARS = 2  # a rest of one bar belongs to the phrase before it
_OWN_WEIGHT = 0.7  # what a section itself says, against the whole song


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars `start` up to `end` that belong to group number `group`."""

    start: int
    end: int
    group: int


def phrase_edges(harmony: Array, stretches: Sequence[Stretch]) -> list[int]:
    """Bars at which phrases begin, and the end of the last; every stretch begins one.

    `harmony` [bars, bars] is how alike bars are in harmony and melody.
    """
    edges: list[int] = []
    everything = [_comes_round(harmony, stretches, lag) for lag in _LENGTHS]
    for stretch in stretches:
        same = [other for other in stretches if other.group == stretch.group]
        length = _length(harmony, same, everything)
        num_bars = stretch.end - stretch.start
        starts = list(range(stretch.start, stretch.end, min(length, num_bars)))
        if len(starts) > 1 and stretch.end - starts[-1] < _SHORTEST_REST_BARS:
            starts.pop()
        edges += starts
    return [*edges, stretches[-1].end] if stretches else []


def _length(harmony: Array, same: Sequence[Stretch], everything: Sequence[float | None]) -> int:
    """Bars of a phrase in stretches of one group: the shortest lag at which they come round."""
    longest = max(stretch.end - stretch.start for stretch in same)
    for length, whole_song in zip(_LENGTHS, everything, strict=True):
        if length >= longest:
            break
        own = _comes_round(harmony, same, length)
        known = [(own, _OWN_WEIGHT), (whole_song, 1.0 - _OWN_WEIGHT)]
        weights = sum(weight for value, weight in known if value is not None)
        score = sum(value * weight for value, weight in known if value is not None)
        if not weights or score / weights >= _COMES_ROUND:
            return length
    return next((length for length in _LENGTHS if length >= longest), _LENGTHS[-1])


def _comes_round(harmony: Array, stretches: Sequence[Stretch], lag: int) -> float | None:
    """0: bars are no more alike at this lag than at others, 1: as alike as in a repetition.

    None if the stretches are too short, or all bars are alike (one chord throughout).
    """
    at_lag, elsewhere = [], []
    for stretch in stretches:
        block = harmony[stretch.start : stretch.end, stretch.start : stretch.end]
        for shift in range(1, len(block)):
            values = np.diagonal(block, shift)
            if shift == lag:
                at_lag += values.tolist()
            elif shift % _USUAL_BARS and shift < 2 * lag:
                elsewhere += values.tolist()
    if len(at_lag) < 2 or not elsewhere:
        return None
    base, full = float(np.mean(elsewhere)), _likeness_of_repetition(harmony, stretches)
    if full - base < 0.05:
        return None
    return float(np.clip((np.mean(at_lag) - base) / (full - base), 0.0, 1.0))


def _likeness_of_repetition(harmony: Array, stretches: Sequence[Stretch]) -> float:
    """How alike bars are when something does come again: the best fifth of all pairs' bests."""
    bests = []
    for stretch in stretches:
        rows = harmony[stretch.start : stretch.end].copy()
        for row, bar in enumerate(range(stretch.start, stretch.end)):
            rows[row, max(0, bar - 1) : bar + 2] = -1.0
        bests += rows.max(axis=1).tolist()
    return float(np.percentile(bests, 60))
