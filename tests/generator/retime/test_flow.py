from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.generator.retime.flow import Between
from shared.media.color import Planes, rgb_to_planes

SHAPE = (96, 160)


def texture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (24, 60, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (300, 96), interpolation=cv2.INTER_CUBIC))


WORLD = texture(1)


def view(left: float) -> Planes:
    """A window of a textured world, panned to the right by some pixels."""
    shift = np.array([[1, 0, -left], [0, 1, 0]], np.float32)
    return rgb_to_planes(np.asarray(cv2.warpAffine(WORLD, shift, (160, 96), flags=cv2.INTER_CUBIC)))


def error(one: Planes, other: Planes) -> float:
    inner = np.s_[8:-8, 20:-20]
    return float(np.abs(one.y[inner].astype(int) - other.y[inner].astype(int)).mean())


@pytest.mark.parametrize("time", [0.25, 0.5, 0.8])
def test_a_pan_is_shown_at_the_time_asked_for(time: float) -> None:
    between = Between.of(view(20), view(28))
    made = between.at(time)
    truth = view(20 + 8 * time)
    blended = Planes(
        *(
            np.rint((1 - time) * a + time * b).astype(np.uint8)
            for a, b in zip(
                (between.first.y, between.first.u, between.first.v),
                (between.second.y, between.second.u, between.second.v),
                strict=True,
            )
        )
    )
    assert error(made, truth) < 0.25 * error(blended, truth)
    assert error(made, truth) < 0.25 * min(error(view(20), truth), error(view(28), truth))
    assert between.doubtful_share < 0.15


def test_what_does_not_move_stays_as_it_is() -> None:
    made = Between.of(view(20), view(20)).at(0.5)
    assert np.array_equal(made.y, view(20).y)
    assert np.array_equal(made.u, view(20).u)


def test_two_different_pictures_are_in_doubt() -> None:
    other = rgb_to_planes(texture(2)[:, :160].copy())
    assert Between.of(view(20), other).doubtful_share > 0.5


@pytest.mark.parametrize("shift", [4, 8, 12])
def test_what_a_moving_thing_uncovers_is_not_smeared(shift: int) -> None:
    thing = np.asarray(cv2.resize(texture(3), (600, 192), interpolation=cv2.INTER_CUBIC))

    def scene(left: int) -> Planes:
        picture = WORLD[:, :160].copy()
        picture[24:72, left : left + 56] = thing[24:72, :56]
        return rgb_to_planes(picture)

    between = Between.of(scene(50), scene(50 + shift))
    made, truth = between.at(0.5), scene(50 + shift // 2)
    blend = (between.first.y.astype(int) + between.second.y) // 2
    near = np.s_[14:82, 30:130]
    wrong = np.abs(made.y[near].astype(int) - truth.y[near]) > 24
    ghosts = np.abs(blend[near] - truth.y[near]) > 24
    assert wrong.mean() < 0.5 * ghosts.mean()
    assert between.doubtful_share > 0.003
