from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from services.audio_sync.bar_paths import Bars, cheapest_runs, edit_length

BAR = 96_000


def bars(num: int = 32, lead: int = 0, tail: int = 0, unlike: float = 0.1) -> Bars:
    return Bars(
        lengths=np.full(num, BAR),
        lead_samples=lead,
        tail_samples=tail,
        unlike=np.full((num, num), unlike),
        phrase_starts=range(0, num, 4),
        section_starts=range(0, num, 8),
        energy=np.full(num, 0.7),
    )


def test_the_whole_song_is_one_run() -> None:
    assert cheapest_runs(bars(), 32 * BAR) == [(0, 32)]


@pytest.mark.parametrize("num_bars", [12, 20, 24, 28])
def test_a_shorter_one_begins_and_ends_with_the_song(num_bars: int) -> None:
    runs = cheapest_runs(bars(), num_bars * BAR)
    assert runs[0][0] == 0
    assert runs[-1][1] == 32
    assert len(runs) == 2
    assert runs[0][1] % 4 == runs[1][0] % 4 == 0
    assert edit_length(bars(), runs) == num_bars * BAR


def test_a_longer_one_repeats() -> None:
    runs = cheapest_runs(bars(), 48 * BAR)
    assert edit_length(bars(), runs) == 48 * BAR
    assert runs[1][0] < runs[0][1]


def test_lead_in_and_tail_count() -> None:
    song = bars(lead=BAR, tail=BAR)
    assert edit_length(song, cheapest_runs(song, 22 * BAR)) == 22 * BAR


def test_what_is_unlike_is_not_joined() -> None:
    runs = cheapest_runs(bars(unlike=0.9), 16 * BAR)
    assert len(runs) == 1


def test_the_best_join_is_taken() -> None:
    song = bars()
    song.unlike[8, 24] = 0.0
    assert cheapest_runs(song, 16 * BAR) == [(0, 8), (24, 32)]


def test_long_phrases_are_halved_for_a_length_between_them() -> None:
    song = dataclasses.replace(bars(), phrase_starts=range(0, 32, 8))
    runs = cheapest_runs(song, 20 * BAR)
    assert edit_length(song, runs) == 20 * BAR
    assert runs[0][0] == 0
    assert all(joint % 4 == 0 for run in runs for joint in run)
