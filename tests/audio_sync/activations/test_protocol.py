from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.neural import NeuralListener
from services.audio_sync.activations.novelty import NoveltyListener
from services.audio_sync.activations.protocol import Activations, Listener
from services.audio_sync.activations.weights import weight_files
from services.audio_sync.rises import to_analysis_rate
from tests.audio_sync import sounds

LISTENERS: dict[str, Listener] = {"novelty": NoveltyListener()}
if weight_files():
    LISTENERS["network"] = NeuralListener(weight_files())


@pytest.mark.parametrize("name", LISTENERS)
def test_beats_stand_out(name: str) -> None:
    times = sounds.beat_times(105.0, 12.0)
    signal = to_analysis_rate(sounds.to_samples(sounds.drum_loop(times, 12.0)))
    heard = LISTENERS[name].listen(signal)
    curve = heard.values.sum(axis=1)
    frames = np.round(times * heard.rate_hz).astype(int)
    on_beat = np.max([curve[frames + shift] for shift in (-1, 0, 1)], axis=0)
    assert np.mean(on_beat[2:]) > 4.0 * np.mean(curve)
    assert abs(len(curve) - 12.0 * heard.rate_hz) <= 1
    assert heard.values.dtype == np.float32
    assert heard.values.min() >= 0.0
    assert curve.max() <= 1.0 + 1e-6


@pytest.mark.parametrize("name", LISTENERS)
@pytest.mark.parametrize("num_samples", [0, 1, 500, 24_000])
def test_silence_of_any_length_is_heard_as_nothing(name: str, num_samples: int) -> None:
    heard = LISTENERS[name].listen(np.zeros(num_samples, np.float32))
    assert heard.values.shape == (-(-num_samples * heard.rate_hz // 24_000), 2)
    assert not heard.values.any()


def test_other_rates_are_between_the_frames() -> None:
    values = np.array([[0.0, 0.2], [0.4, 0.0], [0.2, 0.2]], np.float32)
    fine = Activations(50, values).resampled(100, 6)
    assert fine.rate_hz == 100
    assert fine.values[:, 0] == pytest.approx([0.0, 0.2, 0.4, 0.3, 0.2, 0.2])
    assert not Activations(50, values[:0]).resampled(100, 4).values.any()
