"""What was heard (`SyncMap`) and where the cuts go (`CutPlan`).

All musical times are integer samples at `SAMPLE_RATE_HZ` from the first decoded sample of the
audio, whatever rate the file has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brief import CutsOn

SAMPLE_RATE_HZ = 48_000
ENERGY_RATE_HZ = 100
# Energy 0.0 is this far below the loudest moment; a step of 0.1 in energy is 4 dB.
ENERGY_RANGE_DB = 40.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat: `sample` and `strength` (0..1, how hard it is struck relative to the rest)."""

    sample: int
    strength: float


class Band(StrEnum):
    """Which part of the spectrum an onset belongs to; named after the drum that lives there."""

    KICK = "kick"
    SNARE = "snare"
    HAT = "hat"


@dataclass(frozen=True, slots=True)
class Onset:
    """The start of a sound: `sample`, `strength` (0..1), and the band it is strongest in."""

    sample: int
    strength: float
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the song from `start_sample` up to, not including, `end_sample`."""

    start_sample: int
    end_sample: int


@dataclass(frozen=True, slots=True)
class TempoPoint:
    """The tempo at a moment; between points it changes linearly."""

    sample: int
    bpm: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A musical phrase of `num_bars` bars.

    It begins on the downbeat at `start_sample`; its melody may begin `pickup_samples` earlier.
    """

    start_sample: int
    end_sample: int
    num_bars: int
    pickup_samples: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the song with one character; sections with equal labels repeat.

    `energy` is the mean of the energy curve under it, 0..1.
    """

    start_sample: int
    end_sample: int
    label: str
    energy: float = 0.0


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A word or a sentence that is spoken or sung, from `start_sample` to `end_sample`.

    `confidence` (0..1) says how sure the times and the text are.
    """

    text: str
    start_sample: int
    end_sample: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class SyncMap:
    """What an editor hears in a piece of audio; anything not found is an empty tuple or None.

    `energy` is loudness at `ENERGY_RATE_HZ`, 0..1 relative to the loudest moment, one value for
    each 10 ms from sample 0; `loudness_lufs` is the same moments' absolute loudness. `peak` is
    the largest absolute sample, 1.0 is full scale.

    `beat_confidence` and `downbeat_confidence` are 0..1; `tempo_bpm` is None without beats.
    `beats_per_bar` counts beats from one downbeat to the next where most bars agree;
    `beat_division` is 2 where beats divide in halves, 3 in thirds (6/8 is 2 beats of 3).
    `swing` is where the off-beat falls between two beats: 0.5 straight, 0.67 triplets.

    `phrases` and `sections` begin on downbeats; `builds` rise towards something, a drop is the
    downbeat where the music arrives, `breaks` are where the beat stays out. `speech` are the
    stretches in which somebody speaks or sings; `language` is a code such as "en".
    `joins` are where an edited song goes on elsewhere (see `MusicEdit`); a song as it is has none.
    """

    VERSION: ClassVar[int] = 2

    duration_samples: int
    peak: float
    tempo_bpm: float | None
    beat_confidence: float
    beats: tuple[Beat, ...]
    onsets: tuple[Onset, ...]
    energy: tuple[float, ...]
    downbeats: tuple[int, ...] = ()
    downbeat_confidence: float = 0.0
    beats_per_bar: int | None = None
    beat_division: int | None = None
    swing: float | None = None
    tempo_curve: tuple[TempoPoint, ...] = ()
    loudness_lufs: tuple[float, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    sections: tuple[Section, ...] = ()
    builds: tuple[Span, ...] = ()
    drops: tuple[int, ...] = ()
    breaks: tuple[Span, ...] = ()
    speech: tuple[Span, ...] = ()
    words: tuple[SpokenText, ...] = ()
    sentences: tuple[SpokenText, ...] = ()
    language: str | None = None
    joins: tuple[int, ...] = ()
    sample_rate_hz: int = SAMPLE_RATE_HZ


class CutEvent(StrEnum):
    """The musical event that a cut belongs to."""

    BEAT = "beat"
    OFFBEAT = "offbeat"
    DOWNBEAT = "downbeat"
    PHRASE = "phrase"
    SECTION = "section"
    DROP = "drop"
    ONSET = "onset"
    WORD = "word"
    SENTENCE = "sentence"
    SPEECH = "speech"
    CLOCK = "clock"


class CutKind(StrEnum):
    """How a cut stands to its event; `ANTICIPATION` comes some frames before it on purpose."""

    ON_BEAT = "on_beat"
    ON_ONSET = "on_onset"
    ON_SPEECH = "on_speech"
    ANTICIPATION = "anticipation"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class PlannedCut:
    """One cut: `frame` is the first frame of the new shot, in film frames.

    `sample` is the event's time in the audio (None when the cut follows the clock alone);
    `strength` is 0..1; `reason` is a sentence for the report. The cut comes `lead_frames` before
    the frame that is nearest to its event, 0 without one.
    """

    frame: int
    sample: int | None
    event: CutEvent
    kind: CutKind
    strength: float
    reason: str
    lead_frames: int = 0


@dataclass(frozen=True, slots=True)
class CutPlan:
    """The cuts of a film of `frame_count` frames whose frame 0 plays at `window_start_sample`.

    Cuts are in increasing order, strictly between 0 and `frame_count`. `accents` are
    (film frame, strength 0..1) of every beat in the window, for motion to arrive on. `cuts_on` and
    `lead_frames` are what was asked for, so that an edit can plan in the same way.
    """

    VERSION: ClassVar[int] = 2

    frame_rate: Fraction
    frame_count: int
    window_start_sample: int
    cuts: tuple[PlannedCut, ...]
    accents: tuple[tuple[int, float], ...] = ()
    cuts_on: CutsOn = CutsOn.AUTO
    lead_frames: int = 0
