from __future__ import annotations

import numpy as np

from services.generator.procedural.colors import (
    Colors,
    from_oklab,
    linear_of,
    looked_up,
    oklab_of,
)
from tests.generator.procedural.conftest import PALETTE


def test_oklab_is_the_published_one_and_goes_back() -> None:
    white = oklab_of(linear_of(("#ffffff",)))[0]
    assert np.allclose(white, [1, 0, 0], atol=1e-3)
    red = oklab_of(linear_of(("#ff0000",)))[0]  # Ottosson: 0.6280, 0.2249, 0.1258
    assert np.allclose(red, [0.6280, 0.2249, 0.1258], atol=1e-3)
    linear = linear_of(PALETTE)
    assert np.allclose(from_oklab(oklab_of(linear)), linear, atol=1e-5)


def test_a_ramp_goes_from_dark_to_light_through_the_palette() -> None:
    ramp = Colors.of(PALETTE[::-1]).ramp()
    lightness = oklab_of(ramp)[:, 0]
    assert np.all(np.diff(lightness) >= -1e-4)
    linear = linear_of(PALETTE)
    for color in linear:
        assert np.abs(ramp - color).sum(axis=1).min() < 0.02


def test_look_ups_are_smooth_between_steps() -> None:
    ramp = np.array([[0, 0, 0], [1, 1, 1]], np.float32)
    values = np.array([0.0, 0.25, 1.0, 2.0], np.float32)
    assert np.allclose(looked_up(ramp, values)[:, 0], [0, 0.25, 1, 1])


def test_ground_accent_and_deep_are_what_they_say() -> None:
    colors = Colors.of(PALETTE)
    assert np.array_equal(colors.ground, linear_of(PALETTE[:1])[0])
    assert np.array_equal(colors.accent, linear_of(PALETTE[-1:])[0])
    assert np.array_equal(colors.deep, linear_of(PALETTE[1:2])[0])
    assert all(not np.array_equal(colors.pick(number), colors.ground) for number in range(9))
    assert len(Colors.of(PALETTE[:2]).bodies) == 2
