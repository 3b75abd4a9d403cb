from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations import combined
from services.audio_sync.activations.protocol import Activations
from services.audio_sync.rises import to_analysis_rate
from tests.audio_sync import sounds


def of(*rows: tuple[float, float]) -> Activations:
    return Activations(50, np.array(rows, np.float32))


def test_opinions_are_pooled_by_their_logarithms() -> None:
    pooled = combined.combine(of((0.8, 0.1)), of((0.2, 0.1)), 0.5, 0.5).values[0]
    odds = np.sqrt([0.8 * 0.2, 0.1 * 0.1, 0.1 * 0.7])
    assert pooled == pytest.approx(odds[:2] / odds.sum(), abs=1e-3)


def test_whether_and_which_are_pooled_apart() -> None:
    first, second = of((0.8, 0.1)), of((0.1, 0.2))
    beat, down = combined.combine(first, second, 0.0, 1.0).values[0]
    assert beat + down == pytest.approx(0.3, abs=1e-3)
    assert down / beat == pytest.approx(0.1 / 0.8, abs=1e-3)


def test_one_share_of_all_is_that_opinion() -> None:
    first = of((0.8, 0.1), (0.0, 0.0))
    alone = combined.combine(first, of((0.1, 0.3), (0.5, 0.5)), 1.0, 1.0)
    assert alone.values == pytest.approx(first.values, abs=1e-3)


def test_a_beat_on_the_first_sample_is_heard() -> None:
    times = sounds.beat_times(120.0, 8.0, first_s=0.0)
    signal = to_analysis_rate(sounds.to_samples(sounds.place(times, sounds.bass_drum, 8.0)))
    heard = combined.listen(signal)
    assert heard.values[:2].sum(axis=1).max() > 0.3
    assert abs(len(heard.values) - 8.0 * heard.rate_hz) <= 1


def test_without_weights_novelty_hears_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    times = sounds.beat_times(120.0, 8.0)
    signal = to_analysis_rate(sounds.to_samples(sounds.drum_loop(times, 8.0)))
    with_weights = combined.listen(signal)
    monkeypatch.setattr(combined, "weight_files", lambda: ())
    alone = combined.listen(signal)
    assert alone.values.sum(axis=1).max() > 0.5
    assert not np.allclose(alone.values, with_weights.values)
