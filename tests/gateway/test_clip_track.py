"""Clips' own sound on the film's time: in time with pictures, without clicks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway.clip_track import joined_parts, laid_parts, resampled, span_of
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.media.audio import Samples
from shared.motion import TimeKnot
from shared.sound_tracks import ClipPart
from shared.soundtrack import ClipSound
from tests.shared.media.clapping import clap_at, write_clapping

RATE = Fraction(30)
CLAPS = (0.5, 1.5, 2.5)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[MemoryBlobs, Digest]:
    blobs = MemoryBlobs()
    folder: Path = tmp_path_factory.mktemp("clips")
    return blobs, blobs.put(write_clapping(folder / "a.mp4", CLAPS, 4.0).read_bytes())


def part(source: Digest, start_frame: int, frames: int, seconds: float) -> ClipPart:
    start = Fraction(seconds).limit_denominator(1000)
    return ClipPart(source, ClipSound.FULL, start_frame, 0, frames, start)


def track(clip: tuple[MemoryBlobs, Digest], *parts: ClipPart, seconds: int = 4) -> Samples:
    found = np.zeros((seconds * 48_000, 2), np.float32)
    for laid in laid_parts(parts, RATE, len(found), clip[0]):
        found[laid.start : laid.start + len(laid.sound)] += laid.sound
    return found


def test_a_clap_is_heard_on_the_frame_that_shows_it(clip: tuple[MemoryBlobs, Digest]) -> None:
    shot = part(clip[1], 30, 60, 1.2)  # the clap at 1.5 s is on its frame 9
    due = round((1 + 0.3) * 48_000)
    assert abs(clap_at(track(clip, shot), due) - due) <= 48
    led = replace(shot, first=-24)  # the one at 0.5 s is 21 frames before its picture
    due = round((1 - 0.7) * 48_000)
    assert abs(clap_at(track(clip, led), due) - due) <= 48


def test_warped_sound_stays_with_its_picture(clip: tuple[MemoryBlobs, Digest]) -> None:
    knots = (
        TimeKnot(0, Fraction(1), Fraction(1, 30)),
        TimeKnot(30, Fraction(1) + Fraction(27, 30), Fraction(1, 30)),
    )
    shot = replace(part(clip[1], 0, 30, 1.0), time_map=knots)
    frame = next(k for k in range(30) if shot.seconds_at(k, RATE) >= Fraction(3, 2))
    near = round(frame / 30 * 48_000)
    before, after = (float(shot.seconds_at(frame + k, RATE)) for k in (-1, 0))
    due = round((frame - 1 + (1.5 - before) / (after - before)) / 30 * 48_000)
    assert abs(clap_at(track(clip, shot), near) - due) <= 48


def test_speeds_that_cannot_be_followed_are_silent(clip: tuple[MemoryBlobs, Digest]) -> None:
    fast = replace(part(clip[1], 0, 30, 0.0), speed=Fraction(2))
    assert not np.any(track(clip, fast))


def test_cuts_do_not_click(clip: tuple[MemoryBlobs, Digest]) -> None:
    shots = [part(clip[1], 30 * k, 30, second) for k, second in enumerate((3.02, 0.95, 2.1))]
    found = track(clip, *shots, seconds=3)[:, 0]
    for cut in (48_000, 96_000):
        around = np.abs(np.diff(found[cut - 480 : cut + 480]))
        assert around.max() < 0.004  # the tone's own steps are 0.001


def test_a_split_is_not_heard(clip: tuple[MemoryBlobs, Digest]) -> None:
    whole = part(clip[1], 0, 60, 0.2)
    halves = part(clip[1], 0, 25, 0.2), replace(whole, start_frame=25, last=35)
    second = replace(halves[1], start_seconds=whole.seconds_at(25, RATE))
    assert joined_parts([halves[0], second], RATE) == (whole,)
    assert np.array_equal(track(clip, halves[0], second), track(clip, whole))
    other = replace(second, level=ClipSound.UNDER)
    assert len(joined_parts([halves[0], other], RATE)) == 2


def test_dissolving_shots_fade_for_as_long_as_their_pictures() -> None:
    shot = replace(part(Digest.of_bytes(b""), 30, 40, 0), fade_in_frames=10, fade_out_frames=6)
    start, end, fade_in, fade_out = span_of(shot, RATE, 10**6)
    assert (start, end, fade_in, fade_out) == (48_000, 112_000, 16_000, 9_600)
    plain = span_of(replace(shot, fade_in_frames=0, fade_out_frames=0), RATE, 10**6)
    assert plain == (48_000 - 240, 112_000 + 240, 480, 480)
    assert span_of(replace(shot, start_frame=0, first=-9), RATE, 5_000)[:2] == (0, 5_000)


def test_resampling_keeps_a_tone() -> None:
    times = np.arange(6_000) / 48_000
    tone = np.sin(2 * np.pi * 3_000 * times)[:, None].astype(np.float32)
    places = (100 + np.arange(4_000) * 0.93).astype(np.float64)
    found = resampled(tone, places)[:, 0]
    expected = np.sin(2 * np.pi * 3_000 * places / 48_000)
    assert np.abs(found - expected).max() < 0.002
