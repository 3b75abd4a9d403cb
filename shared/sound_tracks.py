"""What is mixed with a song, as the mixer needs it: digests and numbers, without shots or names."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shared.digest import Digest
from shared.motion import MAX_WARP_SPEED, MIN_WARP_SPEED, TimeKnot, source_seconds
from shared.soundtrack import ClipSound, Effect, Voice

# Speeds are exact, but those of a warp come from a cubic.
_SPEED_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class ClipPart:
    """The own sound of one shot's clip, in time with its picture.

    The picture's first frame is film frame `start_frame`; it sounds from frame `first` up to
    `last`, counted from there. Frame k plays the source at `start_seconds + k * speed / rate`, or
    at `source_seconds(time_map, k)`. It fades in and out over so many frames within that span; 0
    is a crossfade of 10 ms around its end.
    """

    source: Digest
    level: ClipSound
    start_frame: int
    first: int
    last: int
    start_seconds: Fraction
    speed: Fraction = Fraction(1)
    time_map: tuple[TimeKnot, ...] = ()
    is_reversed: bool = False
    fade_in_frames: int = 0
    fade_out_frames: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it plays as it was recorded."""
        return self.speed == 1 and not self.time_map and not self.is_reversed

    def seconds_at(self, frame: int, frame_rate: Fraction) -> Fraction:
        """The source's own time at a frame."""
        if self.time_map:
            return source_seconds(self.time_map, frame)
        return self.start_seconds + frame * self.speed / frame_rate

    def speeds(self, frame_rate: Fraction) -> tuple[float, float]:
        """The slowest and the fastest that it plays, 1.0 being as recorded."""
        times = [float(self.seconds_at(k, frame_rate)) for k in range(self.first, self.last + 1)]
        steps = [(b - a) * float(frame_rate) for a, b in pairwise(times)]
        return min(steps, default=1.0), max(steps, default=1.0)

    def is_heard(self, frame_rate: Fraction) -> bool:
        """Whether it can be played along: not frozen, backwards, or outside 0.8 to 1.25 times.

        Within that its pitch follows its speed, by four semitones at most.
        """
        if self.last <= self.first or self.is_reversed:
            return False
        slowest, fastest = self.speeds(frame_rate)
        return slowest >= MIN_WARP_SPEED - _SPEED_SLACK and fastest <= MAX_WARP_SPEED + _SPEED_SLACK


@dataclass(frozen=True, slots=True)
class SoundTracks:
    """What is mixed with the song: clips at the film's `frame_rate`, more voices, effects."""

    frame_rate: Fraction
    clips: tuple[ClipPart, ...] = ()
    voices: tuple[Voice, ...] = ()
    effects: tuple[Effect, ...] = ()
