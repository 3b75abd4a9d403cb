"""What a soundtrack is made of: how loud each track is, and its tracks as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest

STEMS_FOLDER = "stems"
TRACK_NAMES = ("song", "voice", "clips", "effects")


@dataclass(frozen=True, slots=True)
class TrackMeasure:
    """One track, of `TRACK_NAMES`, as loud as it is in the mix.

    `loudness_lufs` (integrated, gated) and `true_peak_dbtp` are by ITU-R BS.1770-4, None for
    silence. `turned_down_db` is how far it makes room for speech at most, 0 for none.
    """

    name: str
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    turned_down_db: float = 0.0


@dataclass(frozen=True, slots=True)
class SpeechMeasure:
    """A stretch of the film in which somebody speaks, in samples at 48 kHz.

    `clear_lu` is how much louder speech is there than all else, None where nothing else plays.
    """

    start_sample: int
    end_sample: int
    clear_lu: float | None


@dataclass(frozen=True, slots=True)
class TrackMeasures:
    """The tracks of a soundtrack before its limiter and loudness preset, and its speech."""

    VERSION: ClassVar[int] = 1

    tracks: tuple[TrackMeasure, ...]
    speech: tuple[SpeechMeasure, ...] = ()


@dataclass(frozen=True, slots=True)
class StemFile:
    """One track as a WAV of 24 bits at 48 kHz, stereo, as long as the film."""

    name: str
    wav: Digest


@dataclass(frozen=True, slots=True)
class Stems:
    """The tracks of a soundtrack as files; a track that a film has not is not there.

    Their sum is the mix before its limiter and loudness preset, turned down by `lowered_db` where
    a track alone would exceed full scale (0 as a rule).
    """

    VERSION: ClassVar[int] = 1

    files: tuple[StemFile, ...]
    lowered_db: float = 0.0
