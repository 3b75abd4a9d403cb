"""No bands, no clipping, grain that is new in each frame."""

from __future__ import annotations

import numpy as np

from services.generator.procedural.finish import Finisher, display
from services.generator.procedural.picture import Picture
from shared.brief import Size

SIZE = Size(320, 180)


def gray(level: float, shape: tuple[int, int] = (18, 32)) -> np.ndarray:
    return np.full((*shape, 3), level, np.float32)


def test_display_is_srgb_below_the_shoulder_and_never_clips() -> None:
    light = np.array([[[0.0, 0.002, 0.2140]]], np.float32)
    assert np.allclose(display(light), [[[0, 0.02584, 0.5]]], atol=1e-3)
    ramp = display(np.linspace(0, 4, 2000, dtype=np.float32)[:, None, None])
    assert np.all(np.diff(ramp[:, 0, 0]) >= 0)
    assert ramp.max() < 1.0005


def test_a_gradient_has_no_bands() -> None:
    # Three levels over the width: without grain, their mean would be stairs of a level each.
    ramp = np.repeat(np.linspace(0.020, 0.024, 32, dtype=np.float32)[None, :, None], 18, 0)
    picture = Picture(np.repeat(ramp, 3, axis=2))
    finisher = Finisher.of(SIZE, 1)
    frames = [finisher.planes(picture, index).y[60:120] for index in range(8)]
    columns = np.concatenate(frames).mean(axis=0, dtype=float)
    smooth = np.polynomial.Polynomial.fit(np.arange(320), columns, 4)(np.arange(320))
    assert (columns - smooth).std() < 0.15
    stairs = np.rint(smooth)
    assert (stairs - smooth).std() > 0.2


def test_grain_is_new_in_each_frame_and_the_same_again() -> None:
    finisher = Finisher.of(SIZE, 1)
    first, second = (finisher.planes(Picture(gray(0.1)), index).y for index in (0, 1))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, Finisher.of(SIZE, 1).planes(Picture(gray(0.1)), 0).y)
    assert 1.0 < (first.astype(float) - second).std() < 4.5


def test_what_lies_over_is_seen_where_the_mask_says() -> None:
    mask = np.zeros((180, 320), np.float32)
    mask[:, 160:] = 1
    planes = Finisher.of(SIZE, 1).planes(Picture(gray(0.0), gray(0.5), mask), 0)
    assert planes.y[80:100, :150].mean() < 20
    assert planes.y[80:100, 170:].mean() > 150


def test_corners_are_darker_than_the_middle() -> None:
    y = Finisher.of(SIZE, 1).planes(Picture(gray(0.2)), 0).y.astype(float)
    assert y[:12, :12].mean() < 0.9 * y[84:96, 154:166].mean()
