from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.words.speech import speech_identity, voice_of, with_speech
from shared.blobs import MemoryBlobs
from shared.brief import SpeechOptions
from shared.errors import InvalidInput
from shared.sync_map import SyncMap
from tests.audio_sync.words.spoken import SPOKEN, spoken

_VOICE, _NUM_SAMPLES = SPOKEN
_MAP = SyncMap(_NUM_SAMPLES, 0.5, None, 0.0, (), (), ())


def test_identity_says_weights_and_libraries() -> None:
    base, tiny = (speech_identity(SpeechOptions(model=f"whisper-{x}")) for x in ("base", "tiny.en"))
    assert base != tiny
    for library in ("ctranslate2==", "faster-whisper==", "pocketsphinx==", "onnxruntime=="):
        assert library in base
    assert "pocketsphinx" not in speech_identity(None)
    with pytest.raises(InvalidInput, match=r"expected one of whisper-base, whisper-tiny\.en"):
        speech_identity(SpeechOptions(model="whisper-gigantic"))


def test_speech_is_found_without_being_asked_for() -> None:
    fractions: list[float] = []
    found = with_speech(_MAP, _VOICE, None, MemoryBlobs(), fractions.append)
    assert len(found.speech) == 2
    assert found.words == ()
    assert fractions == sorted(fractions)
    assert fractions


def test_words_and_language_are_filled_in() -> None:
    fractions: list[float] = []
    options = SpeechOptions(model="whisper-tiny.en")
    found = with_speech(_MAP, _VOICE, options, MemoryBlobs(), fractions.append)
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] <= fractions[-1] <= 1.0
    assert found.words[0].text == "We"
    assert found.language == "en"
    assert len(found.sentences) == 2


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"abc\x00def"])
def test_a_script_that_is_no_text_is_refused(data: bytes) -> None:
    blobs = MemoryBlobs()
    options = SpeechOptions(blobs.put(data), model="whisper-tiny.en")
    with pytest.raises(InvalidInput, match=r"^the script: .*expected the spoken words"):
        with_speech(_MAP, np.zeros(1600, np.float32), options, blobs, lambda done: None)


def test_a_voice_is_one_channel_at_its_own_rate() -> None:
    ticks: list[int] = []
    stereo = np.repeat(spoken()[0][:, None], 2, axis=1)
    voice = voice_of(stereo, lambda: ticks.append(1))
    np.testing.assert_allclose(voice, _VOICE, atol=1e-6)
    assert ticks
