"""Stills: the key frame of the clip that is on screen, exactly as a full decode shows it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.media.key_frames import key_pictures
from shared.media.video import VideoReader
from tests.gateway.films import Here, film_with_song

RATE = Fraction(24000, 1001)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_with_song(Here(), tmp_path_factory.mktemp("film"), [9, 14, 6], RATE)[0]


def test_picture_is_the_first_of_its_clip(film: Path) -> None:
    # In the midst of each clip, its first frame, its last frame, and backwards again.
    frames = {4: 0, 16: 9, 9: 9, 22: 9, 28: 23, 0: 0}
    pictures = key_pictures(film, [frame / RATE for frame in frames], 1000)
    for picture, first in zip(pictures, frames.values(), strict=True):
        with VideoReader(film) as reader:
            expected = next(reader.frames_at([first / RATE])).rgb(160, 90)
        assert np.abs(picture.astype(int) - expected).max() <= 2


def test_picture_fits_the_side_and_keeps_its_aspect(film: Path) -> None:
    (small,) = key_pictures(film, [Fraction(0)], 80)
    assert small.shape == (45, 80, 3)


def test_picture_is_never_enlarged(film: Path) -> None:
    (same,) = key_pictures(film, [Fraction(0)], 4000)
    assert same.shape == (90, 160, 3)


def test_no_times_give_no_pictures(film: Path) -> None:
    assert list(key_pictures(film, [], 80)) == []


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"not a film")
    with pytest.raises(InvalidInput, match=r"film\.mp4 cannot be read as a film"):
        list(key_pictures(path, [Fraction(0)], 80))
