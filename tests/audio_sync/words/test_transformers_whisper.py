"""The classes of transformers, with a model that says one sentence, saved and loaded again."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples
from services.audio_sync.words.hear import HearingOptions, hear_words
from services.audio_sync.words.models import load_recognizer, speech_environment
from services.audio_sync.words.transformers_whisper import TransformersWhisper
from shared.errors import InvalidInput, Unavailable
from tests.audio_sync.words.reciting import LANGUAGE, SENTENCE, write_transformers
from tests.audio_sync.words.spoken import SPOKEN


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_transformers(tmp_path_factory.mktemp("transformers") / "mine")


@pytest.fixture(scope="module")
def sound() -> Samples:
    return np.random.default_rng(0).normal(0, 0.1, 3 * VOICE_RATE_HZ).astype(np.float32)


def test_a_folder_says_its_words_with_times(folder: Path, sound: Samples) -> None:
    model = load_recognizer(f"transformers:{folder}")
    assert isinstance(model, TransformersWhisper)
    said = model.transcribe(sound, "en")
    assert " ".join(word.text for word in said.words) == SENTENCE
    edges = [edge for word in said.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= 3.0
    assert model.transcribe(sound, "en") == said
    language, likelihood = model.language_of(sound)
    assert language == LANGUAGE
    assert likelihood == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("num_samples", [0, 10, 1_000])
def test_no_sound_has_no_words(folder: Path, sound: Samples, num_samples: int) -> None:
    model = load_recognizer(f"transformers:{folder}")
    assert model.transcribe(sound[:num_samples], "en").words == ()


def test_the_product_hears_by_it(folder: Path) -> None:
    heard = hear_words(*SPOKEN, HearingOptions(model=str(folder)), lambda fraction: None)
    assert heard.language == LANGUAGE
    assert heard.words
    assert {word.text for word in heard.words} <= set(SENTENCE.split())
    assert "transformers==" in speech_environment(str(folder))


def test_weights_that_lack_a_tensor_are_refused(folder: Path, tmp_path: Path) -> None:
    """The library itself would go on with noise in its place."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    tensors = load_file(copy / "model.safetensors")
    del tensors["model.encoder.conv1.weight"]
    save_file(tensors, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(InvalidInput, match=r"1 tensors are missing, model\.encoder\.conv1\.weight"):
        load_recognizer(f"transformers:{copy}")


def test_a_folder_that_says_nothing_of_times_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    path = copy / "generation_config.json"
    known = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in known.items() if "timestamp" not in k}))
    with pytest.raises(InvalidInput, match="says nothing of times"):
        load_recognizer(f"transformers:{copy}")


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)  # an import then fails
    with pytest.raises(Unavailable, match=r"pip install transformers, or use whisper-base"):
        TransformersWhisper(tmp_path)
