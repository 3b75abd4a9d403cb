"""Music that makes room: where, how far, and without a click."""

from __future__ import annotations

import numpy as np

from services.gateway.ducking import ducking, heard_hops, stretches, yielding
from shared.media.audio import Samples
from shared.media.loudness import measure_loudness

RATE = 48_000


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
    silence = np.zeros((RATE, 2), np.float32)
    assert np.array_equal(ducking(silence, 12.0), np.ones(RATE))
    assert np.array_equal(yielding(noise(1, 0.1), silence, 12.0), np.ones(RATE))


def test_loud_music_goes_down_further_until_speech_is_clear() -> None:
    voice, music = words((1.0, 3.0), (6.0, 8.0)), noise(10, 0.05, 2)
    music[5 * RATE :] *= 8  # a chorus
    ducked = music * yielding(music, voice, 6.0)[:, None]
    for first, last in ((1, 3), (6, 8)):
        above = measure_loudness(voice[first * RATE : last * RATE]).integrated_lufs
        below = measure_loudness(ducked[first * RATE : last * RATE]).integrated_lufs
        assert above is not None
        assert below is not None
        assert above - below >= 9.5
    # Where 6 dB were enough, it is 6 dB.
    assert np.array_equal(yielding(music, voice, 0.0), np.ones(10 * RATE))


def test_stretches_are_those_that_are_heard() -> None:
    found = stretches(heard_hops(words((3.0, 4.0), (4.4, 5.0), (8.0, 8.5))))
    assert found == [(300, 500), (800, 850)]
