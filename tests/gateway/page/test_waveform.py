"""The waveform is the film's own sound, column by column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.gateway.page.waveform import read_waveform
from tests.gateway.films import wav


def write(path: Path, level: list[float]) -> Path:
    """One second of a 500 Hz tone for each level, on the left channel alone."""
    times = np.arange(48_000 * len(level)) / 48_000
    tone = np.sin(2 * np.pi * 500 * times) * np.repeat(level, 48_000)
    path.write_bytes(wav(np.stack([tone, 0 * tone], axis=1).astype(np.float32)))
    return path


def test_columns_follow_the_level(tmp_path: Path) -> None:
    waveform = read_waveform(write(tmp_path / "a.wav", [0.1, 0.4]), 4, 2.0)
    assert waveform is not None
    assert waveform.highs == pytest.approx((0.25, 0.25, 1.0, 1.0), abs=0.05)
    assert waveform.lows == pytest.approx((-0.25, -0.25, -1.0, -1.0), abs=0.05)


def test_sound_that_ends_early_leaves_the_rest_silent(tmp_path: Path) -> None:
    waveform = read_waveform(write(tmp_path / "a.wav", [0.4]), 4, 2.0)
    assert waveform is not None
    assert waveform.highs[2:] == (0.0, 0.0)
    assert waveform.highs[0] == pytest.approx(1.0, abs=0.05)


def test_silence_is_flat(tmp_path: Path) -> None:
    waveform = read_waveform(write(tmp_path / "a.wav", [0.0]), 3, 1.0)
    assert waveform is not None
    assert waveform.lows == waveform.highs == (0.0, 0.0, 0.0)


def test_more_columns_than_samples_are_no_error(tmp_path: Path) -> None:
    waveform = read_waveform(write(tmp_path / "a.wav", [0.4]), 900, 0.05)
    assert waveform is not None
    assert len(waveform.highs) == 900


def test_film_without_sound_has_no_waveform(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"not a film")
    assert read_waveform(tmp_path / "film.mp4", 4, 2.0) is None
