from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.activity import speech_likelihood, speech_spans
from services.audio_sync.words.clock import VOICE_RATE_HZ, to_voice_rate
from shared.errors import Cancelled
from tests.audio_sync.words.spoken import spoken


def test_sentences_are_found_and_the_pause_between_them() -> None:
    sound, lines = spoken()
    voice = to_voice_rate(sound)
    spans = speech_spans(speech_likelihood(voice), len(voice))
    assert len(spans) == len(lines)
    for span, line in zip(spans, lines, strict=True):
        assert span.start_sample / VOICE_RATE_HZ == pytest.approx(line[0].start_s, abs=0.25)
        assert span.end_sample / VOICE_RATE_HZ == pytest.approx(line[-1].end_s, abs=0.25)


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "short", "nothing"])
def test_what_is_no_voice_is_none(kind: str) -> None:
    t = np.arange(4 * VOICE_RATE_HZ) / VOICE_RATE_HZ
    sound = {
        "silence": np.zeros(len(t)),
        "noise": 0.2 * np.random.default_rng(0).standard_normal(len(t)),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * t),
        "short": np.ones(10),
        "nothing": np.zeros(0),
    }[kind].astype(np.float32)
    assert speech_spans(speech_likelihood(sound), len(sound)) == ()


def test_it_can_be_called_off() -> None:
    def tick() -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        speech_likelihood(np.zeros(VOICE_RATE_HZ, np.float32), tick)


def test_short_pauses_do_not_part_speech_and_blips_are_none() -> None:
    likelihood = np.zeros(200, np.float32)
    likelihood[20:60] = 0.9
    likelihood[64:100] = 0.9  # 0.13 s after the first
    likelihood[150:153] = 0.9  # 0.1 s
    assert len(speech_spans(likelihood, 200 * 512)) == 1
