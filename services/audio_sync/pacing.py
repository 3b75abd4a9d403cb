"""How long shots should be, in beats, for each pacing: quiet, loud, in builds and in breaks."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from shared.brief import Pacing

MIN_SHOT_S = 0.3
BURST_SHOT_S = 0.15  # half a beat at 200 BPM; only in the last bar of a build
MAX_EQUAL_LENGTHS = 3  # a fourth equal shot in a row feels mechanical


@dataclass(frozen=True, slots=True)
class Paces:
    """Shortest and longest usual shot in beats, quiet and loud; `clock_s` without any music.

    `build` are the lengths that a build goes through, in beats.
    """

    quiet: tuple[float, float]
    loud: tuple[float, float]
    clock_s: float
    build: tuple[float, ...] = (4.0, 2.0, 1.0, 0.5)


PACES: dict[Pacing, Paces] = {
    Pacing.CALM: Paces((8.0, 16.0), (4.0, 8.0), 5.0, (8.0, 4.0, 2.0, 1.0)),
    Pacing.STEADY: Paces((4.0, 8.0), (2.0, 4.0), 3.0),
    Pacing.DRIVING: Paces((4.0, 4.0), (1.0, 2.0), 1.8),
    Pacing.FRANTIC: Paces((2.0, 2.0), (0.5, 1.0), 1.0, (2.0, 2.0, 1.0, 0.5)),
}
_OUTSIDE_COST = 2.5  # per octave squared
_BUILD_COST = 4.0  # per octave squared: a build has one length at a time, not a range
# After three beats in a bar of four every later cut is off the bar; twice or half a bar is not.
_ODD_COST, _VERY_ODD_COST = 1.0, 1.5
_SYNCOPATION_COST = 0.4
_CLOCK_TOLERANCE_OCTAVES = 0.4
_SHORTEST_BEATS = 0.05


def length_cost(pacing: Pacing, beats: float, loudness: float) -> float:
    """Cost of a shot of that many beats where the music is `loudness` (0 quiet .. 1 loud).

    0.0 within the pacing's range, which moves with loudness.
    """
    paces = PACES[pacing]
    shortest = _blend(paces.quiet[0], paces.loud[0], loudness)
    longest = _blend(paces.quiet[1], paces.loud[1], loudness)
    return _outside_cost(beats, shortest, longest)


def break_cost(pacing: Pacing, beats: float) -> float:
    """Cost of a shot in a break: these hold longest, twice as long as quiet ones."""
    shortest, longest = PACES[pacing].quiet
    return _outside_cost(beats, log2(shortest) + 1.0, log2(longest) + 1.0)


def build_cost(beats: float, wanted_beats: float) -> float:
    """Cost of a shot in a build where shots of `wanted_beats` are due."""
    return _BUILD_COST * log2(max(beats, _SHORTEST_BEATS) / wanted_beats) ** 2


def odd_cost(beats: float, beats_per_bar: int = 4) -> float:
    """Cost of a length on the grid that leaves the bar.

    0.0 for one, two, four, eight... bars, what divides a bar evenly, and parts of a beat.
    """
    bars = beats / beats_per_bar
    if bars >= 1 and bars.is_integer():
        return 0.0 if int(bars) & (int(bars) - 1) == 0 else _ODD_COST
    if beats < 1 or (bars < 1 and (beats_per_bar / beats).is_integer() and beats != 1.5):
        return 0.0
    is_bar_and_half = bars == 1.5 and beats.is_integer()
    return _ODD_COST if beats.is_integer() and (bars < 1 or is_bar_and_half) else _VERY_ODD_COST


def syncopation_cost(start_in_bar: float, beats: float, beats_per_bar: int) -> float:
    """Cost of a length that begins where its own pulse does not: two beats from beat 2 of a bar."""
    pulse = min(beats, float(beats_per_bar))
    return 0.0 if (start_in_bar / pulse).is_integer() else _SYNCOPATION_COST


def clock_cost(pacing: Pacing, seconds: float) -> float:
    """Cost of a shot by the clock; 0.0 near the pacing's usual length."""
    octaves = abs(log2(max(seconds, 0.05) / PACES[pacing].clock_s))
    return _OUTSIDE_COST * max(octaves - _CLOCK_TOLERANCE_OCTAVES, 0.0) ** 2


def longest_beats(pacing: Pacing) -> float:
    """No shot needs to be longer, unless there is nothing to cut on."""
    return 2.0 * PACES[pacing].quiet[1]


def _outside_cost(beats: float, shortest_octave: float, longest_octave: float) -> float:
    length = log2(max(beats, _SHORTEST_BEATS))
    return _OUTSIDE_COST * max(shortest_octave - length, length - longest_octave, 0.0) ** 2


def _blend(quiet: float, loud: float, loudness: float) -> float:
    return (1.0 - loudness) * log2(quiet) + loudness * log2(loud)
