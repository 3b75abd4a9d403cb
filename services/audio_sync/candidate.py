"""A moment that may begin a shot, and the window of the song that the film plays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.audio_sync.meter import Meter
from services.audio_sync.pacing import BURST_SHOT_S, MIN_SHOT_S
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent
from shared.timing import frame_at_sample, sample_at_frame


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that may begin a shot.

    `position` is in beats; `ticks` is the same in ticks of a beat if it lies exactly on the grid,
    else None. `place` says in words what is here, "" where strength says it. `change_db` is the
    turn of energy that it marks, else 0.0. `frame` is `lead_frames` before the event's own.
    `in_bar` counts beats since the bar's first, None off the grid or where bars are not known.
    `build` is the index of the build that it lies in, `is_burst` whether in its fast last bar.
    """

    frame: int
    sample: int | None
    position: float
    ticks: int | None
    event: CutEvent
    strength: float
    reward: float
    place: str = ""
    change_db: float = 0.0
    lead_frames: int = 0
    in_bar: float | None = None
    build: int | None = None
    is_burst: bool = False
    is_fixed: bool = False

    @property
    def is_clock(self) -> bool:
        """Whether only the pacing's clock put it here."""
        return self.event is CutEvent.CLOCK and not self.is_fixed


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of the song under the film, in samples and frames.

    Cuts come `lead_frames` before their events.
    """

    start_sample: int
    frame_count: int
    frame_rate: Fraction
    lead_frames: int = 0

    @property
    def end_sample(self) -> int:
        """Sample that plays when the film ends."""
        return self.start_sample + sample_at_frame(
            self.frame_count, SAMPLE_RATE_HZ, self.frame_rate
        )

    @property
    def floor_frames(self) -> int:
        """Fewest frames that last at least the shortest shot."""
        return _frames_up(MIN_SHOT_S, self.frame_rate)

    @property
    def burst_floor_frames(self) -> int:
        """The same within the last bar of a build."""
        return _frames_up(BURST_SHOT_S, self.frame_rate)

    def frame(self, sample: int) -> int:
        """Film frame nearest to a sample of the song."""
        return frame_at_sample(sample - self.start_sample, SAMPLE_RATE_HZ, self.frame_rate)

    def sample(self, frame: int) -> int:
        """Sample of the song that plays at a film frame."""
        return self.start_sample + sample_at_frame(frame, SAMPLE_RATE_HZ, self.frame_rate)


def _frames_up(seconds: float, frame_rate: Fraction) -> int:
    frames = Fraction(seconds).limit_denominator(100) * frame_rate
    return -(-frames.numerator // frames.denominator)


def at_frame(frame: int, meter: Meter, window: Window) -> Candidate:
    """A fixed cut where nothing is heard."""
    position = meter.position(window.sample(frame))
    return Candidate(frame, None, position, None, CutEvent.CLOCK, 0.0, 0.0, is_fixed=True)
