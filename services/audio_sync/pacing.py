"""How long shots should be, in beats, for each pacing in quiet and in loud music."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from shared.brief import Pacing

MIN_SHOT_S = 0.3
MAX_EQUAL_LENGTHS = 3  # a fourth equal shot in a row feels mechanical


@dataclass(frozen=True, slots=True)
class Paces:
    """Shortest and longest usual shot in beats, quiet and loud; `clock_s` without any music."""

    quiet: tuple[float, float]
    loud: tuple[float, float]
    clock_s: float


PACES: dict[Pacing, Paces] = {
    Pacing.CALM: Paces((8.0, 16.0), (4.0, 8.0), 5.0),
    Pacing.STEADY: Paces((4.0, 8.0), (2.0, 4.0), 3.0),
    Pacing.DRIVING: Paces((4.0, 4.0), (1.0, 2.0), 1.8),
    Pacing.FRANTIC: Paces((2.0, 2.0), (0.5, 1.0), 1.0),
}
_OUTSIDE_COST = 2.5  # per octave squared
# After three beats in a bar of four every later cut is off the bar; twice or half the usual is not.
_ODD_COSTS = ((frozenset({0.5, 1.0, 2.0, 4.0, 8.0, 16.0}), 0.0), (frozenset({3.0, 6.0, 12.0}), 1.0))
_ODD_COST = 1.5
_CLOCK_TOLERANCE_OCTAVES = 0.4


def length_cost(pacing: Pacing, beats: float, loudness: float) -> float:
    """Cost of a shot of that many beats where the music is `loudness` (0 quiet .. 1 loud).

    0.0 within the pacing's range, which moves with loudness.
    """
    paces = PACES[pacing]
    length = log2(max(beats, 0.05))
    shortest = _blend(paces.quiet[0], paces.loud[0], loudness)
    longest = _blend(paces.quiet[1], paces.loud[1], loudness)
    outside = max(shortest - length, length - longest, 0.0)
    return _OUTSIDE_COST * outside**2


def odd_cost(beats: float) -> float:
    """Cost of a length between two beats that is not a power of two."""
    for lengths, cost in _ODD_COSTS:
        if beats in lengths:
            return cost
    return _ODD_COST


def clock_cost(pacing: Pacing, seconds: float) -> float:
    """Cost of a shot by the clock; 0.0 near the pacing's usual length."""
    octaves = abs(log2(max(seconds, 0.05) / PACES[pacing].clock_s))
    return _OUTSIDE_COST * max(octaves - _CLOCK_TOLERANCE_OCTAVES, 0.0) ** 2


def longest_beats(pacing: Pacing) -> float:
    """No shot needs to be longer, unless there is nothing to cut on."""
    return 2.0 * PACES[pacing].quiet[1]


def _blend(quiet: float, loud: float, loudness: float) -> float:
    return (1.0 - loudness) * log2(quiet) + loudness * log2(loud)
