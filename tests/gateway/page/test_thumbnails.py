"""Thumbnails: one of each shot, from the film, and only of those not known."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.gateway.page import thumbnails as module
from services.gateway.page.thumbnails import thumbnails
from tests.gateway.films import Here, film_with_song
from tests.shared.media.painting import read_number

LENGTHS = [12, 7, 20]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return film_with_song(Here(), folder, LENGTHS, Fraction(30000, 1001))[0]


def report(count: int = 3) -> dict[str, Any]:
    starts = [sum(LENGTHS[:index]) for index in range(count)]
    shots = [
        {"clip": f"c{index}/1", "start_frame": start, "end_frame": start + LENGTHS[index]}
        for index, start in enumerate(starts)
    ]
    return {"frame_rate": "30000/1001", "shots": shots}


def number_of(jpeg: bytes) -> int:
    """The number painted into a frame (see `films.shots_of`)."""
    rgb = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))
    luma = np.round(16 + rgb * (219 / 255)).astype(np.uint8)
    return read_number(luma)


def test_each_picture_is_of_its_own_shot(film: Path) -> None:
    made = thumbnails(film, report())
    numbers = [number_of(made[f"c{index}/1"]) for index in range(3)]
    assert numbers[:2] == [100, 112]
    # Where the encoder has put another key frame into a long shot, that may be nearer its middle.
    assert 119 <= numbers[2] <= 119 + LENGTHS[2] // 2


def test_known_pictures_are_not_read_again(film: Path) -> None:
    known = {"c0/1": b"zero", "c2/1": b"two", "old/1": b"of the parent"}
    made = thumbnails(film, report(), known)
    assert list(made) == ["c0/1", "c1/1", "c2/1"]
    assert (made["c0/1"], made["c2/1"]) == (b"zero", b"two")
    assert number_of(made["c1/1"]) == 112


def test_everything_known_does_not_open_the_film(tmp_path: Path) -> None:
    known = {f"c{index}/1": b"known" for index in range(3)}
    assert thumbnails(tmp_path / "gone.mp4", report(), known) == known


def test_unreadable_film_has_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"not a film")
    assert thumbnails(tmp_path / "film.mp4", report()) == {}


def test_pictures_become_smaller_when_there_are_many() -> None:
    sides = [module._side(count) for count in (1, 60, 240, 100_000)]
    assert sides == [320, 320, 160, 96]
