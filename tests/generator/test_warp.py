from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from services.generator.footage.camera import CameraPath
from services.generator.footage.rect import Rect
from services.generator.footage.travel import plan_travel
from services.generator.footage.warp import Warp
from shared.brief import Size
from shared.media.color import Planes
from shared.requests import Quality

TRAVEL = plan_travel(10, (), Fraction(30))


def ramp(width: int, height: int, per_column: float, per_row: float) -> Planes:
    """Samples that say where they are: luma pixel (x, y) has 20 + per_column*x + per_row*y."""

    def at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.rint(20 + per_column * x[None, :] + per_row * y[:, None]).astype(np.uint8)

    luma = at(np.arange(width), np.arange(height))
    chroma = at(2.0 * np.arange(width // 2), 2 * np.arange(height // 2) + 0.5)
    return Planes(luma, chroma, chroma)


def warp(start: Rect, end: Rect, size: Size, quality: Quality = Quality.DRAFT) -> Warp:
    return Warp(CameraPath(start, end, TRAVEL), size, quality)


@pytest.mark.parametrize("rect", [Rect(10.25, 7.5, 128, 72), Rect(31.7, 20.1, 96, 54)])
@pytest.mark.parametrize("per", [(1.0, 0.0), (0.0, 2.0)])
def test_moving_views_show_what_lies_under_each_pixel_centre(
    rect: Rect, per: tuple[float, float]
) -> None:
    size = Size(128, 72)
    end = Rect(rect.left, rect.top, rect.width - 16, rect.height - 9)
    seen = warp(rect, end, size).view(ramp(192, 108, *per), rect)
    scale = rect.width / size.width
    x = rect.left + (np.arange(128) + 0.5) * scale - 0.5
    y = rect.top + (np.arange(72) + 0.5) * scale - 0.5
    expected = 20 + per[0] * x[None, :] + per[1] * y[:, None]
    assert np.abs(seen.y - expected).max() <= 0.6
    # Chroma belongs to the left column of its pair and to the middle of its two rows.
    sites = 20 + per[0] * x[None, ::2] + per[1] * (y[::2, None] + scale / 2)
    assert np.abs(seen.u - sites)[1:-1, 1:-1].max() <= 0.9
    assert (seen.u == seen.v).all()


def test_slow_moves_are_sub_pixel() -> None:
    picture = ramp(192, 108, 1.0, 0.0)
    size = Size(128, 72)
    means = []
    for step in range(9):
        rect = Rect(20 + step / 8, 10, 120, 67.5)
        means.append(float(warp(rect, Rect(20, 10, 110, 62), size).view(picture, rect).y.mean()))
    assert np.allclose(np.diff(means), 1 / 8, atol=0.06)


def test_a_still_view_of_the_whole_picture_in_its_own_size_is_the_picture() -> None:
    picture = ramp(128, 72, 1, 1)
    rect = Rect(0, 0, 128, 72)
    seen = warp(rect, rect, Size(128, 72), Quality.FINAL).view(picture, rect)
    assert (seen.y == picture.y).all()
    assert (seen.u == picture.u).all()


@pytest.mark.parametrize("quality", list(Quality))
@pytest.mark.parametrize("width", [128, 640])
def test_still_views_are_scaled_in_place(quality: Quality, width: int) -> None:
    picture = ramp(192, 108, 1.0, 0.0)
    rect = Rect(0, 0, 192, 108)
    size = Size(width, width * 9 // 16)
    seen = warp(rect, rect, size, quality).view(picture, rect)
    assert seen.y.shape == (size.height, size.width)
    expected = 20 + (np.arange(size.width) + 0.5) * 192 / size.width - 0.5
    assert np.abs(seen.y - expected)[:, 4:-4].max() <= 1.1
    assert np.abs(seen.u - expected[::2])[:, 2:-2].max() <= 1.6


def test_strong_reduction_averages_instead_of_skipping() -> None:
    # Columns of 20 and 220 in turn: skipping pixels would give stripes or one of the two.
    luma = np.tile(np.array([20, 220], np.uint8), (360, 320))
    half = np.full((180, 320), 128, np.uint8)
    picture = Planes(luma, half, half)
    for end in (Rect(0, 0, 640, 360), Rect(20, 10, 600, 337.5)):
        rect = Rect(0, 0, 640, 360)
        seen = warp(rect, end, Size(160, 90)).view(picture, rect)
        assert seen.y.shape == (90, 160)
        assert np.abs(seen.y.astype(int) - 120).max() <= 30


def test_enlarging_in_a_final_is_crisper_than_in_a_draft() -> None:
    rect, end = Rect(0, 0, 96, 54), Rect(4, 2, 80, 45)
    luma = np.full((54, 96), 60, np.uint8)
    luma[:, 48:] = 180
    half = np.full((27, 48), 128, np.uint8)
    picture = Planes(luma, half, half)
    edges = {}
    for quality in Quality:
        seen = warp(rect, end, Size(256, 144), quality).view(picture, rect).y
        assert seen.min() >= 60 - 13  # cubic alone overshoots by a tenth; sharpening adds nothing
        assert seen.max() <= 180 + 13
        edges[quality] = int(np.abs(np.diff(seen[70].astype(int))).max())
    assert edges[Quality.FINAL] > 1.3 * edges[Quality.DRAFT]


def test_one_thread() -> None:
    assert cv2.getNumThreads() == 1
