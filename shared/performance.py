"""Takes of the artist performing the song: where in the film's audio each plays, and its windows.

A shot of such a take has no window of its own choice: the song's position decides it, wherever
the shot goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# Clocks differ by less; more is not a clock but another performance.
MAX_DRIFT = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class TakeSpan:
    """An uncut part of a take in time with the film's audio.

    From `start_seconds` to `end_seconds` of that audio; the take's own time at its start is
    `take_seconds`, counted from its first picture.
    """

    start_seconds: Fraction
    end_seconds: Fraction
    take_seconds: Fraction


@dataclass(frozen=True, slots=True)
class Performance:
    """A take with its place in the film's audio; `handle` is its reference's.

    A second of audio is `speed` seconds of the take: 1 but for the drift of its clock, within
    `MAX_DRIFT`. `spans` are in the order of the audio.
    """

    handle: str
    speed: Fraction
    spans: tuple[TakeSpan, ...]

    def window_start(
        self, seconds: Fraction, frames: int, frame_rate: Fraction, *, head: int = 0, tail: int = 0
    ) -> Fraction | None:
        """Where a shot of so many frames that begins at `seconds` of the audio begins in the take.

        `head` and `tail` are frames shown before and after it, under transitions. None where no
        uncut part of the take covers all of it. It is the take's time at the middle of the shot's
        first frame: each frame then shows the picture that is nearest to it, neither the one
        before nor, where both have equal rates, either of two by chance.
        """
        half = 1 / (2 * frame_rate)
        first = seconds - head / frame_rate + half
        last = seconds + (frames + tail) / frame_rate - half
        for span in self.spans:
            if span.start_seconds <= first and last < span.end_seconds:
                return span.take_seconds + (seconds + half - span.start_seconds) * self.speed
        return None

    def covered(self) -> str:
        """What it covers, for refusals: "0.00-41.20 s, 60.00-75.10 s"."""
        return ", ".join(
            f"{float(span.start_seconds):.2f}-{float(span.end_seconds):.2f} s"
            for span in self.spans
        )


def performance_named(performances: Iterable[Performance], handle: str) -> Performance | None:
    """The performance of a reference, None if it is no take of the song."""
    return next((item for item in performances if item.handle == handle), None)
