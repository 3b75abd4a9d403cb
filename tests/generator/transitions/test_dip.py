from __future__ import annotations

import numpy as np
import pytest

from services.generator.transitions.dip import dip
from shared.media.color import Planes


def flat(y: int, u: int, v: int) -> Planes:
    half = np.zeros((4, 8), np.uint8)
    return Planes(np.full((8, 16), y, np.uint8), half + np.uint8(u), half + np.uint8(v))


@pytest.mark.parametrize("count", [2, 3, 8, 13])
def test_it_is_black_on_both_sides_of_the_cut(count: int) -> None:
    one, other = flat(220, 100, 200), flat(180, 160, 90)
    for index in (count // 2 - 1, count // 2):
        found = dip(one, other, index, count)
        assert (found.y == 16).all()
        assert (found.u == 128).all()
        assert (found.v == 128).all()


def test_it_falls_and_rises_eased_in_one_shot_each() -> None:
    one, other = flat(216, 98, 188), flat(116, 98, 128)
    pictures = [dip(one, other, index, 20) for index in range(20)]
    luma = np.array([int(picture.y[0, 0]) for picture in pictures]) - 16
    falling, rising = luma[:10] / 200, luma[10:] / 100
    assert (np.diff(falling) < 0).all()
    assert (np.diff(rising) > 0).all()
    assert falling[0] > 0.95
    assert rising[-1] > 0.95
    assert np.abs(np.diff(falling)).argmax() in (3, 4, 5)  # fastest in the middle
    for picture, level in zip(pictures[:9], falling, strict=False):
        assert abs((int(picture.u[0, 0]) - 128) - -30 * level) <= 1
        assert abs((int(picture.v[0, 0]) - 128) - 60 * level) <= 1
