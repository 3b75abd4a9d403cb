from __future__ import annotations

import pytest

from services.audio_sync.windows import best_window
from shared.sync_map import SAMPLE_RATE_HZ
from tests.audio_sync.maps import song

S = SAMPLE_RATE_HZ


@pytest.mark.parametrize("length_s", [60, 61, 500])
def test_a_film_as_long_as_the_song_starts_with_it(length_s: int) -> None:
    assert best_window(song(energy=((0.0, 0.1), (40.0, 0.9))), length_s * S) == 0


def test_nothing_better_than_the_beginning() -> None:
    assert best_window(song(energy=((0.0, 0.7),)), 10 * S) == 0
    assert best_window(song(energy=((0.0, 0.7), (30.0, 0.74))), 10 * S) == 0


def test_the_window_holds_the_rise_and_starts_on_a_strong_beat() -> None:
    heard = song(bpm=120.0, energy=((0.0, 0.3), (32.0, 0.9), (56.0, 0.2)))
    start = best_window(heard, 16 * S)
    strong = {beat.sample for beat in heard.beats if beat.strength == 1.0}
    assert start in strong
    assert start < 32 * S < start + 16 * S


def test_it_does_not_start_in_the_middle_of_something_loud() -> None:
    # Too little song before the rise to hold it well inside: start with it, not after it.
    heard = song(bpm=120.0, length_s=40.0, energy=((0.0, 0.2), (20.0, 0.9)))
    start = best_window(heard, 18 * S)
    assert start <= 20 * S


def test_without_beats_it_starts_on_an_onset() -> None:
    heard = song(
        has_beats=False,
        onsets_s=(5.0, 28.0, 35.0),
        energy=((0.0, 0.2), (30.0, 0.9)),
    )
    assert best_window(heard, 12 * S) == 28 * S


def test_the_window_fits_into_the_song() -> None:
    heard = song(bpm=120.0, length_s=30.0, energy=((0.0, 0.2), (24.0, 0.95)))
    for length_s in (5, 10, 20, 29):
        assert 0 <= best_window(heard, length_s * S) <= (30 - length_s) * S
