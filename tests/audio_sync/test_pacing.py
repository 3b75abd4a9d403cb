from __future__ import annotations

import pytest

from services.audio_sync.pacing import (
    PACES,
    break_cost,
    build_cost,
    clock_cost,
    length_cost,
    longest_beats,
    odd_cost,
    syncopation_cost,
)
from shared.brief import Pacing


@pytest.mark.parametrize("pacing", list(Pacing))
def test_usual_lengths_cost_nothing(pacing: Pacing) -> None:
    paces = PACES[pacing]
    for loudness, usual in ((0.0, paces.quiet), (1.0, paces.loud)):
        assert length_cost(pacing, usual[0], loudness) == 0.0
        assert length_cost(pacing, usual[1], loudness) == 0.0
        assert length_cost(pacing, usual[0] / 2, loudness) > 1.0
        assert length_cost(pacing, usual[1] * 2, loudness) > 1.0


def test_faster_pacings_want_shorter_shots() -> None:
    order = [Pacing.CALM, Pacing.STEADY, Pacing.DRIVING, Pacing.FRANTIC]
    costs = [length_cost(pacing, 8.0, 1.0) for pacing in order]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]
    longest = [longest_beats(pacing) for pacing in order]
    assert longest == sorted(longest, reverse=True)


def test_odd_lengths_cost_more_than_round_ones() -> None:
    assert [odd_cost(beats) for beats in (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)] == [0.0] * 6
    assert 0.0 < odd_cost(3.0) == odd_cost(6.0) == odd_cost(12.0) < odd_cost(5.0) == odd_cost(1.5)


def test_what_is_odd_depends_on_the_bar() -> None:
    assert [odd_cost(beats, 3) for beats in (0.5, 1.0, 3.0, 6.0, 12.0)] == [0.0] * 5
    assert odd_cost(9.0, 3) == odd_cost(2.0, 3) == 1.0
    assert odd_cost(4.0, 3) > 1.0
    assert [odd_cost(beats, 2) for beats in (2 / 3, 1.0, 2.0, 4.0, 8.0)] == [0.0] * 5
    assert [odd_cost(beats, 6) for beats in (1.0, 2.0, 3.0, 6.0, 12.0)] == [0.0] * 5
    assert [odd_cost(beats, 5) for beats in (1.0, 5.0, 10.0)] == [0.0] * 3
    assert 0.0 < odd_cost(2.0, 5) < odd_cost(7.0, 5)


def test_lengths_begin_on_their_own_pulse() -> None:
    assert [syncopation_cost(beat, 2.0, 4) > 0 for beat in (0.0, 1.0, 2.0, 3.0)] == [0, 1, 0, 1]
    assert [syncopation_cost(beat, 8.0, 4) > 0 for beat in (0.0, 1.0, 2.0, 3.0)] == [0, 1, 1, 1]
    assert syncopation_cost(2.0, 1.0, 4) == syncopation_cost(0.5, 0.5, 4) == 0.0


@pytest.mark.parametrize("pacing", list(Pacing))
def test_breaks_hold_longer_than_anything_and_builds_want_one_length(pacing: Pacing) -> None:
    quiet = PACES[pacing].quiet
    assert break_cost(pacing, 2 * quiet[0]) == break_cost(pacing, 2 * quiet[1]) == 0.0
    assert break_cost(pacing, quiet[0]) > 1.0
    assert longest_beats(pacing) >= 2 * quiet[1]
    assert build_cost(2.0, 2.0) == 0.0
    assert build_cost(1.0, 2.0) == build_cost(4.0, 2.0) > 1.0


def test_the_clock_has_its_own_usual_length() -> None:
    assert clock_cost(Pacing.STEADY, 3.0) == clock_cost(Pacing.STEADY, 3.5) == 0.0
    assert clock_cost(Pacing.STEADY, 6.0) > 0.5
    assert clock_cost(Pacing.STEADY, 1.0) > 1.0
