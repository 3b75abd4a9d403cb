"""A window of a clip's sound is where its pictures say, wherever the window begins."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.media.clip_sound import decode_clip_sound
from tests.shared.media.clapping import clap_at, write_clapping
from tests.shared.media.painting import numbered_video

CLAPS = (0.5, 1.5, 2.6)


@pytest.mark.parametrize(
    ("name", "delay", "rate"),
    [("a.mp4", 0.0, 48_000), ("b.mp4", 0.25, 44_100), ("c.mkv", 0.1, 48_000)],
)
def test_claps_are_heard_when_they_are_seen(
    name: str, delay: float, rate: int, tmp_path: Path
) -> None:
    path = write_clapping(tmp_path / name, CLAPS, 3.2, delay_seconds=delay, sample_rate_hz=rate)
    for start in (Fraction(0), Fraction(1, 3), Fraction(6, 5), Fraction(-1, 4)):
        sound = decode_clip_sound(path, start, 96_000)
        for clap in CLAPS:
            due = round((clap - float(start)) * 48_000)
            if 1_000 < due < 94_000:
                assert abs(clap_at(sound, due) - due) <= 48  # a millisecond


def test_beyond_its_ends_a_clip_is_silent(tmp_path: Path) -> None:
    path = write_clapping(tmp_path / "a.mp4", (0.2,), 1.0)
    sound = decode_clip_sound(path, Fraction(-1), 3 * 48_000)
    assert sound.shape == (144_000, 2)
    assert np.abs(sound[:47_000]).max() < 0.001
    assert np.abs(sound[98_500:]).max() < 0.001
    assert np.abs(sound[48_000:96_000]).max() > 0.1


def test_a_clip_without_sound_is_refused(tmp_path: Path) -> None:
    numbered_video(tmp_path / "mute.mp4", 5)
    with pytest.raises(InvalidInput, match="has no sound"):
        decode_clip_sound(tmp_path / "mute.mp4", Fraction(0), 100)
