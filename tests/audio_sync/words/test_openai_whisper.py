"""OpenAI's own classes, with a checkpoint that says one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples
from services.audio_sync.words.hear import HearingOptions, hear_words
from services.audio_sync.words.models import load_recognizer, speech_environment, speech_weights
from services.audio_sync.words.openai_whisper import OpenaiWhisper
from shared.errors import InvalidInput, Unavailable
from tests.audio_sync.words.reciting import LANGUAGE, SENTENCE, write_openai
from tests.audio_sync.words.spoken import SPOKEN

# The library forgets to close its list of tokens.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_openai(tmp_path_factory.mktemp("openai") / "mine.pt")


@pytest.fixture(scope="module")
def sound() -> Samples:
    return np.random.default_rng(0).normal(0, 0.1, 3 * VOICE_RATE_HZ).astype(np.float32)


def test_a_checkpoint_says_its_words_with_times(checkpoint: Path, sound: Samples) -> None:
    model = load_recognizer(f"openai-whisper:{checkpoint}")
    assert isinstance(model, OpenaiWhisper)
    said = model.transcribe(sound, "en")
    assert said.language == "en"
    assert " ".join(word.text for word in said.words) == SENTENCE
    edges = [edge for word in said.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= 3.0
    assert all(word.confidence > 0.99 for word in said.words)
    assert model.transcribe(sound, "en") == said
    language, likelihood = model.language_of(sound)
    assert language == LANGUAGE
    assert likelihood == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("num_samples", [0, 10, 1_000])
def test_no_sound_has_no_words(checkpoint: Path, sound: Samples, num_samples: int) -> None:
    model = load_recognizer(f"openai-whisper:{checkpoint}")
    assert model.transcribe(sound[:num_samples], "en").words == ()


def test_the_product_hears_by_it(checkpoint: Path) -> None:
    """A path alone will do; words go through the same alignment as any recogniser's."""
    heard = hear_words(*SPOKEN, HearingOptions(model=str(checkpoint)), lambda fraction: None)
    assert heard.language == LANGUAGE
    assert heard.words
    assert {word.text for word in heard.words} <= set(SENTENCE.split())
    assert "openai-whisper==" in speech_environment(str(checkpoint))
    assert speech_weights(str(checkpoint)) == speech_weights(f"openai-whisper:{checkpoint}")


def test_another_model_by_a_published_name_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    """base.pt has 6 layers of 8 heads, and which of them follow the sound is known by its name."""
    named = tmp_path / "base.pt"
    named.write_bytes(checkpoint.read_bytes())
    with pytest.raises(InvalidInput, match="has 2 x 2 attention heads, which base has not"):
        OpenaiWhisper(named)


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)  # an import then fails
    with pytest.raises(Unavailable, match=r"pip install openai-whisper, or use whisper-base"):
        OpenaiWhisper(tmp_path)
