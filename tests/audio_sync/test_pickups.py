from __future__ import annotations

import numpy as np

from services.audio_sync.pickups import pickup_slots


def rhythm(num_bars: int) -> np.ndarray:
    found = np.zeros((num_bars, 16, 5))
    found[:, ::4, 2] = 8.0
    return found


def test_what_comes_before_every_phrase_is_its_pick_up() -> None:
    bars = rhythm(33)
    starts = list(range(1, 33, 4))
    for start in starts:
        bars[start - 1, 13:, 2] = 9.0
    assert pickup_slots(bars, starts, [0] * len(starts)) == [3] * len(starts)


def test_only_the_group_that_has_one() -> None:
    bars = rhythm(33)
    starts = list(range(1, 33, 4))
    for start in starts[4:]:
        bars[start - 1, 14:, 2] = 9.0
    found = pickup_slots(bars, starts, [0] * 4 + [1] * 4)
    assert found == [0] * 4 + [2] * 4


def test_without_contrast_or_phrases_there_is_none() -> None:
    assert pickup_slots(rhythm(32), [0, 8, 16, 24], [0] * 4) == [0] * 4
    assert pickup_slots(rhythm(3), [0, 1, 2], [0, 0, 0]) == [0, 0, 0]
    once = rhythm(16)
    once[7, 12:, 2] = 20.0
    assert pickup_slots(once, [0, 8], [0, 0]) == [0, 0]
