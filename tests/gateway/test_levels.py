"""A voice over music: who is louder when, and delivered loudness."""

from __future__ import annotations

import numpy as np
import pytest

from services.gateway.levels import brought_to, ducking, with_voice
from shared.digest import Digest
from shared.media.audio import Samples
from shared.media.loudness import measure_loudness
from shared.soundtrack import LoudnessTarget, Voice

RATE = 48_000
NOTHING = Digest.of_bytes(b"")


def noise(seconds: float, level: float, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    return (level * random.standard_normal((round(seconds * RATE), 2))).astype(np.float32)


def words(*spans: tuple[float, float], seconds: float = 10.0) -> Samples:
    """Noise for words from and to so many seconds, silence between."""
    track = np.zeros((round(seconds * RATE), 2), np.float32)
    for start, end in spans:
        track[round(start * RATE) : round(end * RATE)] = noise(end - start, 0.1, 1)
    return track


def test_music_is_down_under_words_and_stays_down_in_short_pauses() -> None:
    gain = ducking(words((3.0, 4.0), (4.4, 5.0), (8.0, 8.5)), 12.0)
    down = 10 ** (-12 / 20)
    assert np.allclose(gain[round(3.0 * RATE) : round(5.0 * RATE)], down, atol=0.002)
    assert np.allclose(gain[: round(2.4 * RATE)], 1.0)
    assert np.allclose(gain[round(5.7 * RATE) : round(7.3 * RATE)], 1.0)
    assert np.abs(np.diff(gain)).max() < 0.001  # no click


def test_without_words_nothing_is_turned_down() -> None:
    assert np.array_equal(ducking(np.zeros((RATE, 2), np.float32), 12.0), np.ones(RATE))


def test_a_quiet_voice_becomes_as_loud_as_the_song_is() -> None:
    song, spoken = noise(10, 0.1), noise(2, 0.01, 1)
    mixed = with_voice(song, spoken, Voice(NOTHING, 4 * RATE, duck_db=30.0))
    assert mixed.shape == song.shape
    assert np.array_equal(mixed[: 3 * RATE], song[: 3 * RATE])
    alone = measure_loudness(song).integrated_lufs
    spoken_part = measure_loudness(mixed[4 * RATE : 6 * RATE]).integrated_lufs
    assert alone is not None
    assert spoken_part == pytest.approx(alone, abs=0.5)


def test_a_silent_voice_changes_nothing() -> None:
    song = noise(2, 0.1)
    assert with_voice(song, np.zeros((RATE, 2), np.float32), Voice(NOTHING, 0)) is song


@pytest.mark.parametrize("level", [0.005, 0.1, 0.5])
def test_loudness_is_reached_and_peaks_stay_below(level: float) -> None:
    found = measure_loudness(brought_to(noise(5, level), LoudnessTarget(-14.0, -1.0), -1.0))
    assert found.integrated_lufs == pytest.approx(-14.0, abs=0.2)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp < -0.9


def test_silence_stays_silent() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    assert brought_to(silence, LoudnessTarget(-14.0, -1.0), -1.0) is silence
