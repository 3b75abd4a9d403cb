"""Lags of single windows are right to a fraction of a sample; noise is not clear."""

from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.take_lags import Lags, Line, window_lags

RATE_HZ = 16_000
STARTS = np.arange(0.0, 5.0, 1.0)


def noise(seconds: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, int(seconds * RATE_HZ)).astype(np.float32)


def lags(take: np.ndarray, song: np.ndarray, line: Line) -> Lags:
    return window_lags(take, song, RATE_HZ, line, STARTS, 1.0, 0.02, 7000.0)


def test_a_shift_is_found_on_either_side() -> None:
    song = noise(10, 1)
    for shift in (-100, 0, 37):
        found = lags(song[RATE_HZ : 7 * RATE_HZ], song, Line(1 + shift / RATE_HZ, 0.0))
        assert found.lag_s * RATE_HZ == pytest.approx(np.full(5, -shift), abs=0.05)
        assert found.clarity.min() > 10
        assert found.at_s == pytest.approx(STARTS + 0.5)


def test_parts_of_a_sample_are_told() -> None:
    from scipy.signal import resample_poly

    fine = noise(40, 2)
    song, take = resample_poly(fine, 1, 4), resample_poly(fine[2:], 1, 4)
    found = lags(take.astype(np.float32), song.astype(np.float32), Line(0.0, 0.0))
    assert found.lag_s * RATE_HZ == pytest.approx(np.full(5, 0.5), abs=0.1)


def test_a_line_with_drift_follows_the_clock() -> None:
    line = Line(0.5, 200e-6)
    assert line.at(10.0) == pytest.approx(10.502)
    song = noise(10, 3)
    at = (0.5 + np.arange(6 * RATE_HZ) / RATE_HZ * (1 + 200e-6)) * RATE_HZ
    take = np.interp(at, np.arange(len(song)), song).astype(np.float32)
    found = lags(take, song, line)
    assert np.abs(found.lag_s).max() < 1e-5
    steady = lags(take, song, Line(0.5, 0.0))
    assert np.diff(steady.lag_s) == pytest.approx(np.full(4, 200e-6), abs=3e-5)


def test_other_noise_is_not_clear() -> None:
    assert lags(noise(6, 4), noise(10, 5), Line(1.0, 0.0)).clarity.max() < 5.5


def test_silence_and_what_lies_beside_the_song_are_left_out() -> None:
    song = noise(10, 6)
    assert len(lags(np.zeros(6 * RATE_HZ, np.float32), song, Line(0.0, 0.0)).at_s) == 0
    assert len(lags(song[: 6 * RATE_HZ], song, Line(7.5, 0.0)).at_s) == 2
    assert len(lags(song[: 6 * RATE_HZ], song, Line(60.0, 0.0)).at_s) == 0
