from __future__ import annotations

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.flash_grid import FlashGrids, grid_size, grid_text, joined_grids, read_grids


def test_a_block_of_ten_degrees_is_eight_by_six_cells_on_any_film() -> None:
    assert grid_size(1024, 768) == (24, 18)
    assert grid_size(1920, 1080) == (24, 14)
    assert grid_size(1080, 1920) == (10, 18)
    assert grid_size(4096, 64) == (24, 1)


def test_grids_come_back_from_text_within_their_steps() -> None:
    random = np.random.default_rng(3)
    light = random.random((9, 14, 24), np.float32)
    red = random.random((9, 14, 24), np.float32) * 320
    marks = random.random((9, 14, 24)) > 0.5
    found = read_grids(grid_text(light, red, marks), 9)
    assert np.abs(found.luminance - light).max() < 0.004
    assert np.abs(found.red - red).max() < 1.3
    assert (found.is_saturated == marks).all()


def test_what_stands_still_takes_next_to_nothing() -> None:
    light = np.repeat(np.random.default_rng(1).random((1, 14, 24), np.float32), 300, axis=0)
    text = grid_text(light, light * 0, light > 2)
    assert len(text) < 1500


@pytest.mark.parametrize("text", ["", "24x14:", "axb:AAAA", "2x2:AAAA", "2x2:!"])
def test_text_that_holds_no_grids_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no grids of 9 frames"):
        read_grids(text, 9)


def test_grids_of_segments_are_joined_in_order() -> None:
    dark, light = np.zeros((2, 1, 1), np.float32), np.ones((3, 1, 1), np.float32)
    parts = [FlashGrids(values, values, values > 0) for values in (dark, light)]
    joined = joined_grids(parts)
    assert joined.luminance[:, 0, 0].tolist() == [0, 0, 1, 1, 1]
    assert len(joined) == 5
