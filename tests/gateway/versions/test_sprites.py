"""Sprites: each cue's part of the sheet shows its moment of the film."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.versions.sprites import sprites
from shared.errors import InvalidInput
from shared.media.video import VideoReader
from tests.gateway.versions.conftest import Approved


def test_cues_tile_the_film_and_show_it(approved: Approved) -> None:
    film = approved.folder / "film.mp4"
    made = sprites(film, "s.jpg")
    cues = re.findall(r"(\S+) --> (\S+)\ns\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", made.vtt)
    assert made.vtt.startswith("WEBVTT\n")
    assert len(cues) == made.tiles == 4
    assert cues[0][0] == "00:00:00.000"
    assert [cue[0] for cue in cues[1:]] == [cue[1] for cue in cues[:-1]]
    assert cues[-1][1] == "00:00:04.000"
    with Image.open(io.BytesIO(made.jpeg)) as image:
        sheet = np.asarray(image.convert("RGB")).astype(int)
    with VideoReader(film) as reader:
        times = [index + made.step_seconds / 2 for index in range(4)]
        for cue, shown in zip(cues, reader.frames_at(times), strict=True):
            x, y, width, height = map(int, cue[2:])
            part = sheet[y : y + height, x : x + width]
            assert np.abs(part - shown.rgb(width, height)).mean() < 8


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film")
    with pytest.raises(InvalidInput):
        sprites(path, "s.jpg")
