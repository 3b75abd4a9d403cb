"""`onbeat analyze SONG --take FILE`: where a take lies in its song, or that nobody knows."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.take_scenes import RATE_HZ, Take, record, song
from services.gateway.cli import main
from services.gateway.place_take import take_document
from shared.take_sync import TakeSync


def write(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    return path


def test_the_command_prints_offset_drift_and_confidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = song(30, 5)
    music = write(tmp_path / "song.wav", samples)
    take = write(tmp_path / "take.wav", record(samples, Take(8, 16, -60, snr_db=10)))
    assert main(["analyze", str(music), "--take", str(take)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["offset_seconds"] == pytest.approx(8, abs=0.001)
    assert found["drift_ppm"] == pytest.approx(-60, abs=5)
    assert found["sure"] is True
    assert found["confidence"] > 0.5


def test_a_take_without_sound_is_refused_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    music = write(tmp_path / "song.wav", song(5, 5))
    picture = tmp_path / "still.png"
    Image.new("RGB", (64, 64)).save(picture)
    assert main(["analyze", str(music), "--take", str(picture)]) != 0
    assert "still.png: has no sound" in capfd.readouterr().err


def test_what_is_not_known_is_null() -> None:
    assert take_document(TakeSync(None, None, 0.0, False, "the take is silent")) == {
        "offset_seconds": None,
        "drift_ppm": None,
        "confidence": 0.0,
        "sure": False,
        "reason": "the take is silent",
    }
