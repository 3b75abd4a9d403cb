"""The centre of attention: on the subject, wherever it is, in drawn and in real pictures."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.encoder.saliency import find_center, find_saliency
from shared.media.photo import load_photo
from tests.encoder.scenes import Rgb, texture


def _disc(x: float, y: float, size: tuple[int, int] = (480, 320), radius: float = 0.1) -> Rgb:
    width, height = size
    ground = cv2.resize(texture(1, contrast=3), size, interpolation=cv2.INTER_AREA)
    center = (round(x * width), round(y * height))
    return np.asarray(cv2.circle(ground, center, round(radius * height), (230, 120, 20), -1))


@pytest.mark.parametrize("x", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("y", [0.25, 0.7])
def test_the_centre_is_on_the_subject(x: float, y: float) -> None:
    found = find_center(find_saliency(_disc(x, y)))
    assert found == pytest.approx((x, y), abs=0.06)


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (97, 333), (32, 32), (2000, 40)])
def test_a_map_has_the_pictures_shape_and_sums_to_one(size: tuple[int, int]) -> None:
    saliency = find_saliency(_disc(0.5, 0.5, size))
    assert saliency.dtype == np.float32
    assert max(saliency.shape) == 64
    height, width = saliency.shape
    assert width / height == pytest.approx(size[0] / size[1], rel=0.25, abs=0.5) or height == 1
    assert saliency.min() >= 0
    assert saliency.sum() == pytest.approx(1, rel=1e-4)


def test_of_two_subjects_one_is_chosen() -> None:
    both = _disc(0.2, 0.5)
    both = np.asarray(cv2.circle(both, (round(0.8 * 480), 160), 40, (20, 60, 230), -1))
    x, _ = find_center(find_saliency(both))
    assert min(abs(x - 0.2), abs(x - 0.8)) < 0.08


def test_an_empty_picture_is_looked_at_in_the_middle() -> None:
    x, y = find_center(find_saliency(np.full((180, 320, 3), 128, np.uint8)))
    assert x == pytest.approx(0.5, abs=0.01)
    assert y == pytest.approx(0.47, abs=0.04)


# Where the subject's middle lies, and how far from it is still on the subject.
PHOTOS = {
    "astronaut.png": ((0.42, 0.40), (0.16, 0.40)),
    "camera.png": ((0.38, 0.40), (0.15, 0.25)),
    "cell.png": ((0.77, 0.57), (0.08, 0.08)),
    "chelsea.png": ((0.48, 0.50), (0.22, 0.30)),
    "coffee.png": ((0.50, 0.42), (0.22, 0.30)),
    "motorcycle_left.png": ((0.50, 0.50), (0.25, 0.25)),
    "rocket.jpg": ((0.497, 0.60), (0.05, 0.35)),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_real_photos(name: str) -> None:
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        pytest.skip("scikit-image is not installed")
    path = Path(package.origin).parent / "data" / name
    if not path.exists():
        pytest.skip(f"this scikit-image does not ship {name}")
    (x, y), (reach_x, reach_y) = PHOTOS[name]
    found_x, found_y = find_center(find_saliency(load_photo(path)))
    assert abs(found_x - x) <= reach_x
    assert abs(found_y - y) <= reach_y


@pytest.mark.parametrize("shape", [(1, 96, 3), (96, 1, 3), (2, 96, 3)])
def test_a_thin_strip_has_a_map_too(shape: tuple[int, int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    found = find_saliency(rgb)
    assert np.isfinite(found).all()
