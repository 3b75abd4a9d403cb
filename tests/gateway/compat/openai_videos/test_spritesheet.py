"""Sheets of frames."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from services.gateway.compat.openai_videos.spritesheet import spritesheet
from shared.errors import InvalidInput
from tests.e2e.sources import write_clip


def test_tiles_are_frames_at_even_distances_in_rows_of_five(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    write_clip(clip, seconds=2, frame_rate=Fraction(25), step=4)
    with Image.open(io.BytesIO(spritesheet(clip, 50))) as sheet:
        assert sheet.size == (5 * 240, 5 * 135)
        tiles = [sheet.crop((x * 240, 0, x * 240 + 240, 135)).tobytes() for x in range(2)]
    assert tiles[0] != tiles[1]
    with Image.open(io.BytesIO(spritesheet(clip, 3))) as short:
        assert short.size == (3 * 240, 135)


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(InvalidInput):
        spritesheet(tmp_path / "a.mp4", 10)
