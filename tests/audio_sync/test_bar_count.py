from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.bar_count import count_bars
from tests.audio_sync.sounds import Floats


def evidence(is_first: Floats, clear: float = 3.0) -> Floats:
    return np.where(is_first > 0, clear, -clear)


@pytest.mark.parametrize("beats_per_bar", [2, 3, 4, 5, 6])
def test_the_meter_and_its_first_beats(beats_per_bar: int) -> None:
    place = (np.arange(60) + 1) % beats_per_bar
    count = count_bars(evidence(place == 0))
    assert count.beats_per_bar == beats_per_bar
    assert np.array_equal(count.in_bar, place)
    assert count.confidence > 0.8


def test_one_false_and_one_missing_first_beat_change_nothing() -> None:
    place = np.arange(48) % 4
    heard = evidence(place == 0)
    heard[[18, 24]] = 3.0, -3.0
    assert np.array_equal(count_bars(heard).in_bar, place)


def test_an_odd_bar_begins_the_count_anew() -> None:
    place = np.concatenate([np.arange(42) % 4, np.arange(60) % 4])
    assert np.array_equal(count_bars(evidence(place == 0)).in_bar == 0, place == 0)


def test_only_the_given_meters_are_counted() -> None:
    place = np.arange(48) % 4
    assert count_bars(evidence(place == 0), {2: 0.0}).beats_per_bar == 2


def test_without_a_difference_there_is_no_confidence() -> None:
    assert count_bars(np.full(32, -1.1)).confidence == 0.0
    assert count_bars(np.array([0.5])).confidence == 0.0
    noise = np.random.default_rng(0).normal(-1.0, 1.0, 200)
    assert count_bars(noise).confidence < 0.2
