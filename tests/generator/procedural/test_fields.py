from __future__ import annotations

import numpy as np

from services.generator.procedural.fields import WaveField, coordinates


def test_coordinates_are_in_picture_heights_around_the_middle() -> None:
    x, y = coordinates(160, 90)
    assert x.shape == y.shape == (90, 160)
    assert np.isclose(x[0, 0], -x[0, -1])
    assert np.isclose(y[-1, 0] - y[0, 0], 89 / 90)
    assert np.isclose(x[0, -1] - x[0, 0], 159 / 90)


def test_a_field_is_smooth_in_place_and_time_and_of_unit_size() -> None:
    field = WaveField.of(np.random.default_rng(1), 6, 0.5)
    x, y = coordinates(480, 270)
    now = field.at(x, y, 0.0)
    assert abs(float(now.mean())) < 0.6
    assert 0.5 < float(now.std()) < 1.6
    assert np.abs(np.diff(now, axis=1)).max() < 0.15
    assert 0 < np.abs(field.at(x, y, 1 / 30) - now).max() < 0.2
