"""What a film sounds like besides its song: loudness, clips' own sound, voices, effects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.digest import Digest
from shared.errors import InvalidInput


class LoudnessPreset(StrEnum):
    """What a delivery's sound is brought to; `as_mastered` leaves the song as it is."""

    AS_MASTERED = "as_mastered"
    WEB = "web"
    EBU_R128 = "ebu_r128"
    ATSC_A85 = "atsc_a85"


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """Integrated loudness in LUFS and the highest true peak in dBTP (ITU-R BS.1770-4)."""

    integrated_lufs: float
    ceiling_dbtp: float


# Streaming services play at -14 LUFS; EBU R 128 (2020) and ATSC A/85 (2013) are for broadcast.
LOUDNESS_TARGETS = {
    LoudnessPreset.WEB: LoudnessTarget(-14.0, -1.0),
    LoudnessPreset.EBU_R128: LoudnessTarget(-23.0, -1.0),
    LoudnessPreset.ATSC_A85: LoudnessTarget(-24.0, -2.0),
}
DEFAULT_DUCK_DB, MAX_DUCK_DB = 10.0, 40.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice-over: all of an audio from `start_sample` of the film on, at 48 kHz.

    It is brought to the loudness that the song has alone; while it speaks the song is turned down
    by `duck_db` decibels, 0 to 40.
    """

    audio: Digest
    start_sample: int
    duck_db: float = DEFAULT_DUCK_DB


class ClipSound(StrEnum):
    """How much of a clip's own sound is heard: none, under the song, or in front of it."""

    OFF = "off"
    UNDER = "under"
    FULL = "full"


MAX_SPLIT_FRAMES = 1_800


@dataclass(frozen=True, slots=True)
class ShotSound:
    """The own sound of a shot's clip, always in time with its picture.

    It begins `lead_frames` before the picture (a J cut; below 0 after it) and goes on for
    `tail_frames` after it (an L cut; below 0 it ends before), each within `MAX_SPLIT_FRAMES`.
    """

    level: ClipSound = ClipSound.OFF
    lead_frames: int = 0
    tail_frames: int = 0

    def __post_init__(self) -> None:
        for frames in (self.lead_frames, self.tail_frames):
            if abs(frames) > MAX_SPLIT_FRAMES:
                raise InvalidInput(
                    f"a shot's sound is {frames} frames apart from its picture; expected at most "
                    f"{MAX_SPLIT_FRAMES}"
                )


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """A line of the script as it is spoken: all of an audio from `start_sample` of the film on.

    It lasts `length_samples` at 48 kHz. `is_guide` says that it was synthesised, to be replaced.
    """

    audio: Digest
    start_sample: int
    length_samples: int
    text: str
    is_guide: bool = True


MIN_EFFECT_DB, MAX_EFFECT_DB = -40.0, 12.0


@dataclass(frozen=True, slots=True)
class Effect:
    """A sound effect: all of an audio from `start_sample` of the film on, at 48 kHz.

    It is as loud as it was recorded, changed by `gain_db` decibels, -40 to 12.
    """

    audio: Digest
    start_sample: int
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Tracks:
    """What lies beside the song and the clips' own sound, in the order of the film."""

    lines: tuple[VoiceLine, ...] = ()
    effects: tuple[Effect, ...] = ()
