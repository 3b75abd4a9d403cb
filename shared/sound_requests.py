"""Requests about sound: the mix, its tracks, and text to be said (see `shared.requests`)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from shared.digest import Digest, added
from shared.sound_tracks import SoundTracks
from shared.soundtrack import LoudnessPreset, Voice


@dataclass(frozen=True, slots=True)
class MixRequest:
    """Encode the soundtrack once: one window of one audio, in samples at 48 kHz.

    A `voice` is laid over it, and with it go all `tracks`; then it is brought to what `loudness`
    names. `audio` None is a film without a song.
    """

    VERSION: ClassVar[int] = 2

    audio: Digest | None
    start_sample: int
    length_samples: int
    fade_out_samples: int
    loudness: LoudnessPreset = LoudnessPreset.AS_MASTERED
    voice: Voice | None = None
    tracks: SoundTracks | None = added(None)


@dataclass(frozen=True, slots=True)
class MeasureTracksRequest:
    """Say how loud each track of a soundtrack is; the result is a `TrackMeasures`."""

    VERSION: ClassVar[int] = 1

    sound: MixRequest


@dataclass(frozen=True, slots=True)
class StemsRequest:
    """Write each track of a soundtrack as a file of its own; the result is a `Stems`."""

    VERSION: ClassVar[int] = 1

    sound: MixRequest


@dataclass(frozen=True, slots=True)
class SpeakRequest:
    """Say a text (UTF-8) in a packaged voice; the result is a `Speech`.

    `speed` 0.5 to 2.0 is how fast, 1 the voice's own pace.
    """

    VERSION: ClassVar[int] = 1

    script: Digest
    voice: str
    speed: Fraction = Fraction(1)
