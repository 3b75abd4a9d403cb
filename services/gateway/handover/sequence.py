"""All that the writers of editing formats need of a film: one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.gateway.handover.events import RECORD_START_SECONDS, Event
from services.gateway.handover.timecode import nominal
from shared.brief import Size
from shared.captions import Caption


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound under the film from its first frame on: a file, played from `start_seconds`.

    `name` is "song", or the name of a stem.
    """

    name: str
    path: str
    start_seconds: Fraction
    duration_seconds: Fraction


@dataclass(frozen=True, slots=True)
class Sequence:
    """A film as handed over; `events` tile its `frame_count` frames."""

    name: str
    size: Size
    frame_rate: Fraction
    frame_count: int
    events: tuple[Event, ...]
    sounds: tuple[Sound, ...] = ()
    captions: tuple[Caption, ...] = ()

    @property
    def record_start(self) -> int:
        """The film's first frame in timecode frames: 01:00:00:00 without dropped numbers."""
        return RECORD_START_SECONDS * nominal(self.frame_rate)
