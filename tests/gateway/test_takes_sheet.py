from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from services.gateway.takes_sheet import Row, takes_sheet
from tests.shared.media.painting import numbered_video

REPORT = {
    "shots": [
        {"start_frame": 0, "end_frame": 8, "reused": False, "reference": "a"},
        {"start_frame": 8, "end_frame": 20, "reused": True, "reference": "b"},
        {"start_frame": 20, "end_frame": 30, "reused": False, "reference": "a"},
    ],
    "casting": {"score": 12.345},
}


def test_a_row_says_what_the_take_is(tmp_path: Path) -> None:
    row = Row.of(tmp_path / "take-2", REPORT)
    assert row.frames == (4, 14, 25)
    assert row.title == "take-2    score 12.35"
    assert row.facts == "3 shots, 2 made, from 2 references"


def test_every_take_has_its_band_and_its_shots(tmp_path: Path) -> None:
    numbered_video(tmp_path / "film.mp4", 30)
    row = Row.of(tmp_path, REPORT)
    sheets = [Image.open(io.BytesIO(takes_sheet([row] * count))) for count in (1, 3)]
    assert sheets[1].height == 3 * sheets[0].height
    assert sheets[1].width == sheets[0].width


def test_no_takes_have_no_sheet() -> None:
    with pytest.raises(ValueError, match="at least one"):
        takes_sheet([])
