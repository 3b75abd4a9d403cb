from __future__ import annotations

import numpy as np
import pytest

from services.generator.procedural.lights import add_light, disc

WHITE = np.ones(3, np.float32)


def test_a_disc_is_round_and_its_rim_is_brightest() -> None:
    patch = disc(10, 0.5, 0.6)
    assert patch.shape[0] == patch.shape[1]
    assert np.allclose(patch, patch.T)
    half = patch.shape[0] // 2
    assert patch[half, half + 8] > patch[half, half] > 0.9
    assert patch[0, 0] < 0.01


@pytest.mark.parametrize("x", [20.0, 20.25, 20.5, 20.9])
def test_light_is_added_at_fractions_of_a_pixel(x: float) -> None:
    light = np.zeros((40, 40, 3), np.float32)
    add_light(light, disc(5, 0.5, 0), x, 20.0, WHITE)
    columns = np.arange(40)
    assert (light[..., 0].sum(axis=0) * columns).sum() / light[..., 0].sum() == pytest.approx(
        x, abs=0.02
    )


def test_light_at_the_edge_is_cut_and_outside_is_none() -> None:
    light = np.zeros((40, 40, 3), np.float32)
    add_light(light, disc(5, 0.5, 0), -2.0, 20.0, WHITE)
    assert 0 < light.sum() < disc(5, 0.5, 0).sum() * 3 / 2
    add_light(before := light.copy(), disc(5, 0.5, 0), -50.0, 20.0, WHITE)
    assert np.array_equal(before, light)
