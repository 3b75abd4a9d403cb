from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.edges import after_silence
from tests.audio_sync.words.spoken import Samples

_RATE = 16_000


def _sound(silent_s: float, length_s: float) -> Samples:
    sound = np.sin(np.arange(round(length_s * _RATE)) * 0.3).astype(np.float32)
    sound[: round(silent_s * _RATE)] = 0.0
    return np.asarray(sound, np.float32)


def test_a_word_begins_where_its_sound_does() -> None:
    assert after_silence(_sound(0.3, 1.0), 0.1, 1.0) == pytest.approx(0.3, abs=0.006)


def test_a_word_that_begins_with_sound_stays() -> None:
    assert after_silence(_sound(0.0, 1.0), 0.1, 1.0) == 0.1


def test_short_or_silent_words_stay_inside_themselves() -> None:
    assert after_silence(_sound(0.0, 1.0), 0.1, 0.11) == 0.1
    assert after_silence(np.zeros(_RATE, np.float32), 0.1, 0.9) == 0.1
