from __future__ import annotations

import numpy as np
import pytest

from shared.media.color import Uint8Array
from shared.media.midpoint import fit_midpoint

RANDOM = np.random.default_rng(7)


def landscape(seed: int, width: int = 640, height: int = 90) -> Uint8Array:
    """Luma with big soft shapes, wide enough for a camera to travel over it."""
    coarse = np.random.default_rng(seed).integers(30, 220, (6, 24))
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 24 // width
    return np.asarray(coarse[rows][:, columns], np.uint8)


def mix(one: Uint8Array, other: Uint8Array, weight: float) -> Uint8Array:
    mixed = (1 - weight) * one.astype(float) + weight * other
    return np.clip(np.rint(mixed + RANDOM.normal(0, 2, one.shape)), 16, 235).astype(np.uint8)


def view(picture: Uint8Array, left: float) -> Uint8Array:
    return picture[:, round(left) : round(left) + 160]


@pytest.mark.parametrize("count", [2, 3, 8, 12, 25])
def test_a_dissolve_of_standing_pictures_is_half_done_in_its_middle(count: int) -> None:
    one, other = view(landscape(1), 0), view(landscape(2), 0)
    frames = [mix(one, other, (k + 0.5) / count) for k in range(count)]
    assert fit_midpoint(one, frames, other) == pytest.approx(count / 2, abs=0.05)


@pytest.mark.parametrize("late", [-2.0, 1.5, 4.0])
def test_a_shifted_dissolve_is_found_where_it_is(late: float) -> None:
    one, other = view(landscape(3), 0), view(landscape(4), 0)
    frames = [mix(one, other, (k + 0.5 - late) / 16) for k in range(16)]
    assert fit_midpoint(one, frames, other) == pytest.approx(8 + late, abs=0.3)


@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_both_pictures_may_move(speed: float) -> None:
    one, other = landscape(5), landscape(6)
    frames = [mix(view(one, speed * k), view(other, speed * k), (k + 0.5) / 12) for k in range(12)]
    found = fit_midpoint(view(one, 0), frames, view(other, speed * 11))
    assert found == pytest.approx(6, abs=0.75)


def test_a_walker_in_a_corner_does_not_pull_it() -> None:
    one, other = view(landscape(8), 0), view(landscape(9), 0)
    frames = []
    for k in range(12):
        passing = one.copy()
        passing[30:, 8 * k : 8 * k + 40] = 20
        frames.append(mix(passing, other, (k + 0.5) / 12))
    assert fit_midpoint(one, frames, other) == pytest.approx(6, abs=0.3)


def test_pictures_that_are_too_alike_tell_nothing() -> None:
    one = view(landscape(10), 0)
    other = np.asarray(one + 2, np.uint8)
    assert fit_midpoint(one, [mix(one, other, k / 5) for k in range(6)], other) is None


def test_what_does_not_steadily_change_is_no_dissolve() -> None:
    one, other = view(landscape(11), 0), view(landscape(12), 0)
    back_and_forth = [mix(one, other, k % 2) for k in range(12)]
    assert fit_midpoint(one, back_and_forth, other) is None
    assert fit_midpoint(one, [other], other) is None
    assert fit_midpoint(one, [one, one, one], other) is None


def test_the_input_is_not_changed() -> None:
    one, other = view(landscape(13), 0).copy(), view(landscape(14), 0).copy()
    before = one.copy(), other.copy()
    fit_midpoint(one, [one, other], other)
    assert (one == before[0]).all()
    assert (other == before[1]).all()
