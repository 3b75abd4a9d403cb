"""Speed that changes inside a shot: ramps and freezes, as levels that ease into each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shared.errors import InvalidInput

MAX_SPEED = Fraction(4)
MAX_LEVELS = 6


@dataclass(frozen=True, slots=True)
class SpeedLevel:
    """From `start` on, a share of the shot (0..1), its source plays at `speed`; 0 is a freeze.

    The speed before eases into it over `ease` of the shot, centred on `start`; 0 changes at once.
    The first level of a shot has `start` and `ease` 0.
    """

    start: Fraction
    speed: Fraction
    ease: Fraction = Fraction(0)


def mean_speed(levels: Sequence[SpeedLevel]) -> Fraction:
    """The mean speed over the whole shot, whatever its length: an ease takes what it gives."""
    ends = [*(level.start for level in levels[1:]), Fraction(1)]
    spans = zip(levels, ends, strict=True)
    return sum(((end - level.start) * level.speed for level, end in spans), Fraction(0))


def check_levels(levels: Sequence[SpeedLevel], speed: Fraction) -> None:
    """Raise `InvalidInput` for levels out of order or bounds, or whose mean is not `speed`.

    A freeze for the whole shot has no mean speed: that is what a photo is for.
    """
    if not 2 <= len(levels) <= MAX_LEVELS or levels[0].start or levels[0].ease:
        raise InvalidInput(
            f"{len(levels)} levels of speed; expected 2 to {MAX_LEVELS}, the first from the "
            "shot's start on"
        )
    for level in levels:
        if not 0 <= level.speed <= MAX_SPEED or level.ease < 0:
            raise InvalidInput(
                f"a level of speed {float(level.speed):g} with an ease of {float(level.ease):g}; "
                f"expected a speed of 0 to {MAX_SPEED} and an ease of at least 0"
            )
    ends = [(level.start - level.ease / 2, level.start + level.ease / 2) for level in levels]
    for (_, before), (after, _) in pairwise([*ends, (Fraction(1), Fraction(1))]):
        if after < before or (after == before and after in (0, 1)):
            raise InvalidInput("levels of speed overlap; expected room for each ease, in order")
    if mean_speed(levels) != speed or not speed:
        raise InvalidInput(
            f"levels of speed with a mean of {float(mean_speed(levels)):g} in a shot of speed "
            f"{float(speed):g}; expected the same, above 0"
        )
