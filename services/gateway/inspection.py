"""What was seen and heard in a finished film: observed in its file, never taken from its plan."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SeenCut:
    """One join of two clips: where it was meant to be, and where frame hashes say that it is.

    `measured_frame` is None where the two clips do not meet within 12 frames of the plan, or meet
    in a way that cannot be told from its neighbours (equal frames on both sides). `contrast` is
    the mean absolute luma difference across it, 0..1 of black to white.
    """

    planned_frame: int
    measured_frame: int | None
    contrast: float


@dataclass(frozen=True, slots=True)
class SeenClip:
    """One clip: `start_frame` and `end_frame` (exclusive) as built.

    `has_expected_packets` is whether the film's packets there are the segment's, byte for byte;
    `expected_frames` counts decoded frames that are the measured ones, each in its place.
    """

    start_frame: int
    end_frame: int
    has_expected_packets: bool
    expected_frames: int


@dataclass(frozen=True, slots=True)
class HeardSound:
    """How the film's sound stands against the song's window.

    `lag_samples` is at 48 kHz, positive is late, None when what is heard is not that window.
    `similarity` is their normalised correlation at the lag, up to 1. `end_seconds` is when the
    sound ends. `loudness_lufs` (integrated) and `true_peak_dbtp` are those of the decoded sound, by
    ITU-R BS.1770-4; None for silence.
    """

    lag_samples: int | None
    similarity: float
    end_seconds: float
    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True)
class FilmInspection:
    """A film as its file shows it.

    `frame_count` counts decoded frames, `packet_count` the packets of its pictures.
    `decoded_frames` counts those of them that were decoded for this inspection; of the others the
    packets were found to be the ones that were measured. `midpoints` has one entry for each clip
    that was asked for: the film frame at which a dissolve is half done, None if that cannot be
    told. `has_exact_times` is whether frame k is shown at exactly k / the expected rate for every
    packet and decoded frame, and the last one ends a frame later. `sound` is None for a silent
    film.
    `poster_frame` is the frame that would make the best poster.
    """

    VERSION: ClassVar[int] = 1

    width: int
    height: int
    frame_rate: Fraction
    frame_count: int
    packet_count: int
    duration_seconds: Fraction
    has_exact_times: bool
    cuts: tuple[SeenCut, ...]
    clips: tuple[SeenClip, ...]
    sound: HeardSound | None
    poster_frame: int
    decoded_frames: int
    midpoints: tuple[float | None, ...] = ()
