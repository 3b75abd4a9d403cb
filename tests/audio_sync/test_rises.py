from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.rises import (
    RISE_LATENESS_S,
    RISE_RATE_HZ,
    RiseCurve,
    rise_curve,
    to_analysis_rate,
)
from tests.audio_sync import sounds


def curve_of(sound: sounds.Floats) -> RiseCurve:
    return rise_curve(to_analysis_rate(sounds.to_samples(sound)))


@pytest.mark.parametrize("hit", [sounds.woodblock, sounds.bass_drum, sounds.clap, sounds.organ])
@pytest.mark.parametrize("second", [0.5, 0.7013, 1.2491])
def test_a_peak_is_within_5_ms_of_its_attack(hit: sounds.Hit, second: float) -> None:
    curve = curve_of(sounds.place(np.array([second]), hit, 2.0))
    found, height = curve.peak_near(second + 0.01, 0.04)
    assert abs(found - second) <= 0.005
    assert height > 3.0


def test_a_sound_from_the_first_sample_is_an_attack() -> None:
    curve = curve_of(sounds.place(np.array([0.0]), sounds.bass_drum, 1.0))
    assert abs(curve.peak_near(0.0, 0.04)[0]) <= 0.005


def test_peaks_beyond_reach_are_left_alone() -> None:
    curve = curve_of(sounds.place(np.array([0.5]), sounds.woodblock, 1.0))
    assert curve.peak_near(0.6, 0.04) == (0.6, 0.0)
    assert curve.peak_near(9.0, 0.04) == (9.0, 0.0)


def test_time_is_found_between_frames() -> None:
    rise = np.array([0.0, 1.0, 2.0, 2.0, 1.0, 0.0], np.float32)
    curve = RiseCurve(rise, rise)
    assert curve.time_of(2) == pytest.approx(2.5 / RISE_RATE_HZ - RISE_LATENESS_S)


def test_silence_is_flat_and_one_sample_is_enough() -> None:
    assert not rise_curve(np.zeros(24_000, np.float32)).rise_db.any()
    assert len(rise_curve(np.ones(1, np.float32)).rise_db) == 1


def test_what_is_40_db_down_does_not_jump() -> None:
    loud = sounds.place(np.array([0.2]), sounds.woodblock, 2.0)
    faint = 10 ** (-70 / 20) * sounds.place(np.array([1.0]), sounds.woodblock, 2.0)
    assert curve_of(loud + faint).peak_near(1.0, 0.04)[1] < 0.5
