from __future__ import annotations

import numpy as np

from services.generator.transitions.dissolve import dissolve
from shared.media.color import Planes


def flat(y: int, u: int, v: int) -> Planes:
    half = np.zeros((4, 8), np.uint8)
    return Planes(np.full((8, 16), y, np.uint8), half + np.uint8(u), half + np.uint8(v))


def test_weights_grow_evenly_and_are_half_in_the_middle() -> None:
    one, other = flat(20, 100, 200), flat(220, 180, 60)
    for index in range(10):
        share = (index + 0.5) / 10
        found = dissolve(one, other, index, 10)
        for plane, before, after in (
            (found.y, 20, 220),
            (found.u, 100, 180),
            (found.v, 200, 60),
        ):
            assert np.abs(plane - (before + (after - before) * share)).max() <= 0.5
    assert dissolve(one, other, 1, 3).y[0, 0] == 120


def test_equal_pictures_stay_as_they_are() -> None:
    noise = np.random.default_rng(1).integers(16, 236, (8, 16)).astype(np.uint8)
    half = noise[:4, :8]
    picture = Planes(noise, half, half)
    for index in range(7):
        assert (dissolve(picture, picture, index, 7).y == noise).all()
