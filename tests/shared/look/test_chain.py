"""The whole of a shot's colours as one function, in a fixed order."""

from __future__ import annotations

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput
from shared.look.chain import Chain, load_chain, to_rgb, to_yuv
from shared.look.cube import Cube, grid
from shared.look.cube_file import parse_cube, write_cube
from shared.look.primary import Primary
from shared.shot import Grade

PLAIN = Primary.of(Grade())
COLORS = np.random.default_rng(5).random((300, 3))
SQUARED, HALVED = Cube(grid(33) ** 2), Cube(grid(33) / 2)


def test_codes_and_colors_are_inverse() -> None:
    assert to_rgb(to_yuv(COLORS)) == pytest.approx(COLORS)
    assert to_yuv(np.array([[0.0] * 3, [1.0] * 3])) == pytest.approx(
        np.array([[16, 128, 128], [235, 128, 128]])
    )


def test_an_identity_table_leaves_even_impossible_colours() -> None:
    codes = np.random.default_rng(6).uniform(0, 255, (400, 3))
    chain = Chain(PLAIN, Cube.identity(9), Cube.identity(17), Cube.identity(33))
    # Luma is clamped to limited range by the grade's curve, as it is without tables.
    codes[:, 0] = np.clip(codes[:, 0], 16, 235)
    assert chain.on_yuv(codes) == pytest.approx(codes, abs=1e-6)


def test_the_look_comes_after_the_style_and_the_style_after_the_correction() -> None:
    codes = to_yuv(COLORS)
    found = to_rgb(Chain(PLAIN, style=HALVED, look=SQUARED).on_yuv(codes))
    assert found == pytest.approx((COLORS / 2) ** 2, abs=1e-3)
    found = to_rgb(Chain(PLAIN, input_lut=SQUARED, look=HALVED).on_yuv(codes))
    assert found == pytest.approx(COLORS**2 / 2, abs=1e-3)
    gray = Primary.of(Grade(saturation=0))
    before = to_rgb(Chain(gray, look=Cube(np.ones((2, 2, 2, 3)) * [1, 0, 0])).on_yuv(codes))
    assert before[:, 0] == pytest.approx(np.ones(300), abs=0.02)
    after = to_rgb(Chain(gray, input_lut=Cube(np.ones((2, 2, 2, 3)) * [1, 0, 0])).on_yuv(codes))
    assert np.ptp(after, axis=1) == pytest.approx(np.zeros(300), abs=1e-6)


def test_strength_is_the_share_of_the_look() -> None:
    found = to_rgb(Chain(PLAIN, look=HALVED, look_strength=0.5).on_yuv(to_yuv(COLORS)))
    assert found == pytest.approx(COLORS * 0.75)


def test_all_of_it_becomes_one_table() -> None:
    chain = Chain(Primary.of(Grade(0.5, 1.2, 0.9, 0.3)), style=SQUARED, look=HALVED)
    cube = parse_cube(write_cube(chain.to_cube(33), "shot"))
    inside = 0.1 + 0.8 * COLORS
    expected = np.clip(to_rgb(chain.on_yuv(to_yuv(inside))), 0, 1)
    assert cube.apply(inside) == pytest.approx(expected, abs=0.01)


def test_tables_are_read_from_the_store() -> None:
    blobs = MemoryBlobs()
    look = blobs.put(write_cube(HALVED, "half"))
    chain = load_chain(blobs, Grade(look=look, look_strength=0.25), None)
    assert chain.has_tables
    assert chain.look is not None
    assert (chain.look_strength, chain.style, chain.input_lut) == (0.25, None, None)
    with pytest.raises(InvalidInput, match="LUT_3D_SIZE"):
        load_chain(blobs, Grade(style=blobs.put(b"TITLE x")), None)
