"""Loudness against what BS.1770 says of known signals, and limiting without delay."""

from __future__ import annotations

import numpy as np
import pytest

from shared.media.audio import Samples
from shared.media.loudness import Loudness, limit_true_peak, measure_loudness

RATE = 48_000


def tone(level_db: float, seconds: float = 4.0, hz: float = 1000.0) -> Samples:
    """A sine in both channels; EBU Tech 3341 case 1 has it at -23 dBFS for -23 LUFS."""
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.mark.parametrize("level_db", [-23.0, -33.0, -6.0])
def test_a_stereo_sine_is_as_loud_as_its_level(level_db: float) -> None:
    found = measure_loudness(tone(level_db))
    assert found.integrated_lufs == pytest.approx(level_db, abs=0.1)
    assert found.true_peak_dbtp == pytest.approx(level_db, abs=0.2)


def test_pauses_are_gated_out() -> None:
    # EBU Tech 3341, case 3: -36, -23 and -36 LUFS in turn are -23 LUFS together.
    parts = [tone(-36, 10), tone(-23, 60), tone(-36, 10)]
    assert measure_loudness(np.concatenate(parts)).integrated_lufs == pytest.approx(-23, abs=0.1)


def test_a_peak_between_samples_is_seen() -> None:
    # At a quarter of the rate with a phase of 45 degrees no sample reaches the sine's peak.
    wave = 0.5 * np.sin(2 * np.pi * np.arange(RATE) / 4 + np.pi / 4) * np.hanning(RATE)
    samples = np.stack([wave, wave], axis=1).astype(np.float32)
    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(-9.03, abs=0.01)
    assert measure_loudness(samples).true_peak_dbtp == pytest.approx(-6.02, abs=0.3)


def test_silence_has_no_loudness() -> None:
    assert measure_loudness(np.zeros((RATE, 2), np.float32)) == Loudness(None, None)


def test_what_is_far_from_peaks_is_untouched() -> None:
    random = np.random.default_rng(5)
    quiet = (0.1 * random.standard_normal((3 * RATE + 17, 2))).astype(np.float32).clip(-0.4, 0.4)
    assert np.array_equal(limit_true_peak(quiet, -1.0), quiet)
    loud = quiet.copy()
    loud[RATE] = 1.5
    limited = limit_true_peak(loud, -1.0)
    changed = np.flatnonzero(np.any(limited != loud, axis=1))
    assert RATE - 2000 < changed[0] < RATE - 600 < RATE + 600 < changed[-1] < RATE + 2000
    assert np.abs(limited).max() < 0.9


def test_limited_peaks_stay_below_the_ceiling() -> None:
    loud = tone(-3, hz=5000) * 3
    loud[RATE : RATE + 400] *= 4
    before, after = measure_loudness(loud), measure_loudness(limit_true_peak(loud, -1.0))
    assert before.true_peak_dbtp is not None
    assert before.true_peak_dbtp > 6
    assert after.true_peak_dbtp is not None
    assert after.true_peak_dbtp < -0.8
