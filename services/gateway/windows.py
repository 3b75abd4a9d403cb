"""Windows of clips that could fill a slot, scored by what is in them, all at once.

A window begins on a source frame. What depends on the film so far (neighbours, frames shown
before) is not judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.gateway.material import Material, Photo, Stretch

# Weights of the score; how well the motion fits the music is the unit.
_SHARPNESS = 0.6
_DARK, _DARK_BELOW_LUMA = 2.0, 0.06
_JITTER = 0.08
_MAX_WINDOWS_PER_STRETCH = 400
_EPSILON_SECONDS = 1e-6

FloatArray = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class WindowTable:
    """The windows of one stretch for one slot: float64 arrays of equal length [W].

    `starts` and `ends` in the clip's seconds, `scores` by content alone, `frames` int64 the
    source frame that each window begins with.
    """

    stretch: Stretch
    frames: FloatArray
    starts: FloatArray
    ends: FloatArray
    scores: FloatArray

    def overlaps(self, shown: Iterable[tuple[float, float]]) -> FloatArray:
        """How many seconds of each window were shown before, float64 [W].

        `shown` are windows of the same clip, (start, end) in its seconds.
        """
        seconds = np.zeros_like(self.scores)
        for start, end in shown:
            seconds += np.maximum(0.0, np.minimum(self.ends, end) - np.maximum(self.starts, start))
        return seconds


class Scorer:
    """Scores windows and photos of one brief's material for slots of any length and energy."""

    def __init__(self, material: Material, seed: int) -> None:
        self._seed = seed
        self._curves = [_Curves(stretch) for stretch in material.stretches]
        motions = [photo.motion for photo in material.photos]
        sharpnesses = [photo.style.sharpness for photo in material.photos]
        for curves in self._curves:
            motions.extend(curves.half_second_means(curves.motion_sum))
            sharpnesses.extend(curves.half_second_means(curves.sharpness_sum))
        self._motions = np.sort(np.array(motions))
        self._sharpnesses = np.sort(np.array(sharpnesses))

    def tables(self, slot_index: int, length: Fraction, energy_rank: float) -> list[WindowTable]:
        """A table for every stretch that is long enough for the slot."""
        tables = []
        for number, curves in enumerate(self._curves):
            frames, starts, ends, stops = curves.windows(float(length))
            if len(frames):
                scores = self._score(
                    curves.mean(curves.motion_sum, frames, stops),
                    curves.mean(curves.sharpness_sum, frames, stops),
                    curves.mean(curves.luma_sum, frames, stops),
                    energy_rank,
                )
                scores += _JITTER * self._random(f"{slot_index}/{number}", len(frames))
                tables.append(WindowTable(curves.stretch, frames, starts, ends, scores))
        return tables

    def photo(self, slot_index: int, photo: Photo, energy_rank: float) -> float:
        """The score of a photo in a slot."""
        luma = float(photo.style.lab_mean[0]) / 100
        motion, sharpness = np.array([photo.motion]), np.array([photo.style.sharpness])
        score = float(self._score(motion, sharpness, np.array([luma]), energy_rank)[0])
        return score + _JITTER * float(self._random(f"{slot_index}/{photo.reference.handle}", 1)[0])

    def _score(
        self, motion: FloatArray, sharpness: FloatArray, luma: FloatArray, energy_rank: float
    ) -> FloatArray:
        fit = 1.0 - np.abs(_rank(self._motions, motion) - energy_rank)
        dark = np.where(luma < _DARK_BELOW_LUMA, _DARK, 0.0)
        score: FloatArray = fit + _SHARPNESS * _rank(self._sharpnesses, sharpness) - dark
        return score

    def _random(self, label: str, count: int) -> FloatArray:
        state = hashlib.sha256(f"{self._seed}/{label}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(state[:8], "big"))).random(count)


class _Curves:
    """Running sums over the frames of a stretch, so that any window's mean is one subtraction."""

    def __init__(self, stretch: Stretch) -> None:
        self.stretch = stretch
        motion, span = stretch.motion, slice(stretch.first, stretch.last + 1)
        self._times = motion.pts[span].astype(np.float64) * float(motion.time_base)
        self._end = float(stretch.end_seconds)
        self.motion_sum = _running_sum(motion.flow_magnitude[span])
        self.sharpness_sum = _running_sum(motion.sharpness[span])
        self.luma_sum = _running_sum(motion.luma[span])

    def windows(self, length: float) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Source frames, start and end seconds, and the frame index each window stops before."""
        fits = np.flatnonzero(self._times + length <= self._end + _EPSILON_SECONDS)
        if len(fits) > _MAX_WINDOWS_PER_STRETCH:
            picks = np.linspace(0, len(fits) - 1, _MAX_WINDOWS_PER_STRETCH)
            fits = fits[picks.round().astype(np.int64)]
        starts = self._times[fits]
        stops = np.searchsorted(self._times, starts + length - _EPSILON_SECONDS, side="left")
        return fits + self.stretch.first, starts, starts + length, stops + self.stretch.first

    def mean(self, running: FloatArray, frames: FloatArray, stops: FloatArray) -> FloatArray:
        """Mean of a curve over windows."""
        first, last = frames - self.stretch.first, stops - self.stretch.first
        last = np.maximum(last, first + 1)
        result: FloatArray = (running[last] - running[first]) / (last - first)
        return result

    def half_second_means(self, running: FloatArray) -> list[float]:
        """Means of the stretch's half seconds: the scale on which windows are ranked."""
        frames = len(running) - 1
        seconds = self._end - float(self.stretch.start_seconds)
        bounds = np.linspace(0, frames, max(1, round(seconds * 2)) + 1).round().astype(np.int64)
        bounds = np.unique(bounds)
        return list((running[bounds[1:]] - running[bounds[:-1]]) / np.diff(bounds))


def _running_sum(curve: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(curve, dtype=np.float64)])


def _rank(ordered: FloatArray, values: FloatArray) -> FloatArray:
    """Share of the ordered values that are smaller, 0..1."""
    ranks: FloatArray = np.searchsorted(ordered, values, side="left") / max(1, len(ordered))
    return ranks
