"""Time maps of shots: which moment of its source each frame shows, and how motion meets music."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from shared.errors import InvalidInput
from shared.shot import Accent

MIN_WARP_SPEED, MAX_WARP_SPEED = Fraction(4, 5), Fraction(5, 4)


@dataclass(frozen=True, slots=True)
class TimeKnot:
    """At `frame` of a shot (0 is its first) the source is at `seconds` of its own time.

    It plays `seconds_per_frame` there: speed divided by the film's frame rate.
    """

    frame: int
    seconds: Fraction
    seconds_per_frame: Fraction


@dataclass(frozen=True, slots=True)
class MotionWindow:
    """A shot's window of a clip, the accents under it, and what may be done to bring them together.

    The shot has `frames` frames at `frame_rate` and plays from `start_seconds` of the clip at
    `speed`. It may show up to `earlier_seconds` before and `later_seconds` after that window.
    Local speed stays between `min_speed` and `max_speed` of its own; both 1 allow no warp.
    """

    start_seconds: Fraction
    speed: Fraction
    frames: int
    frame_rate: Fraction
    accents: tuple[Accent, ...]
    earlier_seconds: Fraction
    later_seconds: Fraction
    min_speed: Fraction = MIN_WARP_SPEED
    max_speed: Fraction = MAX_WARP_SPEED

    def __post_init__(self) -> None:
        if self.frames < 1 or self.speed <= 0 or self.frame_rate <= 0 or self.start_seconds < 0:
            raise InvalidInput(
                f"a window of {self.frames} frames at speed {float(self.speed):g} from "
                f"{float(self.start_seconds):g} s; expected at least one frame, a speed above 0 "
                "and a start of at least 0 s"
            )
        if min(self.earlier_seconds, self.later_seconds) < 0:
            raise InvalidInput("the room around a window is below 0 s; expected at least 0 s")
        if not 0 < self.min_speed <= 1 <= self.max_speed:
            raise InvalidInput(
                f"a window may play {float(self.min_speed):g} to {float(self.max_speed):g} times "
                "as fast; expected limits around 1"
            )

    @property
    def seconds_per_frame(self) -> Fraction:
        """How much of the clip one frame of the film plays."""
        return self.speed / self.frame_rate


@dataclass(frozen=True, slots=True)
class LandedAccent:
    """An accent (shot-local frame) and the impact in the source that plays nearest to it.

    `impact_seconds` is the source's own time. `error_frames` is how many film frames the impact
    comes after the accent (below 0: before) as planned; `unaligned_error_frames` is how it would
    have been without slip and warp.
    """

    frame: int
    impact_seconds: Fraction
    error_frames: float
    unaligned_error_frames: float


@dataclass(frozen=True, slots=True)
class MotionAlignment:
    """How a shot's window is moved and warped so that impacts land on accents.

    `slip_seconds` moves the whole window in the source (below 0: earlier); an empty `time_map`
    plays it evenly. `landed` are the accents that are met, also where nothing was moved.
    `confidence` 0..1 is how clear the least clear of their impacts is, 0 when nothing was
    aligned; `reason` says why in words.
    """

    VERSION: ClassVar[int] = 1

    slip_seconds: Fraction
    time_map: tuple[TimeKnot, ...]
    landed: tuple[LandedAccent, ...]
    confidence: float
    reason: str


def source_seconds(knots: Sequence[TimeKnot], frame: int) -> Fraction:
    """Exact time of the source at a frame: cubic between knots, even beyond the first and last.

    `knots` (at least one) are in order of their frames. Speed is continuous (Hermite, C1).
    """
    index = bisect_right(knots, frame, key=lambda knot: knot.frame)
    if index in (0, len(knots)):
        edge = knots[min(index, len(knots) - 1)]
        return edge.seconds + (frame - edge.frame) * edge.seconds_per_frame
    start, end = knots[index - 1], knots[index]
    length = end.frame - start.frame
    x = Fraction(frame - start.frame, length)
    rise = end.seconds - start.seconds
    first, last = start.seconds_per_frame * length, end.seconds_per_frame * length
    # The cubic with these ends and slopes, in powers of x.
    square, cube = 3 * rise - 2 * first - last, first + last - 2 * rise
    return start.seconds + x * (first + x * (square + x * cube))


def speed_range(start: TimeKnot, end: TimeKnot) -> tuple[Fraction, Fraction]:
    """Slowest and fastest seconds a frame on the way from one knot to the next, exact."""
    length = end.frame - start.frame
    mean = (end.seconds - start.seconds) / length
    first, last = start.seconds_per_frame, end.seconds_per_frame
    found = [first, last]
    # The speed is a parabola; its tip counts if it lies inside.
    bend = first + last - 2 * mean
    if bend:
        tip = (2 * first + last - 3 * mean) / (3 * bend)
        if 0 < tip < 1:
            found.append(first + 2 * tip * (3 * mean - 2 * first - last) + 3 * tip * tip * bend)
    return min(found), max(found)


def check_time_map(knots: Sequence[TimeKnot]) -> None:
    """Raise `InvalidInput` for knots out of order, or between which time turns back.

    It may stand still: a frozen picture is one moment for many frames.
    """
    for start, end in pairwise(knots):
        if end.frame <= start.frame:
            raise InvalidInput(
                f"a time map has frame {end.frame} after frame {start.frame}; expected knots in "
                "order"
            )
        slowest, _ = speed_range(start, end)
        if slowest < 0:
            raise InvalidInput(
                f"a time map turns back between frames {start.frame} and {end.frame}; expected "
                "time to go on or to stand still"
            )
    if any(knot.seconds_per_frame < 0 for knot in knots):
        raise InvalidInput("a time map has a knot of a speed below 0; expected at least 0")
