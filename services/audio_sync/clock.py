"""Steady cuts where there is no music to follow: by the clock, a little uneven."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, cycle, islice

from services.audio_sync.pacing import PACES
from shared.brief import Pacing
from shared.timing import round_half_up

# Percent of the usual length; a metronome would be noticed.
_LENGTHS = (100, 90, 112, 96, 106, 92, 104)


def steady_frames(
    first_frame: int, end_frame: int, pacing: Pacing, frame_rate: Fraction
) -> tuple[int, ...]:
    """Frames strictly between two others that cut the span into shots of about `clock_s`."""
    span = end_frame - first_frame
    usual_frames = Fraction(PACES[pacing].clock_s).limit_denominator(10) * frame_rate
    num_shots = round_half_up(span / usual_frames)
    weights = list(islice(cycle(_LENGTHS), max(num_shots, 1)))
    total = sum(weights)
    return tuple(
        first_frame + round_half_up(Fraction(span * reached, total))
        for reached in list(accumulate(weights))[:-1]
    )
