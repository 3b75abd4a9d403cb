from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.energy import (
    SILENCE_LUFS,
    energy_curve,
    loudness_of,
    weighted_powers,
)
from shared.sync_map import ENERGY_RANGE_DB
from tests.audio_sync import sounds


def tone(hz: float, level: float, length_s: float = 2.0) -> sounds.Samples:
    return sounds.to_samples(level * np.sin(2 * np.pi * hz * sounds.seconds(length_s)))


def test_a_step_of_20_db_is_half_the_range() -> None:
    curve = energy_curve(np.concatenate([tone(1000, 0.05), tone(1000, 0.5)])[:, None])
    assert len(curve) == 400
    assert curve[100] == pytest.approx(1.0 - 20.0 / ENERGY_RANGE_DB, abs=0.01)
    assert curve[300] == pytest.approx(1.0, abs=0.01)


def test_a_step_is_where_it_is() -> None:
    curve = energy_curve(np.concatenate([tone(1000, 0.0), tone(1000, 0.5)])[:, None])
    assert curve[:196].max() == 0.0
    assert curve[204:].min() > 0.9


def test_the_ear_hears_deep_bass_less() -> None:
    curve = energy_curve(np.concatenate([tone(30, 0.5), tone(1000, 0.5)])[:, None])
    assert curve[100] < curve[300] - 0.1


def test_channels_add_up_even_if_they_cancel_in_a_mix() -> None:
    one = np.concatenate([tone(1000, 0.1), tone(1000, 0.5)])
    assert np.allclose(energy_curve(np.stack([one, -one], axis=1)), energy_curve(one[:, None]))


def test_long_sounds_are_filtered_without_seams() -> None:
    curve = energy_curve(tone(440, 0.3, 65.0)[:, None])
    assert np.ptp(curve[10:-10]) < 0.005


def test_silence_and_single_samples() -> None:
    assert not energy_curve(np.zeros((4800, 2), np.float32)).any()
    assert len(energy_curve(np.ones((1, 1), np.float32))) == 1


def test_a_full_scale_tone_has_the_loudness_of_the_standard() -> None:
    # BS.1770-4: a 997 Hz sine of 0 dBFS in one channel reads -3.01 LKFS.
    found = loudness_of(weighted_powers(tone(997, 1.0)[:, None]))
    assert found[100] == pytest.approx(-3.01, abs=0.05)
    both = loudness_of(weighted_powers(np.stack([tone(997, 0.1)] * 2, axis=1)))
    assert both[100] == pytest.approx(-20.0, abs=0.05)


def test_loudness_of_silence_and_after_a_step() -> None:
    assert set(loudness_of(np.zeros(50))) == {SILENCE_LUFS}
    found = loudness_of(weighted_powers(np.concatenate([tone(997, 0.0), tone(997, 1.0)])[:, None]))
    assert found[179] == SILENCE_LUFS
    assert found[230] == pytest.approx(-3.01, abs=0.1)
    assert len(loudness_of(np.zeros(0))) == 0
