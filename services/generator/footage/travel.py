"""How far a camera move is at every moment: always forward, and arriving on accents.

A move is a slow drift through the whole shot plus one advance before each accent. An advance
gathers speed, is fastest at three quarters of its time, and stops on the accent's frame: eyes take
the sudden stop for the beat (Davis and Agrawala, "Visual Rhythm and Beat", 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shared.shot import Accent

FloatArray = NDArray[np.float64]

ADVANCE_SECONDS = 0.5  # the longest advance: about a beat at 120 bpm
MIN_ADVANCE_SECONDS = 0.15  # anything shorter is a jerk
MIN_ACCENT_GAP_SECONDS = 0.35
WHIP_SECONDS = 0.3
_WHIP_PLACE = 0.45
ADVANCES_SHARE = 0.7  # of the whole move, when the accents' strengths sum to 1 or more


@dataclass(frozen=True, slots=True)
class Advance:
    """From `start` to `end` (in frames) the camera covers `share` of the whole move."""

    start: float
    end: float
    share: float


@dataclass(frozen=True, slots=True)
class Travel:
    """The travelled fraction of a move over a shot of `frames` frames, 0 at the first frame.

    With at least two frames it is 1 at the last. Its speed is continuous and never negative.
    """

    frames: int
    advances: tuple[Advance, ...]

    def at(self, time: FloatArray) -> FloatArray:
        """Fraction travelled (0..1) at times in frames, 0..frames - 1."""
        passed = np.asarray(time, np.float64) / max(1, self.frames - 1)
        if not self.advances:
            return passed**2 * (3 - 2 * passed)
        fraction = passed * (1 - sum(advance.share for advance in self.advances))
        for advance in self.advances:
            x = np.clip((time - advance.start) / (advance.end - advance.start), 0, 1)
            fraction = fraction + advance.share * x**4 * (5 - 4 * x)
        return fraction

    def speed(self, time: FloatArray) -> FloatArray:
        """Derivative of `at`, in fractions of the move a frame."""
        span = max(1, self.frames - 1)
        passed = np.asarray(time, np.float64) / span
        if not self.advances:
            return 6 * passed * (1 - passed) / span
        drift = (1 - sum(advance.share for advance in self.advances)) / span
        speed = np.full_like(passed, drift)
        for advance in self.advances:
            length = advance.end - advance.start
            x = np.clip((time - advance.start) / length, 0, 1)
            speed = speed + advance.share * 20 * x**3 * (1 - x) / length
        return speed

    def fractions(self) -> FloatArray:
        """`at` of every frame, float64 [frames]."""
        return self.fractions_of(0, self.frames)

    def fractions_of(self, first: int, end: int) -> FloatArray:
        """`at` of the frames `first` to `end` - 1, float64 [end - first].

        Beyond the shot's own frames the move rests where it begins and where it ends.
        """
        frames = np.arange(first, end, dtype=np.float64)
        return self.at(np.clip(frames, 0, self.frames - 1))


def plan_travel(frames: int, accents: tuple[Accent, ...], frame_rate: Fraction) -> Travel:
    """Travel over a shot that arrives on its accents; without any, one ease from rest to rest.

    Strengths weight the advances. Accents too close to a stronger one, or too early to move
    before, are passed over.
    """
    rate = float(frame_rate)
    chosen = _choose(frames, accents, rate)
    total = max(1.0, sum(accent.strength for accent in chosen))
    advances = []
    previous = 0
    for accent in chosen:
        start = max(float(previous), accent.frame - ADVANCE_SECONDS * rate)
        share = ADVANCES_SHARE * accent.strength / total
        advances.append(Advance(start, float(accent.frame), share))
        previous = accent.frame
    return Travel(frames, tuple(advances))


def plan_whip(frames: int, accents: tuple[Accent, ...], frame_rate: Fraction) -> Travel:
    """Travel that rests, goes all the way at once, and rests where it arrives.

    It arrives on the strongest accent that leaves time for it, else a little before the middle.
    """
    rate = float(frame_rate)
    chosen = _choose(frames, accents, rate)
    arrival = max(1.0, round(_WHIP_PLACE * frames))
    if chosen:
        arrival = float(max(chosen, key=lambda accent: (accent.strength, -accent.frame)).frame)
    start = max(0.0, arrival - WHIP_SECONDS * rate)
    return Travel(frames, (Advance(start, arrival, 1.0),))


def _choose(frames: int, accents: tuple[Accent, ...], rate: float) -> list[Accent]:
    usable = [
        accent
        for accent in accents
        if max(1.0, MIN_ADVANCE_SECONDS * rate) <= accent.frame < frames and accent.strength > 0
    ]
    chosen: list[Accent] = []
    for accent in sorted(usable, key=lambda accent: (-accent.strength, accent.frame)):
        gaps = (abs(accent.frame - other.frame) for other in chosen)
        if all(gap >= MIN_ACCENT_GAP_SECONDS * rate for gap in gaps):
            chosen.append(accent)
    return sorted(chosen, key=lambda accent: accent.frame)
