from __future__ import annotations

from dataclasses import replace

import pytest

from services.audio_sync.dynamics import Dynamics
from services.audio_sync.intensity import Intensity
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from tests.audio_sync.forms import Part, formed
from tests.audio_sync.maps import song

SECOND = SAMPLE_RATE_HZ


def between(heard: SyncMap, start_s: float, end_s: float) -> float:
    intensity = Intensity(heard, Dynamics(heard.energy))
    return intensity.between(round(start_s * SECOND), round(end_s * SECOND))


def test_without_sections_it_is_the_loudness() -> None:
    heard = song(length_s=60.0, energy=((0.0, 0.3), (30.0, 0.9)))
    assert between(heard, 5, 10) < 0.1
    assert between(heard, 45, 50) > 0.9


def test_a_section_is_one_thing_also_where_it_is_quiet_for_a_moment() -> None:
    heard = formed((Part("verse", 8, 0.3), Part("chorus", 16, 0.9), Part("verse", 8, 0.3)), 120.0)
    dip = tuple(0.3 if 2400 <= index < 2700 else level for index, level in enumerate(heard.energy))
    heard = replace(heard, energy=dip)
    whole = replace(heard, sections=heard.sections[:1])
    assert between(heard, 25, 26) > 0.5
    assert between(whole, 25, 26) < 0.2  # one section says nothing


@pytest.mark.parametrize("energy", [(), (0.5,) * 6000])
def test_where_all_is_the_same_nothing_stands_out(energy: tuple[float, ...]) -> None:
    heard = replace(formed(), energy=energy)
    assert len({round(between(heard, at, at + 2), 6) for at in (5, 20, 40)}) == 1
