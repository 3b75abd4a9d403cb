"""Counting beats in bars: the likeliest meter and the likeliest first beats under evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Beats in a bar, and what each bar of them costs (natural logarithms): rare meters must be heard
# in every bar.
METERS: dict[int, float] = {2: 1.5, 3: 0.3, 4: 0.0, 5: 1.5, 6: 2.0}
_ANEW = 10.0  # what it costs to begin the count anew: an odd bar, a beat too many


@dataclass(frozen=True, slots=True)
class BarCount:
    """Places of beats in their bars, 0 is the first, [num_beats].

    `confidence` is 0..1: how much likelier first beats are than those of any other place.
    """

    in_bar: NDArray[np.intp]
    beats_per_bar: int
    confidence: float


def count_bars(evidence: Array, meters: dict[int, float] | None = None) -> BarCount:
    """The count that `evidence` (log odds of a first beat, at least one beat) makes likeliest."""
    counts = [
        (*_count(evidence, beats, toll), beats)
        for beats, toll in (METERS if meters is None else meters).items()
    ]
    score, in_bar, beats_per_bar = max(counts, key=lambda count: count[0])
    del score
    return BarCount(in_bar, beats_per_bar, _confidence(evidence, in_bar))


def _count(evidence: Array, beats: int, toll: float) -> tuple[float, NDArray[np.intp]]:
    """Score of the best count in bars of `beats`, and the count (Viterbi)."""
    places = np.arange(beats)
    first = -np.logaddexp(0.0, -evidence) - toll
    other = -np.logaddexp(0.0, evidence)
    shown = np.where(places == 0, first[:, None], other[:, None])
    scores, came = shown[0], np.zeros((len(evidence), beats), np.intp)
    for index in range(1, len(evidence)):
        on = np.roll(scores, 1)
        best = int(np.argmax(scores))
        is_anew = scores[best] - _ANEW > on
        came[index] = np.where(is_anew, best, np.roll(places, 1))
        scores = np.where(is_anew, scores[best] - _ANEW, on) + shown[index]
    in_bar = np.empty(len(evidence), np.intp)
    in_bar[-1] = int(np.argmax(scores))
    for index in range(len(evidence) - 1, 0, -1):
        in_bar[index - 1] = came[index][in_bar[index]]
    return float(scores.max()), in_bar


def _confidence(evidence: Array, in_bar: NDArray[np.intp]) -> float:
    odds = 1.0 / (1.0 + np.exp(-np.clip(evidence, -50.0, 50.0)))
    if not np.any(in_bar == 0) or np.all(in_bar == 0):
        return 0.0
    others = max(float(odds[in_bar == place].mean()) for place in np.unique(in_bar) if place)
    return round(float(np.clip(odds[in_bar == 0].mean() - others, 0.0, 1.0)), 4)
