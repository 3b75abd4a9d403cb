"""Light and red of cells against the definitions, on pictures of known colours."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.flash_grid import FlashGrid
from shared.flash_grid import FlashGrids, read_grids
from shared.media.color import Planes, rgb_to_planes

COLOURS = {
    "black": ((0, 0, 0), 0.0, 0.0, False),
    "white": ((255, 255, 255), 1.0, 0.0, False),
    "middle gray": ((128, 128, 128), 0.2159, 0.0, False),
    "red": ((255, 0, 0), 0.2126, 320.0, True),
    "dark red": ((128, 0, 0), 0.0459, 69.1, True),
    "orange": ((255, 160, 0), 0.4607, 205.2, False),
    "green": ((0, 255, 0), 0.7152, 0.0, False),
}


def grids_of(*pictures: Planes) -> FlashGrids:
    grid = FlashGrid()
    for planes in pictures:
        grid.add(planes)
    return read_grids(grid.text(), len(pictures))


@pytest.mark.parametrize("name", COLOURS)
def test_cells_hold_relative_luminance_and_red(name: str) -> None:
    rgb, luminance, red, is_saturated = COLOURS[name]
    planes = rgb_to_planes(np.full((180, 320, 3), rgb, np.uint8))
    found = grids_of(planes)
    assert found.luminance.shape == (1, 14, 24)
    assert found.luminance.mean() == pytest.approx(luminance, abs=0.012)
    if name != "orange":  # between two colours: told by its saturation alone
        assert found.red.mean() == pytest.approx(red, abs=6)
    assert bool(found.is_saturated.all()) is bool(found.is_saturated.any()) is is_saturated


def test_a_fine_pattern_is_no_light_and_dark() -> None:
    luma = np.where(np.indices((180, 320)).sum(axis=0) % 2, 235, 16).astype(np.uint8)
    gray = np.full((90, 160), 128, np.uint8)
    one, other = grids_of(Planes(luma, gray, gray), Planes(251 - luma, gray, gray)).luminance
    assert np.abs(one - other).max() < 0.01


def test_cells_are_where_the_picture_is() -> None:
    luma = np.full((1080, 1920), 16, np.uint8)
    luma[:, 960:] = 235
    gray = np.full((540, 960), 128, np.uint8)
    (found,) = grids_of(Planes(luma, gray, gray)).luminance
    assert found[:, :12].max() < 0.01
    assert found[:, 12:].min() > 0.98
