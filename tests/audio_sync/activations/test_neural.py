from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.audio_sync.activations.neural import NeuralListener
from services.audio_sync.activations.weights import weight_files
from services.audio_sync.rises import to_analysis_rate
from tests.audio_sync import sounds

pytestmark = pytest.mark.skipif(not weight_files(), reason="the weights are not installed")


def test_its_own_level_does_not_matter() -> None:
    times = sounds.beat_times(120.0, 8.0)
    signal = to_analysis_rate(sounds.to_samples(sounds.drum_loop(times, 8.0)))
    listener = NeuralListener(weight_files()[:1])
    loud, quiet = (listener.listen(np.float32(gain) * signal).values for gain in (1.0, 0.01))
    assert np.max(np.abs(loud - quiet)) < 1e-3


def test_downbeats_are_told_from_beats() -> None:
    times = sounds.beat_times(100.0, 16.0)
    downs = times[::4]
    mix = sounds.place(times, sounds.tick, 16.0) + sounds.place(times[2::4], sounds.clap, 16.0)
    mix += sounds.place(downs, sounds.bass_drum, 16.0) + sounds.place(downs, sounds.organ, 16.0)
    heard = NeuralListener(weight_files()).listen(to_analysis_rate(sounds.to_samples(mix)))
    frames = np.round(times * heard.rate_hz).astype(int)
    down = np.max([heard.values[frames + shift, 1] for shift in (-1, 0, 1)], axis=0)
    assert down[4::4].mean() > 2.0 * np.delete(down, np.s_[::4]).mean()


def test_other_networks_are_refused(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "other.pt"
    torch.save({"linear.weight": torch.zeros(3, 150)}, path)
    with pytest.raises(RuntimeError, match="Missing key"):
        NeuralListener((path,))
