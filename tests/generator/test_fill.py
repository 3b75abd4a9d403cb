"""The whole picture over a fill of itself."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.footage.fill import Fill, window_of
from shared.brief import Size
from shared.media.color import Planes

UPRIGHT = Size(180, 320)


def _flat(width: int, height: int, y: int, u: int = 128, v: int = 128) -> Planes:
    half = (height // 2, width // 2)
    return Planes(
        np.full((height, width), y, np.uint8),
        np.full(half, u, np.uint8),
        np.full(half, v, np.uint8),
    )


def test_the_window_shows_all_and_grows_with_the_zoom() -> None:
    assert window_of((1920, 1080), UPRIGHT, 1.0) == Size(180, 102)
    assert window_of((1920, 1080), UPRIGHT, 2.0) == Size(180, 202)
    assert window_of((1920, 1080), UPRIGHT, 9.0) == UPRIGHT
    assert window_of((1080, 1920), Size(320, 180), 1.0) == Size(102, 180)
    assert min(window_of((8000, 100), UPRIGHT, 1.0).height, 64) == 64


def test_the_picture_stands_whole_in_a_darker_duller_fill() -> None:
    window = Size(180, 102)
    source = _flat(320, 180, 180, 90, 160)
    seen = _flat(180, 102, 180, 90, 160)
    laid = Fill(UPRIGHT, window).under(source, seen)
    assert (laid.width, laid.height) == (180, 320)
    rows = np.flatnonzero((laid.y == 180).all(axis=1))
    assert len(rows) == 102
    assert rows[-1] - rows[0] == 101
    above, below = rows[0], 320 - rows[-1] - 1
    assert 0 < above <= below  # a little above the middle
    around = np.concatenate([laid.y[: rows[0]], laid.y[rows[-1] + 1 :]])
    assert around.max() < 100
    assert around.min() >= 16
    assert 90 < laid.u[4, 4] < 128 < laid.v[4, 4] < 160


def test_the_fill_is_the_pictures_own_blurred_and_free_of_edges() -> None:
    random = np.random.default_rng(1)
    noisy = Planes(
        random.integers(16, 235, (180, 320), np.uint8),
        np.full((90, 160), 128, np.uint8),
        np.full((90, 160), 128, np.uint8),
    )
    laid = Fill(UPRIGHT, Size(180, 102)).under(noisy, _flat(180, 102, 200))
    top = laid.y[:90].astype(int)
    assert np.abs(np.diff(top, axis=0)).max() <= 4
    assert np.abs(np.diff(top, axis=1)).max() <= 4


@pytest.mark.parametrize("center", [0.0, 1.0])
def test_the_fill_is_of_what_is_framed(center: float) -> None:
    luma = np.repeat(np.linspace(16, 235, 320)[None], 180, axis=0).astype(np.uint8)
    chroma = np.full((90, 160), 128, np.uint8)
    fill = Fill(UPRIGHT, Size(180, 102), (center, 0.5))
    laid = fill.under(Planes(luma, chroma, chroma), _flat(180, 102, 128))
    assert (laid.y[10].mean() > 60) == (center == 1.0)


def test_a_photos_fill_is_made_once() -> None:
    fill, source = Fill(UPRIGHT, Size(180, 102)), _flat(320, 180, 100)
    one = fill.under(source, _flat(180, 102, 50))
    other = fill.under(source, _flat(180, 102, 60))
    assert np.array_equal(one.u, other.u)
    assert not np.array_equal(one.y, other.y)
    assert one.y[160, 90] == 50  # the first was not written over
