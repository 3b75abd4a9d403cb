"""How well windows of clips and photos fit a slot by what is in them, all at once.

What depends on the film so far (neighbours, frames shown before) is not judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.gateway.footage_curves import FloatArray, IntArray
from services.gateway.material import Material, Photo, Stretch
from services.gateway.options import FACE, ITEM, Catalogue, Options

# Weights of the score; how well the motion fits the music is the unit.
SHARPNESS = 0.6
SOFT = 4.0
DARK, DARK_BELOW_LUMA = 2.0, 0.06
FACE_SEEN, FULL_FACE_HEIGHT = 0.3, 0.2
CUT_FACE = 3.0
UNFINISHED_MOVE = 0.5
PROMPT, FULL_LIKENESS = 1.5, 0.4
_JITTER = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class WindowTable:
    """The windows of one stretch for one slot: float64 arrays of equal length [W].

    `starts` and `ends` in the clip's seconds, `scores` by content alone, `frames` int64 the
    source frame that each window begins with.
    """

    stretch: Stretch
    frames: IntArray
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
        self._catalogue = Catalogue(material)

    def tables(self, slot_index: int, length: Fraction, energy_rank: float) -> list[WindowTable]:
        """A table for every stretch that is long enough for the slot."""
        options = self._catalogue.options(length)
        scores = content(options, energy_rank) + jitter(
            f"{self._seed}/{slot_index}", len(options.frames)
        )
        tables = []
        for index, stretch in enumerate(self._catalogue.material.stretches):
            mine = options.features[:, ITEM] == index
            if mine.any():
                columns = (options.frames, options.starts, options.ends, scores)
                tables.append(WindowTable(stretch, *(column[mine] for column in columns)))
        return tables

    def photo(self, slot_index: int, photo: Photo, energy_rank: float) -> float:
        """The score of a photo in a slot."""
        option = self._catalogue.option(photo, Fraction(0), Fraction(0))
        shaken = jitter(f"{self._seed}/{slot_index}/{photo.reference.handle}", 1)
        return float((content(option, energy_rank) + shaken)[0])


def content(options: Options, energy_rank: float, prompt: str | None = None) -> FloatArray:
    """What options are worth by what is in them, float64 [C].

    `energy_rank` 0..1 is the place of the slot's loudness in the film; `prompt` is what the brief
    wishes to see there.
    """
    score: FloatArray = 1.0 - np.abs(options.motion - energy_rank)
    score += SHARPNESS * options.sharpness - SOFT * options.is_soft
    score -= DARK * (options.luma < DARK_BELOW_LUMA)
    score += FACE_SEEN * np.minimum(1.0, options.features[:, FACE] / FULL_FACE_HEIGHT)
    score -= CUT_FACE * options.cut_faces + UNFINISHED_MOVE * options.unfinished
    if prompt is not None and prompt in options.fits:
        score += PROMPT * np.clip(options.fits[prompt] / FULL_LIKENESS, -1.0, 1.0)
    return score


def jitter(label: str, count: int) -> FloatArray:
    """What decides between equals: small random numbers, the same for the same label."""
    state = hashlib.sha256(label.encode()).digest()
    random = np.random.Generator(np.random.PCG64(int.from_bytes(state[:8], "big")))
    return _JITTER * random.random(count)
