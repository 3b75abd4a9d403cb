from __future__ import annotations

import numpy as np
import pytest

from services.generator.procedural.pulse import Pulse
from tests.generator.procedural.conftest import FRAMES, asked


def test_time_runs_three_times_as_fast_where_it_is_loud() -> None:
    quiet, loud = Pulse.of(asked(energy=(0.0,) * FRAMES)), Pulse.of(asked(energy=(1.0,) * FRAMES))
    assert quiet.time[0] == loud.time[0] == 0
    assert np.all(np.diff(quiet.time) > 0)
    assert 3 < loud.time[-1] / quiet.time[-1] < 3.5


def test_without_music_it_is_steady() -> None:
    pulse = Pulse.of(asked())
    assert np.all(pulse.energy == 0.5)
    assert not pulse.kick.any()


def test_a_kick_begins_on_its_beat_and_dies_within_half_a_second() -> None:
    pulse = Pulse.of(asked(frames=30, accents=((10, 0.8),)))
    assert not pulse.kick[:10].any()
    assert pulse.kick[10] == pytest.approx(0.8)
    assert np.all(np.diff(pulse.kick[10:]) < 0)
    assert pulse.kick[25] < 0.1


def test_a_weak_beat_does_not_cut_a_strong_one_short() -> None:
    one = Pulse.of(asked(accents=((2, 1.0),)))
    both = Pulse.of(asked(accents=((2, 1.0), (3, 0.1))))
    assert np.array_equal(one.kick, both.kick)
