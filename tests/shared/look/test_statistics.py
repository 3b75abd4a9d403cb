"""Statistics of pictures: what they say of known ones."""

from __future__ import annotations

import numpy as np
import pytest

from shared.look.oklab import to_oklab
from shared.look.statistics import LookMean, LookStatistics, measure_look


def test_a_picture_of_two_tones_with_a_colour_each() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    picture[:10], picture[10:] = (20, 60, 70), (230, 190, 160)
    dark, light = to_oklab(np.array([[20, 60, 70], [230, 190, 160]]) / 255)
    lightness, zones, spread = measure_look(picture)
    assert (lightness[0], lightness[-1]) == pytest.approx((dark[0], light[0]), abs=1e-6)
    assert zones[0] == pytest.approx(dark[1:], abs=0.005)
    assert zones[2] == pytest.approx(light[1:], abs=0.005)
    assert spread == pytest.approx(np.linalg.norm(dark[1:] - light[1:]) / 2, abs=1e-6)


def test_a_zone_that_is_not_there_leans_on_the_whole() -> None:
    _, zones, _ = measure_look(np.full((8, 8, 3), (210, 180, 90), np.uint8))
    assert zones[0] == pytest.approx(zones[2], abs=1e-6)


def test_windows_and_means() -> None:
    looks = LookStatistics(
        np.array([0, 0.5, 1.0], np.float32),
        np.arange(51, dtype=np.float32).reshape(3, 17),
        np.zeros((3, 3, 2), np.float32),
        np.array([0.1, 0.2, 0.3], np.float32),
    )
    assert looks.between(0.4, 1.2).seconds.tolist() == [0.5, 1.0]
    assert looks.between(5, 6).seconds.tolist() == [1.0]
    mean = LookMean.of([looks, looks.between(0, 0.1)], [1, 3])
    assert mean.spread == pytest.approx(0.25 * 0.2 + 0.75 * 0.1)
