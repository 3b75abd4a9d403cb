from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from services.audio_sync.words.models import load_recognizer, speech_environment, speech_weights
from services.audio_sync.words.weights import read_weights
from shared.errors import InvalidInput, Unavailable
from shared.known_weights import WHISPER_TINY


def _write(folder: Path, weights: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.bin").write_bytes(weights)
    return folder


def test_weights_of_a_user_are_known_by_their_content(tmp_path: Path) -> None:
    folder = _write(tmp_path / "mine", b"one")
    first = speech_weights(f"faster-whisper:{folder}")
    assert first == speech_weights(f"faster-whisper:{folder}") == speech_weights(str(folder))
    _write(folder, b"another")
    assert speech_weights(f"faster-whisper:{folder}") != first
    (tmp_path / "mine.pt").write_bytes(b"PK\x03\x04")
    single = speech_weights(f"openai-whisper:{tmp_path / 'mine.pt'}")
    assert single not in (first, speech_weights("whisper-base"), speech_weights(None))


def test_packaged_weights_in_a_folder_are_heard_by(tmp_path: Path) -> None:
    """What a user downloads is a folder like this one."""
    for name, content in read_weights(WHISPER_TINY).items():
        (tmp_path / name).write_bytes(content)
    silence = np.zeros(16_000, np.float32)
    assert load_recognizer(str(tmp_path)).transcribe(silence, "en").words == ()
    assert speech_environment(str(tmp_path)) == speech_environment("whisper-tiny.en")


def test_missing_weights_and_unknown_names(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="nothing is downloaded"):
        load_recognizer(f"transformers:{tmp_path / 'nowhere'}")
    for name in ("whisper-huge", "base", "openai-whisper", "faster-whisper:"):
        with pytest.raises(InvalidInput, match="expected one of whisper-base"):
            speech_environment(name)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_weights_that_do_not_load_are_refused(tmp_path: Path) -> None:
    folder = _write(tmp_path / "mine", b"no weights at all")
    with pytest.raises(InvalidInput, match="faster-whisper cannot load it"):
        load_recognizer(str(folder))
    checkpoint = tmp_path / "mine.pt"
    checkpoint.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(InvalidInput, match="openai-whisper cannot load it"):
        load_recognizer(str(checkpoint))
    torch.save({"weights": torch.zeros(2)}, checkpoint)
    with pytest.raises(InvalidInput, match="openai-whisper cannot load it"):
        load_recognizer(f"openai-whisper:{checkpoint}")


def test_a_recogniser_is_loaded_once() -> None:
    assert load_recognizer("whisper-tiny.en") is load_recognizer("whisper-tiny.en")
