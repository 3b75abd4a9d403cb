from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.grid import fit_grid
from services.audio_sync.rises import RISE_LATENESS_S, RISE_RATE_HZ, RiseCurve
from tests.audio_sync.sounds import Floats


def curve_with_attacks(seconds: Floats, length_s: float) -> RiseCurve:
    """A curve whose peaks are exactly at these moments."""
    rise = np.zeros(int(length_s * RISE_RATE_HZ), np.float32)
    frames = np.arange(len(rise))
    for second in seconds:
        peak = (second + RISE_LATENESS_S) * RISE_RATE_HZ
        rise = np.maximum(rise, 5.0 * np.clip(1.0 - ((frames - peak) / 3.0) ** 2, 0.0, None))
    return RiseCurve(rise.astype(np.float32), rise.astype(np.float32))


def test_rough_beats_settle_on_the_attacks() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    rough = true + np.random.default_rng(0).uniform(-0.02, 0.02, len(true))
    grid = fit_grid(rough, curve_with_attacks(true, 12.0), 0.5, 11.6)
    assert len(grid.seconds) == len(true)
    assert np.max(np.abs(grid.seconds - true)) <= 0.001
    assert grid.period_s == pytest.approx(0.5, abs=1e-4)
    assert grid.looseness_s is not None
    assert grid.looseness_s < 0.001


def test_a_weak_beat_stays_on_the_grid() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    is_heard = np.arange(len(true)) != 10
    decoy = true[10] + 0.03  # another note, close by
    attacks = np.append(true[is_heard], decoy)
    grid = fit_grid(true, curve_with_attacks(attacks, 12.0), 0.5, 11.6)
    assert abs(grid.seconds[10] - true[10]) <= 0.003


def test_a_tempo_that_changes_is_not_cut_short() -> None:
    true = 0.5 + np.concatenate([[0.0], np.cumsum(60.0 / np.linspace(100.0, 130.0, 30))])
    grid = fit_grid(true, curve_with_attacks(true, true[-1] + 1), 0.5, true[-1] + 0.1)
    assert np.max(np.abs(grid.seconds - true)) <= 0.004


def test_the_grid_reaches_both_ends_of_the_music() -> None:
    true = np.arange(0.25, 20.0, 0.5)
    known = true[10:25]
    grid = fit_grid(known, curve_with_attacks(known, 20.0), 0.0, 20.0)
    assert len(grid.seconds) == len(true)
    assert np.max(np.abs(grid.seconds - true)) <= 0.002


def test_what_was_guessed_between_is_laid_anew() -> None:
    true = np.arange(0.5, 30.0, 0.5)
    is_heard = (true < 10.0) | (true > 20.0)
    # In the break the tracker drifts and counts one beat too many.
    guessed = np.linspace(true[is_heard][18], true[np.flatnonzero(true > 20.0)[0]], 24)[1:-1]
    rough = np.sort(np.concatenate([true[is_heard], guessed]))
    grid = fit_grid(rough, curve_with_attacks(true[is_heard], 30.0), 0.5, 29.6)
    assert len(grid.seconds) == len(true)
    assert np.max(np.abs(grid.seconds - true)) <= 0.002


def test_beats_beyond_the_music_are_dropped() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    tracked = np.arange(-1.0, 15.0, 0.5)
    grid = fit_grid(tracked, curve_with_attacks(true, 16.0), 0.5, 11.6)
    assert len(grid.seconds) == len(true)


def test_without_attacks_there_is_no_looseness_to_state() -> None:
    tracked = np.arange(0.5, 8.0, 0.5)
    grid = fit_grid(tracked, curve_with_attacks(np.array([]), 8.0), 0.0, 8.0)
    assert grid.looseness_s is None
    assert not grid.clarity.any()
