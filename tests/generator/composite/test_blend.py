from __future__ import annotations

import numpy as np
import pytest

from services.generator.composite.blend import Blend, covered
from shared.brief import Size
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.region import box

SIZE = Size(128, 96)


def noise(seed: int, width: int = 128, height: int = 96) -> Planes:
    rng = np.random.default_rng(seed)
    return rgb_to_planes(rng.integers(0, 256, (height, width, 3), np.uint8))


def test_outside_it_is_the_original_also_as_it_is_shown() -> None:
    below, above = noise(1), noise(2)
    blend = Blend.of(box(0.3, 0.2, 0.4, 0.5), SIZE)
    found = blend(below, above)
    outside = blend.inside == 0
    assert np.array_equal(found.y[outside], below.y[outside])
    shown, was = planes_to_rgb(found), planes_to_rgb(below)
    assert np.array_equal(shown[outside], was[outside])
    assert (found.y != below.y)[blend.inside == 1].mean() > 0.9


def test_deep_inside_it_is_the_edit() -> None:
    below, above = noise(1), noise(2)
    found = Blend.of(box(0.2, 0.2, 0.6, 0.6, feather=0.05), SIZE)(below, above)
    assert np.array_equal(found.y[40:56, 48:80], above.y[40:56, 48:80])
    assert np.array_equal(found.u[20:28, 24:40], above.u[20:28, 24:40])


def test_the_inputs_are_not_written_to() -> None:
    below, above = noise(1), noise(2)
    before = below.y.copy()
    Blend.of(box(0.0, 0.0, 1.0, 1.0), SIZE)(below, above)
    assert np.array_equal(below.y, before)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (128, 96, (0, 0, 128, 96)),
        (64, 48, (0, 0, 128, 96)),
        (96, 96, (16, 0, 96, 96)),
        (256, 96, (0, 24, 128, 48)),
    ],
)
def test_an_edit_of_another_aspect_lies_in_the_middle(
    width: int, height: int, expected: tuple[int, int, int, int]
) -> None:
    assert covered(SIZE, width, height) == expected


def test_what_an_edit_does_not_cover_is_kept() -> None:
    below, above = noise(1), noise(2, 96, 96)
    found = Blend.of(box(0.0, 0.0, 1.0, 1.0), SIZE)(below, above)
    assert np.array_equal(found.y[:, :16], below.y[:, :16])
    assert np.array_equal(found.y[:, 112:], below.y[:, 112:])
    assert np.array_equal(found.y[48, 40:88], above.y[48, 24:72])
