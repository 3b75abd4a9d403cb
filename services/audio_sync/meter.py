"""Counting beats: positions of moments in beats, bars, and which beat of four is the first.

Where the sync map has no downbeats, the first of four is where strong beats and changes of energy
gather; that is a guess, and no cut calls it a downbeat.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from services.audio_sync.dynamics import Dynamics
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

TICKS_PER_BEAT = 6  # halves and thirds of a beat are whole ticks
SNAP_BEATS = 0.3  # an event this near to a beat is that beat's
_NOMINAL_BEAT_SAMPLES = SAMPLE_RATE_HZ // 2  # pacing without beats counts half seconds
_BEATS_PER_BAR = 4
_TURN_WEIGHT = 0.5  # in strong beats, per 6 dB: songs change on the first beat of a bar
_BAR_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BarPlace:
    """Where a beat lies in its bar: both count from 1; bar 0 is what comes before the first."""

    bar: int
    beat: int


class Meter:
    """Positions in beats; whole numbers are beats, also across stretches without them.

    `beats_per_bar` is 4 and `division` 2 where nothing else was heard.
    """

    def __init__(self, sync_map: SyncMap) -> None:
        self.samples = [beat.sample for beat in sync_map.beats]
        gaps = np.diff(self.samples) if len(self.samples) > 1 else np.array([])
        self.beat_samples = float(np.median(gaps)) if len(gaps) else float(_NOMINAL_BEAT_SAMPLES)
        steps = [max(1, round(float(gap) / self.beat_samples)) for gap in gaps]
        self.positions = list(accumulate(steps, initial=0)) if self.samples else []
        self.beats_per_bar = sync_map.beats_per_bar or _BEATS_PER_BAR
        self.division = 3 if sync_map.beat_division == 3 else 2
        self._downbeats = sync_map.downbeats
        self.downbeat_indices = frozenset(
            index for sample in self._downbeats if (index := self.beat_near(sample)) is not None
        )

    def position(self, sample: int) -> float:
        """Position of a moment in beats, between and beyond beats by proportion."""
        if not self.samples:
            return float(sample / self.beat_samples)
        right = bisect_right(self.samples, sample)
        if right == 0:
            return float((sample - self.samples[0]) / self.beat_samples)
        left = right - 1
        if right == len(self.samples):
            return self.positions[left] + (sample - self.samples[left]) / self.beat_samples
        share = (sample - self.samples[left]) / (self.samples[right] - self.samples[left])
        return self.positions[left] + share * (self.positions[right] - self.positions[left])

    def beat_near(self, sample: int, reach_beats: float = SNAP_BEATS) -> int | None:
        """Index of the beat nearest to a moment, None if there is none within reach."""
        index = _nearest(self.samples, sample)
        if index is None or abs(self.samples[index] - sample) > reach_beats * self.beat_samples:
            return None
        return index

    def snapped(self, sample: int) -> float:
        """Position of a moment, that of its beat if one is near."""
        index = self.beat_near(sample)
        return self.position(sample) if index is None else float(self.positions[index])

    def bar_place(self, index: int) -> BarPlace | None:
        """Bar and beat in the bar of a beat; None where no downbeats were heard."""
        if not self._downbeats:
            return None
        reach = SNAP_BEATS * self.beat_samples
        bar = bisect_right(self._downbeats, self.samples[index] + reach)
        if bar == 0:
            return BarPlace(0, 0)
        since = self.positions[index] - self.snapped(self._downbeats[bar - 1])
        return BarPlace(bar, round(since) + 1)

    def beats_into_bar(self, index: int) -> float | None:
        """Beats from the first of its bar to a beat; None where that is not known."""
        place = self.bar_place(index)
        return float(place.beat - 1) if place is not None and place.bar > 0 else None


def _nearest(samples: Sequence[int], sample: int) -> int | None:
    right = bisect_left(samples, sample)
    near = range(max(0, right - 1), min(right + 1, len(samples)))
    return min(near, key=lambda index: abs(samples[index] - sample), default=None)


def first_of_four(sync_map: SyncMap, meter: Meter, dynamics: Dynamics) -> tuple[int, float]:
    """Which position modulo 4 begins the bar, and how clear that is (0..1)."""
    totals, counts = [0.0] * _BEATS_PER_BAR, [0] * _BEATS_PER_BAR
    for beat, position in zip(sync_map.beats, meter.positions, strict=True):
        change = abs(dynamics.change_db(beat.sample, _BAR_SECONDS)) / 6.0
        totals[position % _BEATS_PER_BAR] += beat.strength + _TURN_WEIGHT * change
        counts[position % _BEATS_PER_BAR] += 1
    means = [total / max(count, 1) for total, count in zip(totals, counts, strict=True)]
    best = int(np.argmax(means))
    others = (sum(means) - means[best]) / (_BEATS_PER_BAR - 1)
    clarity = (means[best] - others) / max(means[best], 1e-9)
    return best, float(np.clip(2.0 * clarity, 0.0, 1.0))
