"""The poster is the good picture; the contact sheet shows the right frames in the right places."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.poster import best_poster, contact_sheet, poster_jpeg
from services.generator.footage.encode import encode_segment
from shared.brief import Size
from shared.media.color import Uint8Array, rgb_to_planes
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.requests import Delivery

RATE = Fraction(25)
SIZE = Size(192, 108)


def painted(kind: str) -> Uint8Array:
    """Pictures of one kind: uint8 [108, 192, 3]."""
    y, x = np.mgrid[0:108, 0:192]
    checks = ((x // 12 + y // 12) % 2)[..., None]
    colours = np.stack([120 + x * 0.7, 200 - y, 60 + (x + y) * 0.4], axis=-1)
    picture = {
        "good": np.where(checks, colours, 255 - colours),
        "gray": np.where(checks, 90, 160) + np.zeros(3),
        "dark": np.where(checks, colours, 255 - colours) * 0.06,
        "blown": 255 - np.where(checks, colours, 255 - colours) * 0.06,
        "flat": colours * 0 + np.array([90, 140, 90]),
    }[kind]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def shot(kind: str, frames: int = 10) -> Segment:
    return encode_segment([rgb_to_planes(painted(kind))] * frames, Delivery(SIZE, RATE))


def film_of(folder: Path, parts: list[Segment]) -> Path:
    path = folder / "film.mp4"
    mux_film(path, parts, None, RATE, sum(len(part.packets) for part in parts))
    return path


def picture_of(jpeg: bytes) -> Uint8Array:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return np.asarray(image.convert("RGB"), np.uint8)


def test_the_poster_is_the_middle_of_the_best_clip() -> None:
    assert best_poster([(10, 1.0), (20, 2.0), (5, 1.5)]) == 20
    assert best_poster([(1, 0.0)]) == 0


def test_an_early_clip_is_preferred_to_a_late_one_as_good() -> None:
    assert best_poster([(30, 0.2), (30, 1.0), (30, 1.0), (30, 1.1)]) == 45
    assert best_poster([(30, 0.2), (30, 1.0), (30, 1.0), (30, 1.3)]) == 105


def test_the_poster_is_that_frame_of_the_film(tmp_path: Path) -> None:
    path = film_of(tmp_path, [shot("dark"), shot("good"), shot("flat")])
    poster = picture_of(poster_jpeg(path, 15))
    assert poster.shape == (108, 192, 3)
    assert np.abs(poster.astype(int) - painted("good")).mean() < 12
    assert poster_jpeg(path, 15) == poster_jpeg(path, 15)


def test_contact_sheet_shows_each_shot_in_its_place(tmp_path: Path) -> None:
    path = film_of(tmp_path, [shot(kind) for kind in ("good", "flat", "dark", "blown", "gray")])
    sheet = picture_of(contact_sheet(path, [5, 15, 25, 35, 45], columns=3))
    width = (1600 - 4 * 12) // 3
    height = round(width * 108 / 192)
    assert sheet.shape == (2 * (height + 26 + 12) + 12, 3 * (width + 12) + 12, 3)
    for index, kind in enumerate(("good", "flat", "dark", "blown", "gray")):
        x, y = 12 + index % 3 * (width + 12), 12 + index // 3 * (height + 38)
        tile = sheet[y : y + height, x : x + width].astype(int)
        expected = painted(kind).astype(int).mean(axis=(0, 1))
        assert np.abs(tile.mean(axis=(0, 1)) - expected).max() < 6, kind
        label = sheet[y + height : y + height + 26, x : x + width]
        assert label[:, :60].max() > 180, "the shot's number"
        assert label[:, -90:].max() > 100, "the timecode"
    assert sheet[-8:, -8:].max() < 40


def test_contact_sheet_of_an_upright_film_is_not_huge(tmp_path: Path) -> None:
    tall = np.ascontiguousarray(painted("good").transpose(1, 0, 2))
    part = encode_segment([rgb_to_planes(tall)] * 3, Delivery(Size(108, 192), RATE))
    sheet = picture_of(contact_sheet(film_of(tmp_path, [part]), [1], columns=1))
    assert sheet.shape[0] < 500


def test_empty_contact_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frames and columns"):
        contact_sheet(tmp_path / "film.mp4", [], columns=3)
