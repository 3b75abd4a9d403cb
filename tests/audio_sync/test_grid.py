from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.grid import Grid, fit_grid
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


def fitted(rough: Floats, attacks: Floats, length_s: float, support: float = 0.8) -> Grid:
    curve = curve_with_attacks(attacks, length_s)
    return fit_grid(rough, np.full(len(rough), support), curve)


def test_rough_beats_settle_on_the_attacks() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    rough = true + np.random.default_rng(0).uniform(-0.02, 0.02, len(true))
    grid = fitted(rough, true, 12.0)
    assert len(grid.seconds) == len(true)
    assert np.max(np.abs(grid.seconds - true)) <= 0.001
    assert grid.period_s == pytest.approx(0.5, abs=1e-4)
    assert grid.looseness_s is not None
    assert grid.looseness_s < 0.001


def test_a_weak_beat_stays_on_the_grid() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    is_heard = np.arange(len(true)) != 10
    decoy = true[10] + 0.03  # another note, close by
    grid = fitted(true, np.append(true[is_heard], decoy), 12.0)
    assert abs(grid.seconds[10] - true[10]) <= 0.003


def test_a_tempo_that_changes_is_not_cut_short() -> None:
    true = 0.5 + np.concatenate([[0.0], np.cumsum(60.0 / np.linspace(100.0, 130.0, 30))])
    assert np.max(np.abs(fitted(true, true, true[-1] + 1).seconds - true)) <= 0.004


def test_a_jump_bends_no_beat_on_either_side() -> None:
    slow = np.arange(0.5, 10.0, 60.0 / 90.0)
    true = np.concatenate([slow, slow[-1] + np.arange(1, 20) * 60.0 / 128.0])
    rough = true + np.random.default_rng(1).uniform(-0.01, 0.01, len(true))
    assert np.max(np.abs(fitted(rough, true, true[-1] + 1).seconds - true)) <= 0.004


def test_beats_that_nobody_heard_are_spaced_evenly() -> None:
    true = np.arange(0.5, 20.0, 0.5)
    is_heard = (true < 7.0) | (true > 13.0)
    rough = np.where(is_heard, true, true + 0.05 * np.sin(true))
    support = np.where(is_heard, 0.8, 0.0)
    grid = fit_grid(rough, support, curve_with_attacks(true[is_heard], 20.0))
    assert np.max(np.abs(grid.seconds - true)) <= 0.002


def test_soft_music_keeps_the_decoders_beats() -> None:
    true = np.arange(0.5, 12.0, 0.5)
    loud = curve_with_attacks(true + 0.03, 12.0)
    soft = RiseCurve(loud.rise_db * np.float32(0.2), loud.strike)
    grid = fit_grid(true, np.full(len(true), 0.8), soft)
    assert grid.looseness_s is None
    assert np.max(np.abs(grid.seconds - true)) <= 0.002


def test_without_attacks_there_is_no_looseness_to_state() -> None:
    tracked = np.arange(0.5, 8.0, 0.5)
    grid = fitted(tracked, np.array([]), 8.0)
    assert grid.looseness_s is None
    assert not grid.clarity.any()
