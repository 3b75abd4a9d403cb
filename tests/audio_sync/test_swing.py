from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.swing import find_swing
from shared.sync_map import Onset

BEAT = 24_000
BEATS = [index * BEAT for index in range(64)]


def onsets(place: float, jitter: float = 0.0) -> list[Onset]:
    random = np.random.default_rng(2)
    off = [beat + BEAT * (place + jitter * float(random.standard_normal())) for beat in BEATS[:-1]]
    return [Onset(round(sample), 0.5) for sample in sorted([*BEATS, *off])]


@pytest.mark.parametrize("place", [0.5, 0.56, 0.6, 0.667])
def test_the_off_beat_is_where_it_is(place: float) -> None:
    assert find_swing(onsets(place, jitter=0.01), BEATS) == pytest.approx(place, abs=0.008)


def test_straight_is_exactly_straight() -> None:
    assert find_swing(onsets(0.51), BEATS) == 0.5


def test_sixteenths_do_not_disturb() -> None:
    more = [Onset(round(beat + BEAT * place), 0.4) for beat in BEATS for place in (0.25, 0.75)]
    assert find_swing([*onsets(0.5), *more], BEATS) == 0.5


def test_unsure_is_none() -> None:
    random = np.random.default_rng(3)
    anywhere = [Onset(int(sample), 0.5) for sample in np.sort(random.integers(0, BEATS[-1], 90))]
    assert find_swing(anywhere, BEATS) is None
    assert find_swing([Onset(beat, 1.0) for beat in BEATS], BEATS) is None
    assert find_swing([], BEATS) is None
    assert find_swing(onsets(0.5), []) is None
