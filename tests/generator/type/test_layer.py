"""Layers over YUV planes are what painting in RGB would have given."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.type.layer import Paint, canvas_of, layer_of, wash_of
from services.generator.type.raster import Frame
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes

SIZE = (48, 64)
COLOR = (240, 60, 20)


def picture(seed: int = 1) -> np.ndarray:
    """Smooth colours, so that chroma subsampling takes nothing away."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    waves = [np.sin(rows / 17 + a) + np.cos(columns / 23 + b) for a, b in random.random((3, 2)) * 6]
    return np.asarray(np.stack(waves, -1) * 50 + 128, np.uint8)


def smooth_coverage() -> np.ndarray:
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    return np.asarray(np.clip(1.4 - np.hypot(rows - 24, columns - 32) / 16, 0, 1), np.float32)


def laid(coverage: np.ndarray, planes: Planes, **how: object) -> Planes:
    paint = Paint.empty(Frame(0, 0, SIZE[1], SIZE[0])).over(COLOR, coverage)
    canvas = canvas_of(planes)
    layer_of(paint).lay(canvas, **how)  # type: ignore[arg-type]
    return Planes(*canvas)


@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_a_layer_is_what_painting_in_rgb_gives(opacity: float) -> None:
    rgb, share = picture(), smooth_coverage()[..., None] * opacity
    expected = rgb_to_planes(
        np.asarray(np.rint(rgb * (1 - share) + np.array(COLOR) * share), np.uint8)
    )
    found = laid(smooth_coverage(), rgb_to_planes(rgb), opacity=opacity)
    for name in ("y", "u", "v"):
        difference = getattr(found, name).astype(int) - getattr(expected, name)
        assert np.abs(difference).max() <= 2
        assert abs(difference.mean()) < 0.5


def test_full_coverage_is_the_colour_in_limited_range() -> None:
    for color, expected in (((255, 255, 255), (235, 128, 128)), ((0, 0, 0), (16, 128, 128))):
        paint = Paint.empty(Frame(0, 0, 8, 8)).over(color, np.ones((8, 8), np.float32))
        canvas = tuple(np.full(shape, 90, np.uint8) for shape in ((8, 8), (4, 4), (4, 4)))
        layer_of(paint).lay(canvas)  # type: ignore[arg-type]
        inner = [plane[1:-1, 1:-1] if plane.shape == (4, 4) else plane for plane in canvas]
        for plane, value in zip(inner, expected, strict=True):
            assert np.abs(plane.astype(int) - value).max() <= 1


def test_nothing_changes_where_nothing_is_painted() -> None:
    planes, coverage = rgb_to_planes(picture()), np.zeros(SIZE, np.float32)
    coverage[20:28, 20:40] = 1
    found = laid(coverage, planes)
    assert np.array_equal(found.y[:20], planes.y[:20])
    assert np.array_equal(found.u[:, :9], planes.u[:, :9])
    assert not np.array_equal(found.y, planes.y)


def test_white_letters_on_gray_have_no_coloured_fringes() -> None:
    gray = rgb_to_planes(np.full((*SIZE, 3), 90, np.uint8))
    coverage = np.zeros(SIZE, np.float32)
    coverage[10:40, 21::7] = 1
    paint = Paint.empty(Frame(0, 0, SIZE[1], SIZE[0])).over((255, 255, 255), coverage)
    canvas = canvas_of(gray)
    layer_of(paint).lay(canvas)
    rgb = planes_to_rgb(Planes(*canvas)).astype(int)
    assert np.abs(rgb - rgb.mean(-1, keepdims=True)).max() <= 2


def test_a_layer_moves_by_parts_of_a_pixel() -> None:
    planes = rgb_to_planes(np.zeros((*SIZE, 3), np.uint8))

    def middle(down: float) -> float:
        luma = laid(smooth_coverage(), planes, down=down).y.astype(float) - 16
        return float((luma.sum(1) * np.arange(SIZE[0])).sum() / luma.sum())

    assert [middle(d) - middle(0) for d in (0.5, 1.25, 3)] == pytest.approx(
        [0.5, 1.25, 3], abs=0.05
    )


def test_a_layer_is_uncovered_from_the_left() -> None:
    planes, whole = rgb_to_planes(picture()), np.ones(SIZE, np.float32)
    found = laid(whole, planes, reveal=(32.0, 4.0))
    full = laid(whole, planes)
    assert np.array_equal(found.y[:, :29], full.y[:, :29])
    assert np.array_equal(found.y[:, 35:], planes.y[:, 35:])
    assert np.array_equal(found.u[:, 18:], planes.u[:, 18:])


def test_what_stands_out_of_the_picture_is_left_out() -> None:
    planes = rgb_to_planes(picture())
    found = laid(np.ones(SIZE, np.float32), planes, down=40.0)
    assert np.array_equal(found.y[:38], planes.y[:38])
    assert not np.array_equal(found.y[41:], planes.y[41:])
    assert np.array_equal(laid(np.ones(SIZE, np.float32), planes, down=60.0).y, planes.y)


@pytest.mark.parametrize("share", [1.0, 0.55])
def test_a_wash_is_a_layer_of_one_colour(share: float) -> None:
    planes, canvas = rgb_to_planes(picture()), canvas_of(rgb_to_planes(picture()))
    wash_of(COLOR, share).lay(canvas, 0.8)
    layer = laid(np.full(SIZE, share, np.float32), planes, opacity=0.8)
    for found, expected in zip(canvas, (layer.y, layer.u, layer.v), strict=True):
        inner = (slice(1, -1), slice(1, -1))  # a layer's chroma ends softly at the picture's edge
        assert np.abs(found[inner].astype(int) - expected[inner]).max() <= 1
