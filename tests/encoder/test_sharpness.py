"""Sharpness: one scale for all sizes, on which softness is low whatever made it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from services.encoder.sharpness import analysis_size, measure_sharpness, to_analysis_size
from tests.encoder.scenes import texture

Gray = NDArray[np.uint8]


@pytest.fixture(scope="module")
def crisp() -> Gray:
    # Detail down to one pixel of the size that is measured at.
    small = texture(1)[:360, :640, 1]
    edges = cv2.filter2D(small, -1, np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], np.float32))
    return np.asarray(edges, np.uint8)


def _resized(gray: Gray, factor: float) -> Gray:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=method))


def _sharpness(gray: Gray) -> float:
    return measure_sharpness(to_analysis_size(gray))


def test_blur_lowers_it_step_by_step(crisp: Gray) -> None:
    blurred = [np.asarray(cv2.GaussianBlur(crisp, (0, 0), s), np.uint8) for s in (1, 2, 4)]
    values = [_sharpness(gray) for gray in (crisp, *blurred)]
    assert values == sorted(values, reverse=True)
    assert values[1] < 0.6 * values[0]
    assert values[3] < 0.2 * values[0]


@pytest.mark.parametrize("factor", [1.5, 3.0])
def test_the_size_of_the_file_does_not_matter(crisp: Gray, factor: float) -> None:
    assert _sharpness(_resized(crisp, factor)) == pytest.approx(_sharpness(crisp), rel=0.15)


def test_an_enlarged_small_picture_is_soft(crisp: Gray) -> None:
    enlarged = _resized(_resized(crisp, 0.25), 8.0)
    assert enlarged.shape == (720, 1280)
    assert _sharpness(enlarged) < 0.35 * _sharpness(crisp)


def test_a_sharp_subject_before_a_soft_ground_is_sharp(crisp: Gray) -> None:
    soft = np.asarray(cv2.GaussianBlur(crisp, (0, 0), 6), np.uint8)
    portrait = soft.copy()
    portrait[60:300, 180:460] = crisp[60:300, 180:460]
    assert _sharpness(portrait) > 3 * _sharpness(soft)


def test_grain_is_not_detail(crisp: Gray) -> None:
    soft = cv2.GaussianBlur(crisp, (0, 0), 6).astype(np.float32)
    grainy = soft + np.random.default_rng(0).normal(0, 5, soft.shape)
    assert _sharpness(np.clip(grainy, 0, 255).astype(np.uint8)) < 0.5 * _sharpness(crisp)


def test_flat_is_zero() -> None:
    assert _sharpness(np.full((40, 2000), 77, np.uint8)) == 0


def test_analysis_size_keeps_the_shape() -> None:
    assert analysis_size(1920, 1080) == (640, 360)
    assert analysis_size(1080, 1920) == (360, 640)
    assert analysis_size(320, 200) == (640, 400)
    assert analysis_size(10_000, 50) == (640, 8)
