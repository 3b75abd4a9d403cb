"""What was heard (`SyncMap`) and where the cuts go (`CutPlan`).

All musical times are integer samples at `SAMPLE_RATE_HZ` from the first decoded sample of the
audio, whatever rate the file has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

SAMPLE_RATE_HZ = 48_000
ENERGY_RATE_HZ = 100
# Energy 0.0 is this far below the loudest moment; a step of 0.1 in energy is 4 dB.
ENERGY_RANGE_DB = 40.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat: `sample` and `strength` (0..1, how hard it is struck relative to the rest)."""

    sample: int
    strength: float


@dataclass(frozen=True, slots=True)
class Onset:
    """The start of a sound: `sample` and `strength` (0..1)."""

    sample: int
    strength: float


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the song with one character; sections with equal labels repeat."""

    start_sample: int
    end_sample: int
    label: str


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A word or a phrase that is spoken or sung, from `start_sample` to `end_sample`."""

    text: str
    start_sample: int
    end_sample: int


@dataclass(frozen=True, slots=True)
class SyncMap:
    """What an editor hears in a piece of audio; anything not found is an empty tuple.

    `energy` is loudness at `ENERGY_RATE_HZ`, 0..1 relative to the loudest moment, one value for
    each 10 ms from sample 0. `beat_confidence` is 0..1; `tempo_bpm` is None without beats.
    `peak` is the largest absolute sample, 1.0 is full scale.
    """

    VERSION: ClassVar[int] = 1

    duration_samples: int
    peak: float
    tempo_bpm: float | None
    beat_confidence: float
    beats: tuple[Beat, ...]
    onsets: tuple[Onset, ...]
    energy: tuple[float, ...]
    downbeats: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    words: tuple[SpokenText, ...] = ()
    phrases: tuple[SpokenText, ...] = ()
    sample_rate_hz: int = SAMPLE_RATE_HZ


class CutEvent(StrEnum):
    """The musical event that a cut belongs to."""

    BEAT = "beat"
    OFFBEAT = "offbeat"
    DOWNBEAT = "downbeat"
    PHRASE = "phrase"
    SECTION = "section"
    ONSET = "onset"
    CLOCK = "clock"


class CutKind(StrEnum):
    """How a cut stands to its event."""

    ON_BEAT = "on_beat"
    ON_ONSET = "on_onset"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class PlannedCut:
    """One cut: `frame` is the first frame of the new shot, in film frames.

    `sample` is the event's time in the audio (None when the cut follows the clock alone);
    `strength` is 0..1; `reason` is a sentence for the report.
    """

    frame: int
    sample: int | None
    event: CutEvent
    kind: CutKind
    strength: float
    reason: str


@dataclass(frozen=True, slots=True)
class CutPlan:
    """The cuts of a film of `frame_count` frames whose frame 0 plays at `window_start_sample`.

    Cuts are in increasing order, strictly between 0 and `frame_count`. `accents` are
    (film frame, strength 0..1) of every beat in the window, for motion to arrive on.
    """

    VERSION: ClassVar[int] = 1

    frame_rate: Fraction
    frame_count: int
    window_start_sample: int
    cuts: tuple[PlannedCut, ...]
    accents: tuple[tuple[int, float], ...] = ()
