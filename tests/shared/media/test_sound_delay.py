"""The delay of a recording's sound, as its container tells, in the containers of cameras."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.take_scenes import RATE_HZ, Take, song
from shared.errors import InvalidInput
from shared.media.audio import decode_audio
from shared.media.sound_delay import sound_delay_seconds
from tests.e2e.sources import write_clip
from tests.gateway.take_films import write_mono, write_take


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("delay", [0.0, 0.25])
def test_sound_is_in_its_place_beside_the_pictures(
    suffix: str, delay: float, tmp_path: Path
) -> None:
    samples = song(4, 5)
    path = tmp_path / f"take{suffix}"
    write_take(path, samples, Take(0.5, 2.0, snr_db=60, gain=1.0), (), sound_delay_seconds=delay)
    found = float(sound_delay_seconds(path))
    heard = decode_audio(path, RATE_HZ, channels=1)[:, 0]
    # What is heard at the file's sample n was played so much after the song's start.
    first = round((0.5 + found) * RATE_HZ)
    length = 16_000
    lags = range(-800, 801, 8)
    scores = [
        float(np.dot(heard[2000 : 2000 + length], samples[first + 2000 + lag :][:length]))
        for lag in lags
    ]
    assert abs(lags[int(np.argmax(scores))]) <= 40  # 2.5 ms
    assert found == pytest.approx(delay, abs=0.07)


def test_a_file_without_pictures_or_sound_has_no_delay(tmp_path: Path) -> None:
    write_mono(tmp_path / "song.wav", song(2, 5))
    assert sound_delay_seconds(tmp_path / "song.wav") == 0
    write_clip(tmp_path / "silent.mp4", seconds=0.4, frame_rate=Fraction(25), step=2)
    assert sound_delay_seconds(tmp_path / "silent.mp4") == 0


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.mp4"
    path.write_bytes(b"nothing to see")
    with pytest.raises(InvalidInput, match="expected"):
        sound_delay_seconds(path)
