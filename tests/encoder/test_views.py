"""The small pictures of a frame: their sizes, ranges and colours."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.views import Views
from shared.media.color import rgb_to_planes
from tests.encoder.scenes import texture


@pytest.mark.parametrize(
    ("size", "detail", "small"),
    [
        ((1280, 720), (360, 640), (180, 320)),
        ((180, 320), (640, 360), (320, 180)),
        ((178, 100), (360, 640), (180, 320)),
    ],
)
def test_sizes(size: tuple[int, int], detail: tuple[int, int], small: tuple[int, int]) -> None:
    views = Views(rgb_to_planes(np.zeros((size[1], size[0], 3), np.uint8)))
    assert (views.detail.shape, views.small.shape) == (detail, small)
    height, width = views.rgb().shape[:2]
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)


def test_luma_has_the_full_range() -> None:
    for level in (0, 128, 255):
        views = Views(rgb_to_planes(np.full((180, 320, 3), level, np.uint8)))
        assert views.detail.mean() == pytest.approx(level, abs=1.5)
        assert views.small.dtype == np.uint8


def test_colours_survive() -> None:
    rgb = np.full((180, 320, 3), (200, 60, 30), np.uint8)
    np.testing.assert_allclose(Views(rgb_to_planes(rgb)).rgb().mean(axis=(0, 1)), rgb[0, 0], atol=3)


def test_looks_of_equal_frames_are_equal() -> None:
    planes = rgb_to_planes(texture(1)[:180, :320])
    first, again = Views(planes).look, Views(planes).look
    np.testing.assert_array_equal(first.thumb, again.thumb)
    np.testing.assert_array_equal(first.histogram, again.histogram)
