from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.spectrogram import NUM_BANDS, NUM_FEATURES, features_of
from services.audio_sync.rises import to_analysis_rate
from tests.audio_sync import sounds


def features(sound: sounds.Floats) -> sounds.Samples:
    return features_of(to_analysis_rate(sounds.to_samples(sound)))


def test_a_tone_is_in_its_band_and_grows_once() -> None:
    t = sounds.seconds(2.0)
    tone = np.where(t >= 1.0, 0.3 * np.sin(2 * np.pi * 440.0 * t), 0.0)
    found = features(tone)
    assert found.shape == (100, NUM_FEATURES)
    octave_up = features(0.3 * np.sin(2 * np.pi * 3520.0 * t))[70, :NUM_BANDS].argmax()
    below = features(0.3 * np.sin(2 * np.pi * 1760.0 * t))[70, :NUM_BANDS].argmax()
    assert octave_up - below == pytest.approx(24, abs=1)
    growth = found[:, NUM_BANDS:].sum(axis=1)
    assert abs(int(growth.argmax()) - 50) <= 1
    assert growth[60:95].max() < 0.05 * growth.max()


def test_long_sounds_are_made_in_pieces() -> None:
    random = np.random.default_rng(0)
    sound = 0.1 * random.standard_normal(24_000 * 50).astype(np.float32)
    whole = features_of(sound)
    assert whole.shape == (2500, NUM_FEATURES)
    # Over the edge between two pieces it is the same as anywhere: compare a shift by 20 frames.
    later = features_of(np.concatenate([np.zeros(9_600, np.float32), sound]))
    assert np.max(np.abs(later[2060:2080] - whole[2040:2060])) < 0.05


def test_silence_has_no_features() -> None:
    assert not features_of(np.zeros(24_000, np.float32)).any()
