"""Quiet and loud, rises and falls: the shape of a song's energy over seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import ENERGY_RANGE_DB, ENERGY_RATE_HZ, SAMPLE_RATE_HZ

Array = NDArray[np.float64]

_LOUDNESS_SECONDS = 2.0
_MIN_CONTRAST = 3.0 / ENERGY_RANGE_DB  # quieter and louder by less than 3 dB is all the same
_TURN_SECONDS = 1.0  # a turn compares what is before and after by this much
MIN_TURN_DB = 4.0
_TURN_DISTANCE_S = 3.0
_EDGE_SECONDS = 0.15
_SAMPLES_PER_VALUE = SAMPLE_RATE_HZ // ENERGY_RATE_HZ


@dataclass(frozen=True, slots=True)
class Turn:
    """The energy changes for good near `sample`, by `change_db` (positive: it rises)."""

    sample: int
    change_db: float


class Dynamics:
    """Answers about a song's energy curve (0..1 at `ENERGY_RATE_HZ`; may be empty)."""

    def __init__(self, energy: tuple[float, ...]) -> None:
        self._sums = np.concatenate([[0.0], np.cumsum(np.asarray(energy, dtype=np.float64))])
        self._length = len(energy)
        loudness = _relative_loudness(np.asarray(energy, dtype=np.float64))
        # Lists: planning asks for single values a hundred thousand times.
        self._loudness_sums = [0.0, *np.cumsum(loudness).tolist()]
        self._energy_sums = self._sums.tolist()

    def mean_energy(self, start_sample: int, end_sample: int) -> float:
        """Mean energy 0..1 between two samples; silence outside the song."""
        return self._mean(self._energy_sums, start_sample, end_sample)

    def loudness(self, start_sample: int, end_sample: int) -> float:
        """0..1: how loud a stretch is among the song's own quiet and loud parts."""
        return self._mean(self._loudness_sums, start_sample, end_sample)

    def change_db(self, sample: int, seconds: float = _EDGE_SECONDS) -> float:
        """Energy after a moment minus energy before it, over that many seconds each, in dB."""
        reach = round(seconds * SAMPLE_RATE_HZ)
        after = self.mean_energy(sample, sample + reach)
        return (after - self.mean_energy(sample - reach, sample)) * ENERGY_RANGE_DB

    def turns(self) -> tuple[Turn, ...]:
        """Rises and falls of at least `MIN_TURN_DB`, in order, none within 3 s of a larger one."""
        reach = round(_TURN_SECONDS * ENERGY_RATE_HZ)
        if self._length < 2 * reach:
            return ()
        sums = self._sums
        changes = (sums[2 * reach :] + sums[: -2 * reach] - 2 * sums[reach:-reach]) / reach
        changes *= ENERGY_RANGE_DB
        turns: list[Turn] = []
        apart = round(_TURN_DISTANCE_S * ENERGY_RATE_HZ)
        sizes = np.abs(changes)
        while len(sizes) and (best := int(np.argmax(sizes))) >= 0 and sizes[best] >= MIN_TURN_DB:
            sample = (best + reach) * _SAMPLES_PER_VALUE
            turns.append(Turn(sample, float(changes[best])))
            sizes[max(0, best - apart) : best + apart] = 0.0
        return tuple(sorted(turns, key=lambda turn: turn.sample))

    def _mean(self, sums: list[float], start_sample: int, end_sample: int) -> float:
        start, end = start_sample // _SAMPLES_PER_VALUE, end_sample // _SAMPLES_PER_VALUE
        count = max(end - start, 1)
        end = start + count
        low, high = min(max(start, 0), self._length), min(max(end, 0), self._length)
        return (sums[high] - sums[low]) / count


def _relative_loudness(energy: Array) -> Array:
    """0 at the song's quiet (20th percentile), 1 at its loud (80th); 0.5 without contrast."""
    if not len(energy):
        return energy
    width = min(round(_LOUDNESS_SECONDS * ENERGY_RATE_HZ), len(energy))
    weights = np.convolve(np.ones(len(energy)), np.ones(width), mode="same")
    smooth = np.convolve(energy, np.ones(width), mode="same") / weights
    quiet, loud = np.percentile(smooth, [20, 80])
    if loud - quiet < _MIN_CONTRAST:
        return np.full(len(energy), 0.5)
    position = np.clip((smooth - quiet) / (loud - quiet), 0.0, 1.0)
    return np.asarray(position * position * (3.0 - 2.0 * position))
