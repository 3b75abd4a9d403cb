"""Small pictures: true to what they are made from, and rated as a person would."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from shared.media.color import Uint8Array, rgb_to_planes
from shared.media.still import (
    contrast,
    luma_of_text,
    luma_text,
    score_picture,
    small_luma,
    still_jpeg,
    still_rgb,
)


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


@pytest.mark.parametrize("kind", ["gray", "dark", "blown", "flat"])
def test_good_picture_scores_best(kind: str) -> None:
    assert score_picture(painted("good")) > 1.3 * score_picture(painted(kind)) >= 0


def test_blur_scores_less() -> None:
    good = painted("good").astype(np.float32)
    shifts = [np.roll(good, (dy, dx), (0, 1)) for dy in range(-4, 5) for dx in range(-4, 5)]
    soft = np.mean(shifts, axis=0).astype(np.uint8)
    assert score_picture(soft) < score_picture(painted("good"))


@pytest.mark.parametrize("size", [(1080, 1920), (90, 160), (16, 32), (1920, 1080)])
def test_small_luma_is_the_mean_of_what_it_covers(size: tuple[int, int]) -> None:
    rows = np.linspace(16, 235, size[0])[:, None] + np.zeros(size[1])
    small = small_luma(np.asarray(np.rint(rows), np.uint8))
    assert small.shape == (max(2, round(64 * size[0] / size[1])), 64)
    assert small.mean() == pytest.approx(125.5, abs=1.5)
    assert (np.diff(small[:, 0].astype(int)) >= 0).all()


def test_luma_reads_back_from_its_text() -> None:
    luma = np.arange(64 * 36, dtype=np.uint8).reshape(36, 64)
    assert np.array_equal(luma_of_text(luma_text(luma)), luma)
    with pytest.raises(ValueError, match="reshape"):
        luma_of_text("AAAA")


def test_contrast_is_a_share_of_black_to_white() -> None:
    black, white = np.full((36, 64), 16, np.uint8), np.full((36, 64), 235, np.uint8)
    assert contrast(black, white) == contrast(white, black) == 1
    assert contrast(black, black) == 0
    half = black.copy()
    half[:18] = 235
    assert contrast(black, half) == 0.5


@pytest.mark.parametrize(("size", "expected"), [((108, 192), (108, 192)), ((540, 960), (180, 320))])
def test_a_still_is_the_picture_made_small(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    picture = np.zeros((*size, 3), np.uint8)
    picture[:, : size[1] // 2] = (200, 40, 90)
    picture[:, size[1] // 2 :] = (30, 160, 220)
    still = still_rgb(rgb_to_planes(picture))
    assert still.shape == (*expected, 3)
    assert np.abs(still[:, : expected[1] // 2 - 4] - np.array([200.0, 40, 90])).max() <= 3
    assert np.abs(still[:, expected[1] // 2 + 4 :] - np.array([30.0, 160, 220])).max() <= 3
    jpeg = Image.open(io.BytesIO(still_jpeg(still)))
    assert (jpeg.format, jpeg.size) == ("JPEG", (expected[1], expected[0]))
