from __future__ import annotations

from dataclasses import replace

import pytest

from services.audio_sync.dynamics import Dynamics
from services.audio_sync.meter import BarPlace, Meter, first_of_four
from shared.sync_map import SAMPLE_RATE_HZ, Beat
from tests.audio_sync.forms import formed
from tests.audio_sync.maps import song


def test_positions_are_beats() -> None:
    meter = Meter(song(bpm=120.0, first_beat_s=1.0))
    assert meter.position(SAMPLE_RATE_HZ) == 0.0
    assert meter.position(SAMPLE_RATE_HZ + 12_000) == pytest.approx(0.5)
    assert meter.position(0) == pytest.approx(-2.0)
    assert meter.beat_samples == 24_000


def test_beats_that_are_missing_are_counted() -> None:
    whole = song(bpm=120.0, length_s=20.0)
    meter = Meter(replace(whole, beats=whole.beats[:10] + whole.beats[16:]))
    assert meter.positions == [*range(10), *range(16, 40)]
    assert meter.position(24_000 * 12) == pytest.approx(12.0)


def test_beyond_the_last_beat_the_tempo_goes_on() -> None:
    meter = Meter(song(bpm=120.0, length_s=10.0))
    assert meter.position(24_000 * 30) == pytest.approx(30.0)


def test_without_beats_half_seconds_are_counted() -> None:
    meter = Meter(song(has_beats=False))
    assert meter.position(SAMPLE_RATE_HZ) == 2.0
    assert meter.positions == []


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_the_first_of_four_is_the_strong_one(first: int) -> None:
    whole = song()
    beats = tuple(
        Beat(beat.sample, 0.9 if index % 4 == first else 0.6)
        for index, beat in enumerate(whole.beats)
    )
    found = replace(whole, beats=beats)
    index, clarity = first_of_four(found, Meter(found), Dynamics(found.energy))
    assert index == first
    assert clarity > 0.3


def test_equal_beats_have_no_clear_first() -> None:
    equal = song(accent_every=1)
    assert first_of_four(equal, Meter(equal), Dynamics(equal.energy))[1] < 0.2


def test_beats_have_their_place_in_bars() -> None:
    waltz = formed(beats_per_bar=3)
    meter = Meter(replace(waltz, downbeats=waltz.downbeats[1:]))
    places = [meter.bar_place(index) for index in range(8)]
    assert places[:3] == [BarPlace(0, 0)] * 3
    assert places[3:8] == [
        *(BarPlace(1, beat) for beat in (1, 2, 3)),
        *(BarPlace(2, k) for k in (1, 2)),
    ]
    assert [meter.beats_into_bar(index) for index in (2, 3, 5)] == [None, 0.0, 2.0]
    assert (meter.beats_per_bar, meter.division) == (3, 2)


def test_without_downbeats_there_are_no_bars() -> None:
    meter = Meter(song())
    assert meter.bar_place(5) is None
    assert meter.beats_into_bar(5) is None
    assert meter.beats_per_bar == 4


def test_moments_snap_to_beats_within_reach() -> None:
    meter = Meter(song(bpm=120.0))
    assert meter.beat_near(24_000 * 3 + 7_000) == 3
    assert meter.beat_near(24_000 * 3 + 9_000) is None
    assert meter.snapped(24_000 * 3 + 7_000) == 3.0
    assert meter.snapped(24_000 * 3 + 12_000) == pytest.approx(3.5)
    assert Meter(song(has_beats=False)).beat_near(0) is None
