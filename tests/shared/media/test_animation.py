"""Animated pictures that the test writes, read as video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.animation import is_animated, read_animation
from shared.media.probe import probe
from shared.media.video import VideoReader

COLOURS = ((220, 30, 30), (30, 200, 40), (40, 60, 230), (200, 200, 40))
NAMES = ("moving.gif", "moving.webp", "moving.png", "moving.avif")


def _write(path: Path, durations: list[int] | int = 120) -> Path:
    frames = [Image.new("RGB", (96, 64), colour) for colour in COLOURS]
    options: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=durations, loop=0, **options
    )
    return path


@pytest.mark.parametrize("name", NAMES)
def test_an_animation_is_a_clip_with_its_own_times(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / name)
    info = probe(path)
    assert (info.kind, info.width, info.height) == (MediaKind.VIDEO, 96, 64)
    assert info.duration_seconds == pytest.approx(0.48, abs=0.02)
    assert info.audio_codec is None
    with VideoReader(path) as reader:
        frames = list(reader.frames())
        assert [round(float(frame.seconds), 2) for frame in frames] == [0, 0.12, 0.24, 0.36]
        for frame, colour in zip(frames, COLOURS, strict=True):
            assert np.abs(frame.rgb(96, 64)[32, 48].astype(int) - colour).max() <= 12
        again = next(reader.frames_at([Fraction(1, 4)]))
        assert np.abs(again.rgb(96, 64)[32, 48].astype(int) - COLOURS[2]).max() <= 12


def test_frames_may_be_shown_for_different_times(tmp_path: Path) -> None:
    path = _write(tmp_path / "uneven.gif", [50, 300, 100, 50])
    assert read_animation(path).durations_ms == (50, 300, 100, 50)
    with VideoReader(path) as reader:
        shown = list(reader.frames_at([Fraction(1, 5), Fraction(2, 5)]))
    assert [float(frame.seconds) for frame in shown] == [0.05, 0.35]


def test_what_is_transparent_is_black(tmp_path: Path) -> None:
    path = tmp_path / "holes.webp"
    frames = [Image.new("RGBA", (64, 64), (250, green, 20, 255)) for green in (20, 60)]
    for frame in frames:
        frame.paste((250, 20, 20, 0), (0, 0, 32, 64))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    with VideoReader(path) as reader:
        rgb = next(reader.frames()).rgb(64, 64)
    assert rgb[32, 8].max() <= 8
    assert rgb[32, 56, 0] > 230


@pytest.mark.parametrize("name", ["still.gif", "still.webp", "still.png", "still.avif"])
def test_one_frame_is_a_photo(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (64, 64), (9, 99, 200)).save(tmp_path / name)
    assert not is_animated(tmp_path / name)
    assert probe(tmp_path / name).kind is MediaKind.IMAGE


def test_a_damaged_animation_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "moving.webp")
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InvalidInput, match=r"WEBP|animation"):
        probe(path)
