"""Palettes of pictures made of known colours."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.palette import MAX_COLORS, find_palette, to_lab
from tests.encoder.scenes import Rgb, texture

RED, GREEN, BLUE = (200, 30, 40), (30, 160, 60), (20, 50, 190)


def _flag(*stripes: tuple[tuple[int, int, int], int]) -> Rgb:
    return np.concatenate([np.full((n, 300, 3), color, np.uint8) for color, n in stripes])


def test_colours_and_weights_of_a_flag() -> None:
    colors, weights = find_palette(to_lab(_flag((RED, 150), (GREEN, 100), (BLUE, 50))))
    assert colors.shape == (3, 3)
    assert {str(colors.dtype), str(weights.dtype)} == {"float32"}
    np.testing.assert_allclose(colors * 255, [RED, GREEN, BLUE], atol=4)
    np.testing.assert_allclose(weights, [0.5, 1 / 3, 1 / 6], atol=0.02)


def test_near_equal_colours_are_one() -> None:
    colors, weights = find_palette(to_lab(_flag((RED, 100), ((204, 34, 44), 100), (BLUE, 100))))
    assert len(colors) == 2
    assert weights[0] == pytest.approx(2 / 3, abs=0.02)


def test_one_colour() -> None:
    colors, weights = find_palette(to_lab(_flag((GREEN, 64))))
    np.testing.assert_allclose(colors * 255, [GREEN], atol=1)
    assert weights.tolist() == [1.0]


def test_a_rich_picture_is_deterministic_and_ordered() -> None:
    lab = to_lab(texture(1, contrast=20))
    first, again = find_palette(lab), find_palette(lab)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert 3 <= len(first[0]) <= MAX_COLORS
    assert first[1].sum() == pytest.approx(1)
    assert (np.diff(first[1]) <= 0).all()
    assert first[0].min() >= 0
    assert first[0].max() <= 1


def test_lab_is_of_d65() -> None:
    lab = to_lab(_flag(((255, 255, 255), 20), ((0, 0, 0), 20)))
    np.testing.assert_allclose(lab[0, 0], [100, 0, 0], atol=0.1)
    np.testing.assert_allclose(lab[-1, 0], [0, 0, 0], atol=0.1)
    red = to_lab(_flag(((255, 0, 0), 20)))[0, 0]
    np.testing.assert_allclose(red, [53.24, 80.09, 67.20], atol=0.3)


def test_lab_is_of_a_small_picture() -> None:
    assert to_lab(np.zeros((500, 1000, 3), np.uint8)).shape == (64, 128, 3)
    assert to_lab(np.zeros((40, 30, 3), np.uint8)).shape == (40, 30, 3)
