from __future__ import annotations

import pytest

from services.audio_sync.pacing import PACES, clock_cost, length_cost, longest_beats, odd_cost
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
    assert 0.0 < odd_cost(3.0) < odd_cost(5.0) == odd_cost(1.5)


def test_the_clock_has_its_own_usual_length() -> None:
    assert clock_cost(Pacing.STEADY, 3.0) == clock_cost(Pacing.STEADY, 3.5) == 0.0
    assert clock_cost(Pacing.STEADY, 6.0) > 0.5
    assert clock_cost(Pacing.STEADY, 1.0) > 1.0
