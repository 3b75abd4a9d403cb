"""Counting beats: positions of moments in beats, and which beat of four is the first.

The sync map has no downbeats yet; the first of four is where strong beats and changes of energy
gather.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

import numpy as np

from services.audio_sync.dynamics import Dynamics
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

_NOMINAL_BEAT_SAMPLES = SAMPLE_RATE_HZ // 2  # pacing without beats counts half seconds
_BEATS_PER_BAR = 4
_TURN_WEIGHT = 0.5  # in strong beats, per 6 dB: songs change on the first beat of a bar
_BAR_SECONDS = 1.0


class Meter:
    """Positions in beats; whole numbers are beats, also across stretches without them."""

    def __init__(self, sync_map: SyncMap) -> None:
        self.samples = [beat.sample for beat in sync_map.beats]
        gaps = np.diff(self.samples) if len(self.samples) > 1 else np.array([])
        self.beat_samples = float(np.median(gaps)) if len(gaps) else float(_NOMINAL_BEAT_SAMPLES)
        steps = [max(1, round(float(gap) / self.beat_samples)) for gap in gaps]
        self.positions = list(accumulate(steps, initial=0)) if self.samples else []

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
