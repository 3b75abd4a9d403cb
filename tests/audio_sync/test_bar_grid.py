from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.bar_grid import find_bars

BEAT = 24_000


def grid(num_beats: int) -> list[int]:
    return [index * BEAT for index in range(num_beats)]


@pytest.mark.parametrize("size", [2, 3, 4, 6])
def test_bars_of_every_length(size: int) -> None:
    beats = grid(10 * size)
    bars = find_bars(beats, beats[::size], len(beats) * BEAT)
    assert bars is not None
    assert bars.beats_per_bar == size
    assert bars.edges.tolist() == [*beats[::size], len(beats) * BEAT]
    assert bars.agreement == 1.0
    assert bars.beat_samples == BEAT


def test_a_pick_up_comes_before_the_first_bar() -> None:
    beats = grid(33)
    bars = find_bars(beats, beats[1::4], len(beats) * BEAT)
    assert bars is not None
    assert bars.edges[0] == BEAT


def test_missing_downbeats_are_put_in_and_false_ones_passed_over() -> None:
    beats = grid(64)
    kept = [beat for index, beat in enumerate(beats[::4]) if index % 3]
    bars = find_bars(beats, sorted([*kept, beats[22], beats[43]]), len(beats) * BEAT)
    assert bars is not None
    assert bars.edges.tolist()[:-1] == beats[::4]
    assert bars.agreement < 1.0


def test_pauses_are_counted_through() -> None:
    beats = grid(64)
    paused = [beat for beat in beats if not 17 * BEAT <= beat < 27 * BEAT]
    downbeats = [beat for beat in beats[::4] if beat in paused]
    bars = find_bars(paused, downbeats, len(beats) * BEAT)
    assert bars is not None
    assert np.diff(bars.edges).tolist() == [4 * BEAT] * 16


def test_a_bar_more_or_less_of_beats_starts_the_count_anew() -> None:
    beats = grid(66)
    downbeats = [*beats[:32:4], *beats[34::4]]
    bars = find_bars(beats, downbeats, len(beats) * BEAT)
    assert bars is not None
    assert set(downbeats) <= set(bars.edges.tolist())


def test_contradiction_and_nothing_are_no_bars() -> None:
    beats = grid(120)
    random = np.random.default_rng(1)
    anywhere = sorted(int(index) * BEAT for index in random.choice(120, 30, replace=False))
    assert find_bars(beats, anywhere, 120 * BEAT) is None
    assert find_bars(beats, (), 120 * BEAT) is None
    assert find_bars((), (), 120 * BEAT) is None
    assert find_bars(beats[:12], beats[:12:4], 12 * BEAT) is None
