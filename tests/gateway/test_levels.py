"""Delivered loudness."""

from __future__ import annotations

import numpy as np
import pytest

from services.gateway.levels import brought_to
from shared.media.loudness import measure_loudness
from shared.soundtrack import LoudnessTarget
from tests.gateway.test_ducking import RATE, noise


@pytest.mark.parametrize("level", [0.005, 0.1, 0.5])
def test_loudness_is_reached_and_peaks_stay_below(level: float) -> None:
    found = measure_loudness(brought_to(noise(5, level), LoudnessTarget(-14.0, -1.0), -1.0))
    assert found.integrated_lufs == pytest.approx(-14.0, abs=0.2)
    assert found.true_peak_dbtp is not None
    assert found.true_peak_dbtp < -0.9


def test_more_rounds_reach_it_for_sound_that_is_all_peaks() -> None:
    claps = noise(4, 0.001)
    for second in range(4):
        start = second * RATE
        claps[start : start + 2_000] += noise(1, 0.3, second)[:2_000]
    target = LoudnessTarget(-23.0, -1.0)
    found = measure_loudness(brought_to(claps, target, -1.0, 12)).integrated_lufs
    assert found == pytest.approx(-23.0, abs=0.15)


def test_silence_stays_silent() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    assert brought_to(silence, LoudnessTarget(-14.0, -1.0), -1.0) is silence
