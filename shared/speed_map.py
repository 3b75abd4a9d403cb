"""From levels of speed to a time map: which moment of its clip each frame of a shot shows.

Two parabolas of speed make each ease, which a Hermite time map renders exactly; so speed never
jumps, and a freeze stands perfectly still.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from shared.errors import InvalidInput
from shared.generation import Generated
from shared.motion import TimeKnot
from shared.speed import SpeedLevel
from shared.timing import round_half_up

if TYPE_CHECKING:
    from shared.shot import Footage, Source


@dataclass(frozen=True, slots=True)
class _Way:
    """At `frame` the source has gone `way` frames of its own at speed 1, and goes at `speed`."""

    frame: int
    way: Fraction
    speed: Fraction


def speed_knots(source: Footage, frames: int, frame_rate: Fraction) -> tuple[TimeKnot, ...]:
    """The time map of a shot of so many frames; empty where its speed does not change.

    The frames show exactly the seconds that its mean speed shows. Raises `InvalidInput` for a shot
    that is too short for its levels.
    """
    if not source.levels:
        return ()
    ways = _ways(source.levels, frames)
    last = ways[-1]
    total = last.way + (frames - last.frame) * last.speed
    # Changes begin on whole frames, so the mean is a little off: all speeds make up for it.
    scale = source.speed * frames / total / frame_rate
    return tuple(
        TimeKnot(way.frame, source.start_seconds + way.way * scale, way.speed * scale)
        for way in ways
    )


def edge_speeds(source: Source) -> tuple[Fraction, Fraction]:
    """Speeds before a shot's start and after its end, under transitions."""
    if isinstance(source, Generated) or not source.levels:
        return source.speed, source.speed
    first, last = source.levels[0].speed, source.levels[-1].speed
    return (last, first) if source.is_reversed else (first, last)


def _ways(levels: tuple[SpeedLevel, ...], frames: int) -> list[_Way]:
    ways = [_Way(0, Fraction(0), levels[0].speed)]
    for index, level in enumerate(levels[1:], start=1):
        old, new = levels[index - 1].speed, level.speed
        middle = min(frames - 1, max(1, round_half_up(level.start * frames)))
        half = round_half_up(level.ease * frames / 2)
        half = min(half, middle - ways[-1].frame - 1, frames - 1 - middle)
        if half < 1:
            # At once is over one frame; with the mean of both speeds it never turns back.
            steps = [(middle - 1, old, old), (middle, new, (old + new) / 2)]
        else:
            between, sixth = (old + new) / 2, (new - old) / 6
            steps = [
                (middle - half, old, old),
                (middle, between, old + sixth),
                (middle + half, new, new - sixth),
            ]
        for frame, speed, mean in steps:
            last = ways[-1]
            if frame > last.frame:
                ways.append(_Way(frame, last.way + (frame - last.frame) * mean, speed))
            elif frame < last.frame:
                raise InvalidInput(
                    f"a shot of {frames} frames is too short for its {len(levels)} levels of "
                    "speed; expected a longer shot or fewer changes"
                )
    return ways
