from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.clock import to_voice_rate
from services.audio_sync.words.models import load_recognizer
from tests.audio_sync.words.spoken import spoken


def test_words_with_rough_times_and_segments() -> None:
    sound, lines = spoken()
    said = load_recognizer("whisper-tiny.en").transcribe(to_voice_rate(sound), "en")
    assert [word.text for word in said.words][:3] == ["We", "drove", "along"]
    assert said.language == "en"
    for word, true in zip(said.words, [w for line in lines for w in line], strict=True):
        assert word.start_s == pytest.approx(true.start_s, abs=0.4)
        assert word.start_s <= word.end_s
        assert 0.0 <= word.confidence <= 1.0


@pytest.mark.parametrize("num_samples", [0, 10, 16_000])
def test_silence_has_no_words(num_samples: int) -> None:
    silence = np.zeros(num_samples, np.float32)
    assert load_recognizer("whisper-tiny.en").transcribe(silence, "en").words == ()


def test_an_english_model_hears_english() -> None:
    assert load_recognizer("whisper-tiny.en").language_of(np.zeros(16_000, np.float32)) == (
        "en",
        1.0,
    )
