from __future__ import annotations

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes


def exact_yuv(rgb: np.ndarray) -> np.ndarray:
    """BT.709 limited range by its definition, float64 [..., 3]."""
    r, g, b = (rgb[..., index] / 255 for index in range(3))
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return np.stack([16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748], -1)


def test_flat_colours_are_within_one_level() -> None:
    random = np.random.default_rng(1)
    corners = np.array(np.meshgrid([0, 255], [0, 255], [0, 255])).reshape(3, -1).T
    for color in [*corners, *random.integers(0, 256, (100, 3))]:
        planes = rgb_to_planes(np.tile(color.astype(np.uint8), (8, 8, 1)))
        found = np.array([planes.y[3, 3], planes.u[1, 1], planes.v[1, 1]], float)
        assert np.abs(found - exact_yuv(color)).max() <= 1


def test_every_pixel_keeps_its_own_luma() -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (32, 48, 3)).astype(np.uint8)
    assert np.abs(rgb_to_planes(rgb).y - exact_yuv(rgb)[..., 0]).max() <= 1


def test_chroma_is_sited_on_the_left_column_between_rows() -> None:
    # Chroma that grows evenly along x and y has at each site the value of that place.
    x, y = np.meshgrid(np.arange(64), np.arange(64))
    red = (40 + 2 * x + y).astype(np.uint8)
    rgb = np.stack([red, np.full_like(red, 90), np.full_like(red, 90)], -1)
    sites = np.stack([40 + 2 * (2.0 * x) + (2 * y + 0.5), 0 * x + 90.0, 0 * x + 90.0], -1)
    expected = exact_yuv(sites)[:32, :32, 2]
    found = rgb_to_planes(rgb).v.astype(float)
    assert np.abs(found - expected)[1:-1, 1:-1].max() <= 1


def test_round_trip_of_a_smooth_picture() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 80), np.linspace(0, 1, 60))
    rgb = np.stack([60 + 120 * x, 40 + 150 * y, 200 - 100 * x], -1).astype(np.uint8)
    back = planes_to_rgb(rgb_to_planes(rgb))
    assert back.shape == rgb.shape
    assert np.abs(back.astype(int) - rgb)[1:-1, 1:-1].max() <= 4


def test_odd_edges_are_left_out() -> None:
    planes = rgb_to_planes(np.zeros((9, 7, 3), np.uint8))
    assert (planes.width, planes.height) == (6, 8)


def test_planes_that_do_not_match_are_refused() -> None:
    luma, half = np.zeros((8, 8), np.uint8), np.zeros((4, 4), np.uint8)
    Planes(luma, half, half)
    with pytest.raises(InvalidInput, match="do not form a picture"):
        Planes(luma, half, half[:, :3])
    with pytest.raises(InvalidInput, match="do not form a picture"):
        Planes(luma[:7], half, half)
