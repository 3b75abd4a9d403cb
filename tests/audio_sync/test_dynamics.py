from __future__ import annotations

import pytest

from services.audio_sync.dynamics import Dynamics
from shared.sync_map import ENERGY_RANGE_DB, SAMPLE_RATE_HZ

S = SAMPLE_RATE_HZ


def test_means_are_over_the_stretch_and_silent_outside() -> None:
    dynamics = Dynamics((0.2,) * 100 + (0.6,) * 100)
    assert dynamics.mean_energy(0, S) == pytest.approx(0.2)
    assert dynamics.mean_energy(0, 2 * S) == pytest.approx(0.4)
    assert dynamics.mean_energy(S, 3 * S) == pytest.approx(0.3)
    assert dynamics.mean_energy(-5 * S, -4 * S) == 0.0


def test_loudness_is_relative_to_the_song() -> None:
    dynamics = Dynamics((0.6,) * 1000 + (0.8,) * 1000)
    assert dynamics.loudness(S, 8 * S) == pytest.approx(0.0, abs=0.01)
    assert dynamics.loudness(12 * S, 19 * S) == pytest.approx(1.0, abs=0.01)


def test_without_contrast_it_is_neither_quiet_nor_loud() -> None:
    assert Dynamics((0.7,) * 1000).loudness(S, 5 * S) == pytest.approx(0.5)


def test_turns_are_where_energy_changes() -> None:
    dynamics = Dynamics((0.5,) * 1000 + (0.8,) * 1000 + (0.4,) * 1000)
    rise, fall = dynamics.turns()
    assert abs(rise.sample - 10 * S) <= 0.02 * S
    assert rise.change_db == pytest.approx(0.3 * ENERGY_RANGE_DB)
    assert abs(fall.sample - 20 * S) <= 0.02 * S
    assert fall.change_db == pytest.approx(-0.4 * ENERGY_RANGE_DB)


def test_small_changes_are_no_turns() -> None:
    assert Dynamics((0.5,) * 1000 + (0.55,) * 1000).turns() == ()
    assert Dynamics(()).turns() == ()
    assert Dynamics((1.0,)).turns() == ()


def test_change_is_signed() -> None:
    dynamics = Dynamics((0.5,) * 100 + (0.75,) * 100)
    assert dynamics.change_db(S) == pytest.approx(0.25 * ENERGY_RANGE_DB)
    assert Dynamics((0.75,) * 100 + (0.5,) * 100).change_db(S) < 0
