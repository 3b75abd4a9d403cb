"""Which of the tracked grids is the beat, how sure that is, and how hard each beat is struck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.grid import Grid, fit_grid
from services.audio_sync.onsets import relative, strikes_at
from services.audio_sync.rises import ANALYSIS_RATE_HZ, RISE_RATE_HZ, Curve, RiseCurve
from services.audio_sync.tracker import track
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, Beat, Onset

Array = NDArray[np.float64]

# Below this, what was tracked is no beat: the answer is then no beats and no tempo.
MIN_CONFIDENCE = 0.35
_MIN_BEATS = 4
_ON_GRID_S = 0.030
_LOOSEST_S = 0.020  # attacks spread evenly over +-40 ms, as by chance, would be 23 ms loose
_USUAL_BPM, _USUAL_OCTAVES = 114.0, 1.2
_SLOWEST_USUAL_BPM, _FASTEST_USUAL_BPM = 69.0, 181.0  # 70 to 180 as measured
_UNUSUAL = 0.75
_LONGEST_PAUSE_S = 2.0  # on either side
_AUDIBLE_ENERGY = 0.2  # 32 dB below the loudest moment


@dataclass(frozen=True, slots=True)
class FoundBeats:
    """Beats in increasing order, `tempo_bpm` from their intervals, `confidence` 0..1.

    Without a beat to be sure of, `beats` is empty and `tempo_bpm` None; `confidence` then says
    how near it came.
    """

    beats: tuple[Beat, ...]
    tempo_bpm: float | None
    confidence: float


def find_beats(
    signal_24k: Curve, curve: RiseCurve, onsets: tuple[Onset, ...], energy: Array
) -> FoundBeats:
    """Find the beats of mono sound at 24 kHz, given its rise curve, onsets and energy curve."""
    audible = np.flatnonzero(energy >= _AUDIBLE_ENERGY)
    if len(onsets) < _MIN_BEATS or not len(audible):
        return FoundBeats((), None, 0.0)
    start_s, end_s = audible[0] / ENERGY_RATE_HZ, (audible[-1] + 1) / ENERGY_RATE_HZ
    end_s = min(end_s, len(signal_24k) / ANALYSIS_RATE_HZ)
    grids = [fit_grid(tracked, curve, start_s, end_s) for tracked in track(signal_24k)]
    grids = [grid for grid in grids if len(grid.seconds) >= _MIN_BEATS]
    if not grids:
        return FoundBeats((), None, 0.0)
    times = np.array([onset.sample for onset in onsets]) / SAMPLE_RATE_HZ
    strengths = np.array([onset.strength for onset in onsets])
    best = max(grids, key=lambda grid: _fit(grid, curve, times, strengths))
    confidence = _confidence(best, times, strengths)
    if confidence < MIN_CONFIDENCE:
        return FoundBeats((), None, confidence)
    beats = _to_beats(best, curve, len(signal_24k) * 2)
    return FoundBeats(_near_sound(beats, audible), _tempo(best), confidence)


def _fit(grid: Grid, curve: RiseCurve, times_s: Array, strengths: Array) -> float:
    """How well a grid is the beat: struck on every beat, little struck beside it, usual tempo."""
    explained = _explained(grid, times_s, strengths)
    struck = float(np.mean(_support(grid, times_s, strengths)))
    bpm = 60.0 / grid.period_s
    usual = float(np.exp(-0.5 * (np.log2(bpm / _USUAL_BPM) / _USUAL_OCTAVES) ** 2))
    if not _SLOWEST_USUAL_BPM <= bpm <= _FASTEST_USUAL_BPM:
        usual *= _UNUSUAL
    return usual * explained * struck


def _support(grid: Grid, times_s: Array, strengths: Array) -> Array:
    """Strength of the onset on each beat, 0.0 without one, [num_beats]."""
    nearest = _nearest(times_s, grid.seconds)
    is_on = np.abs(times_s[nearest] - grid.seconds) <= _ON_GRID_S
    return np.where(is_on, strengths[nearest], 0.0)


def _explained(grid: Grid, times_s: Array, strengths: Array) -> float:
    """Share of the onsets' strength that lies on the grid."""
    nearest = _nearest(grid.seconds, times_s)
    is_on = np.abs(grid.seconds[nearest] - times_s) <= _ON_GRID_S
    return float(strengths[is_on].sum() / max(float(strengths.sum()), 1e-9))


def _nearest(sorted_s: Array, queries_s: Array) -> NDArray[np.intp]:
    right = np.clip(np.searchsorted(sorted_s, queries_s), 1, max(len(sorted_s) - 1, 1))
    right = np.minimum(right, len(sorted_s) - 1)
    left = np.maximum(right - 1, 0)
    is_left = np.abs(sorted_s[left] - queries_s) <= np.abs(sorted_s[right] - queries_s)
    return np.where(is_left, left, right)


def _confidence(grid: Grid, times_s: Array, strengths: Array) -> float:
    """Onsets on the beat beyond chance, times how tightly they sit, times how many beats sound."""
    chance = min(0.9, 2.0 * _ON_GRID_S / grid.period_s)
    # Half beats are the beat's own subdivision; a pulse explains them as well.
    halves = np.sort(np.concatenate([grid.seconds, grid.seconds[:-1] + np.diff(grid.seconds) / 2]))
    subdivided = Grid(halves, np.zeros(len(halves)), None)
    on_beat = (_explained(grid, times_s, strengths) - chance) / (1.0 - chance)
    chance = min(0.9, 2.0 * chance)
    on_half = (_explained(subdivided, times_s, strengths) - chance) / (1.0 - chance)
    explained = float(np.clip(max(on_beat, on_half), 0.0, 1.0))
    looseness = _LOOSEST_S if grid.looseness_s is None else grid.looseness_s
    tight = float(np.clip(1.0 - looseness / _LOOSEST_S, 0.0, 1.0))
    sounding = float(np.mean(_support(grid, times_s, strengths) > 0.0))
    return round(float((explained * tight * min(1.0, 1.5 * sounding)) ** 0.5), 4)


def _near_sound(beats: tuple[Beat, ...], audible: NDArray[np.intp]) -> tuple[Beat, ...]:
    """The beats with something audible around them: a pause is counted, a silence is not."""
    values = np.array([beat.sample for beat in beats]) * (ENERGY_RATE_HZ / SAMPLE_RATE_HZ)
    distances = np.abs(audible[_nearest(audible.astype(np.float64), values)] - values)
    longest = _LONGEST_PAUSE_S * ENERGY_RATE_HZ
    return tuple(beat for beat, far in zip(beats, distances, strict=True) if far <= longest)


def _tempo(grid: Grid) -> float:
    """Slope of a straight line through the beats if they keep time, else their median interval."""
    index = np.arange(len(grid.seconds), dtype=np.float64)
    slope, intercept = np.polyfit(index, grid.seconds, 1)
    keeps_time = np.max(np.abs(grid.seconds - (slope * index + intercept))) < 0.25 * slope
    return round(60.0 / float(slope if keeps_time else grid.period_s), 3)


def _to_beats(grid: Grid, curve: RiseCurve, num_samples: int) -> tuple[Beat, ...]:
    frames = np.round(grid.seconds * RISE_RATE_HZ).astype(int)
    strengths = relative(strikes_at(curve, frames))
    beats: list[Beat] = []
    for second, strength in zip(grid.seconds, strengths, strict=True):
        sample = min(max(0, round(float(second) * SAMPLE_RATE_HZ)), num_samples - 1)
        if not beats or sample > beats[-1].sample:
            beats.append(Beat(sample, round(float(strength), 4)))
    return tuple(beats)
