from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.audio_sync.tempo import tempo_bpm, tempo_curve


def test_a_steady_song_has_one_tempo() -> None:
    beats: NDArray[np.float64] = (
        0.4 + np.arange(60) * 0.5 + np.random.default_rng(0).normal(0.0, 0.003, 60)
    )
    assert tempo_bpm(beats) == pytest.approx(120.0, abs=0.05)
    points = tempo_curve(np.asarray(0.4 + np.arange(60) * 0.5, np.float64))
    assert [point.bpm for point in points] == [120.0, 120.0]
    assert (points[0].sample, points[-1].sample) == (19_200, round((0.4 + 59 * 0.5) * 48_000))


def test_a_jump_is_in_the_curve() -> None:
    slow = np.arange(20) * (60.0 / 90.0)
    fast = slow[-1] + np.arange(1, 25) * (60.0 / 128.0)
    points = tempo_curve(np.concatenate([slow, fast]))
    at = np.interp(
        [5.0 * 48_000, 20.0 * 48_000], [p.sample for p in points], [p.bpm for p in points]
    )
    assert at == pytest.approx([90.0, 128.0], abs=0.5)


def test_one_beat_has_no_tempo() -> None:
    assert tempo_curve(np.array([1.0])) == ()
