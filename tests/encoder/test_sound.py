"""The encoder "audio.kind": music, speech, noise and silence are told apart."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.encoder.sound import encode_sound
from shared.errors import InvalidInput
from tests.encoder import voices
from tests.encoder.scenes import Recorder

RATE_HZ = 24_000


def _write(path: Path, sound: NDArray[np.float32]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def _said() -> NDArray[np.float32]:
    from benchmarks.speech.voice import say

    sentences = (
        "We choose to go to the moon and do the other things.",
        "Yesterday my grandmother told me a story about a ship.",
    )
    parts = [say(sentence) for sentence in sentences]
    assert parts[0].rate_hz == RATE_HZ
    return np.concatenate([part.samples for part in parts]).astype(np.float32)


@pytest.mark.parametrize(
    ("kind", "sound"),
    [
        ("music", voices.chords(10, RATE_HZ)),
        ("other", voices.noise(10, RATE_HZ)),
        ("silence", np.zeros(3 * RATE_HZ, np.float32)),
    ],
    ids=["music", "noise", "silence"],
)
def test_kinds(tmp_path: Path, kind: str, sound: NDArray[np.float32]) -> None:
    progress = Recorder()
    values, tensors = encode_sound(_write(tmp_path / "a.wav", sound), progress)
    assert values["kind"] == kind
    seconds = round(len(sound) / RATE_HZ)
    assert tensors["speech"].shape == tensors["music"].shape == (seconds,)
    assert (values["loudness_lufs"] is None) == (kind == "silence")
    assert progress.fractions == sorted(progress.fractions)


def test_speech(tmp_path: Path) -> None:
    values, tensors = encode_sound(_write(tmp_path / "a.wav", _said()), Recorder())
    assert values["kind"] == "speech"
    assert float(values["speech_share"] or 0) > 0.7
    assert tensors["speech"].dtype == np.float32


def test_speech_over_music(tmp_path: Path) -> None:
    said = _said()
    both = said + 0.3 * voices.chords(len(said) / RATE_HZ, RATE_HZ)[: len(said)]
    values, _ = encode_sound(_write(tmp_path / "a.wav", both), Recorder())
    assert float(values["speech_share"] or 0) > 0.7


def test_levels(tmp_path: Path) -> None:
    times = np.arange(5 * RATE_HZ) / RATE_HZ
    tone = 0.1 * np.sin(2 * np.pi * 1000 * times)
    values, tensors = encode_sound(_write(tmp_path / "a.wav", tone.astype(np.float32)), Recorder())
    assert values["peak_dbfs"] == pytest.approx(-20, abs=0.1)
    assert values["loudness_lufs"] == pytest.approx(-23, abs=0.3)
    assert values["duration_seconds"] == pytest.approx(5, abs=0.01)
    assert len(tensors["momentary_lufs"]) == 47


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"hello, I am a text\n" * 99)
    with pytest.raises(InvalidInput):
        encode_sound(tmp_path / "a.wav", Recorder())
