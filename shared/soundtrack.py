"""What a film sounds like besides its song: loudness presets and a voice over the music."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.digest import Digest


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
