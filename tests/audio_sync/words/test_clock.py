from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.clock import to_song_sample, to_voice_rate


def test_sample_k_is_sample_3k_also_beyond_a_block() -> None:
    t = np.arange(70 * 48_000) / 48_000
    tone = np.sin(2 * np.pi * 300 * t).astype(np.float32)
    ticks: list[int] = []
    voice = to_voice_rate(tone, lambda: ticks.append(1))
    assert len(voice) == len(tone) // 3
    assert voice.dtype == np.float32
    assert np.max(np.abs(voice - tone[::3])[100:-100]) < 0.01
    assert len(ticks) == 2


@pytest.mark.parametrize("num_samples", [0, 1, 2, 3, 4, 1000])
def test_any_length(num_samples: int) -> None:
    voice = to_voice_rate(np.ones(num_samples, np.float32))
    assert len(voice) == -(-num_samples // 3)
    assert to_song_sample(len(voice)) < num_samples + 3


def test_what_a_voice_does_not_have_is_gone() -> None:
    t = np.arange(48_000) / 48_000
    hiss = np.sin(2 * np.pi * 15_000 * t).astype(np.float32)
    assert np.max(np.abs(to_voice_rate(hiss)[100:-100])) < 0.01
