from __future__ import annotations

from fractions import Fraction

import pytest

from services.audio_sync.candidate import Window, at_frame
from services.audio_sync.meter import Meter
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent
from tests.audio_sync.maps import song


@pytest.mark.parametrize(
    ("rate", "floor"), [(Fraction(30), 9), (Fraction(30000, 1001), 9), (Fraction(24), 8)]
)
def test_the_floor_is_at_least_300_ms(rate: Fraction, floor: int) -> None:
    window = Window(0, 100, rate)
    assert window.floor_frames == floor
    assert Fraction(floor) / rate >= Fraction(3, 10)
    assert Fraction(window.burst_floor_frames) / rate >= Fraction(15, 100)
    assert window.burst_floor_frames < floor


def test_frames_are_of_the_film() -> None:
    window = Window(SAMPLE_RATE_HZ, 250, Fraction(25))
    assert window.frame(2 * SAMPLE_RATE_HZ) == 25
    assert window.frame(SAMPLE_RATE_HZ + 960) == 1  # 20 ms is half a frame: up
    assert window.frame(SAMPLE_RATE_HZ + 959) == 0
    assert window.sample(25) == 2 * SAMPLE_RATE_HZ
    assert window.end_sample == 11 * SAMPLE_RATE_HZ


def test_a_fixed_frame_has_no_event() -> None:
    node = at_frame(50, Meter(song(bpm=120.0)), Window(0, 250, Fraction(25)))
    assert (node.sample, node.event, node.ticks) == (None, CutEvent.CLOCK, None)
    assert node.position == pytest.approx(4.0)
    assert node.is_fixed
