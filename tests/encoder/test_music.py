"""Music is told from noise and from what glides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from services.encoder.music import VOICE_RATE_HZ, Floats, music_likelihood, per_second
from tests.encoder import voices

SECONDS = 14


@pytest.mark.parametrize("sound", [voices.chords, voices.drums])
def test_notes_and_pulses_are_music(sound: Callable[[float, int], Floats]) -> None:
    likelihood = music_likelihood(sound(SECONDS, VOICE_RATE_HZ), SECONDS)
    assert likelihood.shape == (SECONDS,)
    assert (likelihood > 0.5).mean() > 0.8
    assert 0 <= likelihood.min() <= likelihood.max() <= 1


@pytest.mark.parametrize("sound", [voices.noise, voices.glides])
def test_noise_and_glides_are_not(sound: Callable[[float, int], Floats]) -> None:
    likelihood = music_likelihood(sound(SECONDS, VOICE_RATE_HZ), SECONDS)
    assert (likelihood > 0.5).mean() < 0.2


def test_pieces_make_no_difference() -> None:
    # Over 32 s the sound is analysed in two pieces; the same sound again must look the same.
    sound = voices.chords(36, VOICE_RATE_HZ)
    likelihood = music_likelihood(sound, 36)
    assert (likelihood > 0.9).all()


@pytest.mark.parametrize("num_samples", [1, 100, 5000])
def test_short_sounds(num_samples: int) -> None:
    assert np.isfinite(music_likelihood(np.zeros(num_samples, np.float32), 1)).all()


def test_means_of_seconds() -> None:
    values = np.repeat(np.array([1, 2, 3], np.float32), 10)
    assert per_second(values, 3).tolist() == [1, 2, 3]
