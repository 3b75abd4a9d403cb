from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.voice_filter import without_held_sounds


def test_held_notes_are_turned_down_and_syllables_stay_in_place() -> None:
    t = np.arange(3 * 16_000) / 16_000
    note = 0.3 * np.sin(2 * np.pi * 440 * t)
    syllable = np.where(np.abs(t - 1.5) < 0.05, 0.3 * np.sin(2 * np.pi * 1000 * t), 0.0)
    filtered = without_held_sounds((note + syllable).astype(np.float32))
    quiet = slice(8_000, 16_000)
    said = slice(round(1.46 * 16_000), round(1.54 * 16_000))
    assert len(filtered) == len(t)
    assert np.std(filtered[quiet]) < 0.2 * np.std(note[quiet])
    assert np.std(filtered[said]) > 0.7 * np.std(syllable[said])
    assert np.corrcoef(filtered[said], syllable[said])[0, 1] > 0.9


@pytest.mark.parametrize("num_samples", [0, 1, 511, 512, 5_000])
def test_any_length_and_silence(num_samples: int) -> None:
    filtered = without_held_sounds(np.zeros(num_samples, np.float32))
    assert filtered.shape == (num_samples,)
    assert not np.any(filtered)
