from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from services.audio_sync.words.align import aligner
from services.audio_sync.words.clock import to_voice_rate
from services.audio_sync.words.placing import place_words
from services.audio_sync.words.recognizer import RoughWord
from tests.audio_sync.words.spoken import spoken


def _rough(shift_s: float = 0.0) -> list[RoughWord]:
    _, lines = spoken()
    return [
        RoughWord(word.text, word.start_s + shift_s, word.end_s + shift_s, 0.9, 0)
        for line in lines
        for word in line
    ]


def test_rough_times_become_exact() -> None:
    sound, _ = spoken()
    rough = _rough(-0.12)
    placed = place_words(to_voice_rate(sound), rough, 0.0, aligner())
    errors = [p.start_s - w.start_s - 0.12 for p, w in zip(placed, rough, strict=True)]
    assert np.mean(np.abs(errors)) < 0.04
    assert all(word.confidence == 0.9 for word in placed)


def test_without_an_aligner_the_bias_is_removed_and_confidence_is_less() -> None:
    sound, _ = spoken()
    placed = place_words(to_voice_rate(sound), _rough(-0.05), -0.05, None)
    assert [word.start_s for word in placed] == pytest.approx(
        [word.start_s for word in _rough()], abs=1e-6
    )
    assert all(word.confidence < 0.9 for word in placed)


def test_what_cannot_be_aligned_keeps_its_times_in_order() -> None:
    rough = [RoughWord("hello", 0.1 * k, 0.1 * k + 0.3, 0.9, 0) for k in range(12)]
    placed = place_words(np.zeros(8_000, np.float32), rough, 0.0, aligner())
    assert [word.text for word in placed] == ["hello"] * 12
    for word, following in pairwise(placed):
        assert word.start_s < word.end_s <= following.start_s


def test_no_words() -> None:
    assert place_words(np.zeros(100, np.float32), [], 0.0, aligner()) == ()
