from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.activity import WINDOW_SAMPLES, Floats
from services.audio_sync.words.clock import VOICE_RATE_HZ
from services.audio_sync.words.endings import after_pause, before_pause

WINDOW_S = WINDOW_SAMPLES / VOICE_RATE_HZ


def _voice(*spans_s: tuple[float, float], seconds: float = 4.0) -> Floats:
    likelihood = np.zeros(round(seconds / WINDOW_S), np.float32)
    for start_s, end_s in spans_s:
        likelihood[round(start_s / WINDOW_S) : round(end_s / WINDOW_S)] = 0.9
    return likelihood


def test_a_word_that_reaches_into_pauses_is_cut_back_to_its_voice() -> None:
    voice = _voice((1.0, 2.0))
    assert before_pause(voice, 1.5, 3.0) == pytest.approx(2.0, abs=WINDOW_S)
    assert after_pause(voice, 0.2, 1.5) == pytest.approx(1.0, abs=WINDOW_S)


def test_small_differences_are_the_aligners() -> None:
    voice = _voice((1.0, 2.0))
    assert before_pause(voice, 1.5, 2.05) == 2.05
    assert after_pause(voice, 0.9, 1.5) == 0.9


def test_a_pause_inside_a_word_is_its_own() -> None:
    voice = _voice((1.0, 1.3), (1.6, 2.0))
    assert before_pause(voice, 1.0, 2.0) == 2.0
    assert after_pause(voice, 1.0, 2.0) == 1.0


def test_a_word_where_no_voice_is_heard_stays() -> None:
    silence = _voice()
    assert (after_pause(silence, 1.0, 2.0), before_pause(silence, 1.0, 2.0)) == (1.0, 2.0)


def test_beyond_the_end_of_the_sound() -> None:
    voice = _voice((3.0, 4.0))
    assert before_pause(voice, 3.5, 4.5) == pytest.approx(4.0, abs=WINDOW_S)
    assert before_pause(voice, 5.0, 6.0) == 6.0
    assert after_pause(voice, 5.0, 6.0) == 5.0
