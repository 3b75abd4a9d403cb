"""A moment that may begin a shot, and the window of the song that the film plays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.audio_sync.meter import Meter
from services.audio_sync.pacing import MIN_SHOT_S
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent
from shared.timing import frame_at_sample, sample_at_frame


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that may begin a shot.

    `position` is in beats; `half_beats` is twice that if it lies exactly on the grid, else None.
    `change_db` is the turn of energy that it marks, else 0.0.
    """

    frame: int
    sample: int | None
    position: float
    half_beats: int | None
    event: CutEvent
    strength: float
    reward: float
    change_db: float = 0.0
    is_fixed: bool = False

    @property
    def is_clock(self) -> bool:
        """Whether only the pacing's clock put it here."""
        return self.event is CutEvent.CLOCK and not self.is_fixed


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of the song under the film, in samples and frames."""

    start_sample: int
    frame_count: int
    frame_rate: Fraction

    @property
    def end_sample(self) -> int:
        """Sample that plays when the film ends."""
        return self.start_sample + sample_at_frame(
            self.frame_count, SAMPLE_RATE_HZ, self.frame_rate
        )

    @property
    def floor_frames(self) -> int:
        """Fewest frames that last at least the shortest shot."""
        frames = Fraction(MIN_SHOT_S).limit_denominator(10) * self.frame_rate
        return -(-frames.numerator // frames.denominator)

    def frame(self, sample: int) -> int:
        """Film frame nearest to a sample of the song."""
        return frame_at_sample(sample - self.start_sample, SAMPLE_RATE_HZ, self.frame_rate)

    def sample(self, frame: int) -> int:
        """Sample of the song that plays at a film frame."""
        return self.start_sample + sample_at_frame(frame, SAMPLE_RATE_HZ, self.frame_rate)


def at_frame(frame: int, meter: Meter, window: Window) -> Candidate:
    """A fixed cut where nothing is heard."""
    position = meter.position(window.sample(frame))
    return Candidate(frame, None, position, None, CutEvent.CLOCK, 0.0, 0.0, is_fixed=True)
